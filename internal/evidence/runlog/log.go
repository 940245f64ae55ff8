// Package runlog keeps an append-only log of runs, so that a run that is missing or was replaced is noticed.
//
// The log is a Merkle tree (RFC 6962 section 2.1, by golang.org/x/mod/sumdb/tlog) over one record a run. Its head is a checkpoint
// (c2sp.org/tlog-checkpoint) that a key may sign; a proof that a run is in it (c2sp.org/tlog-proof) is checked with the report, the
// proof and the key alone. The reports are kept beside the records, by their digests. What a log is kept in is a Store: a folder, or
// a database of a service.
//
// Limits: who can write to the store can also make a whole new log. That is noticed by the signature, where the key is not at hand
// for them, and an older state of the whole store by nothing but a checkpoint that was copied to somewhere else since. A report's
// previous_digest names the report that it was compared with: it shows that a run is missing which never came into the log.
package runlog

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/evidence/sign"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// MaxRecord is the longest record, in octets.
const MaxRecord = 1 << 16

// Errors that say what kind of fault it is; they are wrapped with what was found.
var (
	ErrDamaged = errors.New("the log is not as it was left")
	ErrKey     = errors.New("the key does not fit the log")
	ErrAnother = errors.New("another report of that run is in the log")
	ErrNone    = errors.New("there is no log")
)

// Store is what a log is kept in. Records are numbered from 0. A report that is not there is an error that wraps fs.ErrNotExist.
type Store interface {
	// Update runs change while nobody else changes the log, View runs look while nobody does.
	Update(ctx context.Context, change func() error) error
	View(ctx context.Context, look func() error) error

	Checkpoint() ([]byte, error)                                         // nil when there is none yet
	Records() iter.Seq2[[]byte, error]                                   // all that are stored, those behind the checkpoint too
	ReadHashes(indexes []int64) ([]tlog.Hash, error)                     // by tlog's index; an error for one that is not stored
	Report(digest string) ([]byte, error)                                // as it was added
	Reports() ([]string, error)                                          // the digests of all that are stored
	CutOff(size int64) (cut int, err error)                              // removes the records behind size: the rest of an Append that was cut short
	Append(record []byte, h Hashes, report Doc, checkpoint []byte) error // durable when it returns nil, else as if it had never been called; a Doc without a digest is none
	Remove(digests []string) error                                       // removes reports; one that is not there is no error
}

// Hashes are hashes to store from an index of tlog's on.
type Hashes struct {
	At     int64
	Hashes []tlog.Hash
}

// Doc is a report to store.
type Doc struct {
	Digest string
	Bytes  []byte
}

// Record is what the log says of one run. Its canonical JSON is the leaf of the tree. A record with Pruned is of no run: it says which reports
// are no longer kept, and has nothing else but Added.
type Record struct {
	Run      string         `json:"run,omitempty"`
	Estate   string         `json:"estate,omitempty"`
	Verdict  report.Verdict `json:"verdict,omitempty"`
	Finished time.Time      `json:"finished,omitzero"`
	Digest   string         `json:"digest,omitempty"`          // the report's own
	SHA256   string         `json:"sha256,omitempty"`          // of the report's bytes, hex
	Previous string         `json:"previous_digest,omitempty"` // as the report has it
	Added    time.Time      `json:"added"`
	Beside   Beside         `json:"beside,omitzero"`
	Pruned   time.Time      `json:"pruned,omitzero"` // reports of runs that finished before, of all records before this one, are not kept: see Prune
}

// Beside is what a service keeps of a run beside its report: its log vouches for that too.
type Beside struct {
	Trigger  string    `json:"trigger,omitempty"`
	By       string    `json:"by,omitempty"`
	Schedule string    `json:"schedule,omitempty"`
	Due      time.Time `json:"due,omitzero"`
	Narrowed bool      `json:"narrowed,omitempty"`
	Message  string    `json:"message,omitempty"`
	Head     string    `json:"head,omitempty"`    // a SHA-256 of what stays of the report when it is no longer kept, hex
	Changes  string    `json:"changes,omitempty"` // and of the changes since the run before; empty where there are none
	Ledger   string    `json:"ledger,omitempty"`  // number and sum of the last entry of the service's ledger: of its audit log, users, tokens, waivers, runs without a report
}

// Name names a run in messages.
func (r Record) Name() string {
	name := "run " + text.Cut(r.Run, 60)
	if r.Estate != "" {
		name += " of " + text.Cut(r.Estate, 60)
	}
	return name + ", finished " + r.Finished.UTC().Format(time.RFC3339)
}

func recordOf(rep *report.Report, doc []byte, at time.Time) Record {
	sum := sha256.Sum256(doc)
	r := Says(rep)
	r.SHA256, r.Added = hex.EncodeToString(sum[:]), at.UTC()
	return r
}

func parseRecord(line []byte) (Record, error) {
	var r Record
	if err := json.Unmarshal(line, &r); err != nil {
		return r, fmt.Errorf("no record: %w", err)
	}
	return r, nil
}

// Log is one log.
type Log struct{ store Store }

// New returns the log that a store holds, or will hold.
func New(store Store) *Log { return &Log{store} }

// View lets look read the log as it is kept, while nobody changes it.
func (l *Log) View(ctx context.Context, look func(Store) error) error {
	return l.store.View(ctx, func() error { return look(l.store) })
}

// Adding is how a report is added.
type Adding struct {
	Key    *sign.Key // signs the checkpoint; nil where the log is not signed
	Origin string    // the name of a new log; that of an old one when not empty
	MadeUp string    // the name of a new log where Origin is empty
	At     time.Time
	Beside Beside // what the record of a service's run holds beside its report
}

// Added is what became of it.
type Added struct {
	Record
	Index      int64
	Checkpoint Checkpoint
	Already    bool // it was there already, and nothing was written
	CutOff     int  // records of an earlier Add that was cut short, which were removed
	Rebuilt    bool // the stored hashes were lost, and were made anew from the records
	Missing    bool // the report that it was compared with is not in the log, which has others of its estate
}

// Add appends a sealed report. A report that is there already is no error; another report of a run that is there is.
// Where the stored hashes give the checkpoint's root it believes them: that a record was changed before is for Check to find.
func (l *Log) Add(ctx context.Context, doc []byte, o Adding) (*Added, error) {
	rep, err := sign.Sealed(doc)
	if err != nil {
		return nil, err
	}
	return l.AddSealed(ctx, rep, doc, o)
}

// AddSealed is Add for who has read the report already, with sign.Sealed: a large one is not read twice.
func (l *Log) AddSealed(ctx context.Context, rep *report.Report, doc []byte, o Adding) (*Added, error) {
	added := &Added{Record: recordOf(rep, doc, o.At)}
	added.Beside = o.Beside
	if err := l.store.Update(ctx, func() error { return l.add(doc, o, added) }); err != nil {
		return nil, err
	}
	return added, nil
}

func (l *Log) add(doc []byte, o Adding, added *Added) error {
	head, err := l.head(o)
	if err != nil {
		return err
	}
	if added.CutOff, err = l.store.CutOff(head.Size); err != nil {
		return err
	}
	if err := l.place(head, added); err != nil || added.Already {
		return err
	}
	return l.append(head, added, o, Doc{added.Digest, doc})
}

// append writes one record behind all others.
func (l *Log) append(head Checkpoint, added *Added, o Adding, doc Doc) error {
	leaf, err := evidence.Canonical(added.Record)
	if err != nil {
		return err
	}
	if len(leaf) > MaxRecord {
		return fmt.Errorf("the record of this run would have %d bytes: want at most %d", len(leaf), MaxRecord)
	}
	h, root, err := l.grow(head, leaf, added)
	if err != nil {
		return err
	}
	next := Checkpoint{Origin: head.Origin, Size: head.Size + 1, Root: root}
	note, err := next.Sign(o.Key)
	if err != nil {
		return err
	}
	added.Index, added.Checkpoint = head.Size, next
	return l.store.Append(leaf, h, doc, note)
}

// head is the log's last checkpoint, or that of an empty log, as someone sees it who is about to write.
func (l *Log) head(o Adding) (Checkpoint, error) {
	note, err := l.store.Checkpoint()
	if err != nil {
		return Checkpoint{}, err
	}
	if note == nil {
		for range l.store.Records() {
			return Checkpoint{}, fmt.Errorf("%w: it has records and no checkpoint: want the checkpoint back, from a copy", ErrDamaged)
		}
		origin := cmp.Or(o.Origin, o.MadeUp)
		return Checkpoint{Origin: origin, Root: emptyRoot()}, checkOrigin(origin)
	}
	head, err := ParseCheckpoint(note)
	if err != nil {
		return head, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	switch {
	case o.Origin != "" && o.Origin != head.Origin:
		return head, fmt.Errorf("%w: its origin is %q, not %q", ErrKey, text.Cut(head.Origin, 100), text.Cut(o.Origin, 100))
	case head.signatures > 0 && o.Key == nil:
		return head, fmt.Errorf("%w: the log is signed: want the key that signs it", ErrKey)
	case head.signatures > 0:
		if _, err := OpenCheckpoint(note, &o.Key.PublicKey); err != nil {
			return head, fmt.Errorf("%w: %w", ErrKey, err)
		}
	case o.Key != nil && head.Size > 0: // a signature would vouch for records that whoever took the old one away has put there
		return head, fmt.Errorf("%w: the log has %s and is not signed, or its signature was taken away: want a new log to sign", ErrKey, text.Count(head.Size, "record"))
	}
	return head, nil
}

// place looks whether the run is in the log, and the report that it was compared with.
func (l *Log) place(head Checkpoint, added *Added) error {
	estate, previous := false, added.Previous == ""
	n := int64(0)
	for line, err := range l.store.Records() {
		if err != nil {
			return err
		}
		i := n
		n++
		r, err := parseRecord(line)
		if err != nil {
			return fmt.Errorf("%w: record %d: %w", ErrDamaged, i, err)
		}
		if !r.Pruned.IsZero() {
			continue
		}
		estate, previous = estate || r.Estate == added.Estate, previous || r.Digest == added.Previous
		switch {
		case r.Digest == added.Digest:
			added.Record, added.Index, added.Already, added.Checkpoint = r, i, true, head
		case r.Run == added.Run && added.Run != "":
			return fmt.Errorf("%w: record %d, %s: its digest is %s, and that of this report is %s", ErrAnother, i, r.Name(), text.Cut(r.Digest, 80), added.Digest)
		}
	}
	added.Missing = estate && !previous // the first run of an estate may have been compared with one from before the log
	if n < head.Size {
		return fmt.Errorf("%w: it has %s, and its checkpoint counts %d", ErrDamaged, text.Count(n, "record"), head.Size)
	}
	return nil
}

// grow returns what is to be stored for one more leaf, and the root that it gives.
func (l *Log) grow(head Checkpoint, leaf []byte, added *Added) (Hashes, tlog.Hash, error) {
	h := Hashes{At: tlog.StoredHashCount(head.Size)}
	var reader tlog.HashReader = tlog.HashReaderFunc(l.store.ReadHashes)
	if root, err := treeHash(head.Size, reader); err != nil || root != head.Root {
		hashes, err := l.rebuild(head.Size)
		if err != nil {
			return h, tlog.Hash{}, err
		}
		h, reader, added.Rebuilt = Hashes{Hashes: hashes}, memory(hashes), true
		if root, err := treeHash(head.Size, reader); err != nil || root != head.Root {
			return h, tlog.Hash{}, fmt.Errorf("%w: its records do not give the root of its checkpoint; 'portseal report log check' says more", ErrDamaged)
		}
	}
	more, err := tlog.StoredHashes(head.Size, leaf, reader)
	if err != nil {
		return h, tlog.Hash{}, fmt.Errorf("hash the record: %w", err)
	}
	h.Hashes = append(h.Hashes, more...)
	first := tlog.StoredHashCount(head.Size)
	root, err := treeHash(head.Size+1, tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			if x >= first && x-first < int64(len(more)) {
				out[i] = more[x-first]
				continue
			}
			old, err := reader.ReadHashes([]int64{x})
			if err != nil {
				return nil, err
			}
			out[i] = old[0]
		}
		return out, nil
	}))
	return h, root, err
}

// rebuild makes the hashes of the first records anew.
func (l *Log) rebuild(size int64) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	n := int64(0)
	for line, err := range l.store.Records() {
		if err != nil {
			return nil, err
		}
		if n == size {
			break
		}
		more, err := tlog.StoredHashes(n, line, memory(hashes))
		if err != nil {
			return nil, fmt.Errorf("hash record %d: %w", n, err)
		}
		hashes = append(hashes, more...)
		n++
	}
	return hashes, nil
}

// memory reads hashes that are held.
func memory(hashes []tlog.Hash) tlog.HashReaderFunc {
	return func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			if x < 0 || x >= int64(len(hashes)) {
				return nil, fmt.Errorf("there is no hash %d", x)
			}
			out[i] = hashes[x]
		}
		return out, nil
	}
}

// treeHash is tlog's, for an empty tree too (RFC 6962: the hash of nothing).
func treeHash(size int64, r tlog.HashReader) (tlog.Hash, error) {
	if size == 0 {
		return emptyRoot(), nil
	}
	root, err := tlog.TreeHash(size, r)
	if err != nil {
		return root, fmt.Errorf("root of %d records: %w", size, err)
	}
	return root, nil
}

func emptyRoot() tlog.Hash { return sha256.Sum256(nil) }
