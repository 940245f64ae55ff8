package runlog

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/portseal/portseal/internal/evidence/sign"
	"github.com/portseal/portseal/report/text"
)

// MaxProof is the largest proof that is read, in octets.
const MaxProof = MaxCheckpoint + 2*MaxRecord

// proofForm is the first line of a proof.
const proofForm = "c2sp.org/tlog-proof@v1"

// Prove writes a proof that a sealed report is in the log. Its extra data is the record.
func (l *Log) Prove(ctx context.Context, doc []byte) (proof []byte, err error) {
	rep, err := sign.Sealed(doc)
	if err != nil {
		return nil, err
	}
	err = l.store.View(ctx, func() error {
		proof, err = l.prove(Added{Record: recordOf(rep, doc, rep.Run.Finished)})
		return err
	})
	return proof, err
}

func (l *Log) prove(of Added) ([]byte, error) {
	note, err := l.store.Checkpoint()
	if err != nil {
		return nil, err
	}
	if note == nil {
		return nil, ErrNone
	}
	head, err := ParseCheckpoint(note)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if err := l.place(head, &of); err != nil {
		return nil, err
	}
	if !of.Already || of.Index >= head.Size {
		return nil, fmt.Errorf("%w: %s, with digest %s", ErrNotLogged, of.Name(), of.Digest)
	}
	leaf, err := l.leaf(of.Index)
	if err != nil {
		return nil, err
	}
	path, err := tlog.ProveRecord(head.Size, of.Index, tlog.HashReaderFunc(l.store.ReadHashes))
	if err == nil {
		err = tlog.CheckRecord(path, head.Size, head.Root, of.Index, tlog.RecordHash(leaf))
	}
	if err != nil {
		return nil, fmt.Errorf("%w: its hashes do not prove record %d (%w); 'portseal report log check' says more", ErrDamaged, of.Index, err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nextra %s\nindex %d\n", proofForm, base64.StdEncoding.EncodeToString(leaf), of.Index)
	for _, h := range path {
		fmt.Fprintln(&b, base64.StdEncoding.EncodeToString(h[:]))
	}
	fmt.Fprintf(&b, "\n%s", note)
	return []byte(b.String()), nil
}

// ErrNotLogged says that a report is not in a log.
var ErrNotLogged = errors.New("not in the log")

// leaf is the text of one record.
func (l *Log) leaf(index int64) ([]byte, error) {
	n := int64(0)
	for line, err := range l.store.Records() {
		if err != nil {
			return nil, err
		}
		if n == index {
			return line, nil
		}
		n++
	}
	return nil, fmt.Errorf("%w: it has no record %d", ErrDamaged, index)
}

// Proof is a proof that was read.
type Proof struct {
	Record     Record
	Index      int64
	Checkpoint Checkpoint

	leaf []byte
	path tlog.RecordProof
	note []byte
}

// ParseProof reads a proof; nothing of it is checked.
func ParseProof(data []byte) (*Proof, error) {
	if len(data) > MaxProof {
		return nil, fmt.Errorf("proof: larger than %d bytes", MaxProof)
	}
	head, note, ok := strings.Cut(string(data), "\n\n")
	lines := strings.Split(head, "\n")
	if !ok || len(lines) < 3 || lines[0] != proofForm || !strings.HasPrefix(lines[1], "extra ") || !strings.HasPrefix(lines[2], "index ") {
		return nil, fmt.Errorf("proof: want the lines %q, extra and index, hashes, an empty line, and a checkpoint", proofForm)
	}
	p := &Proof{note: []byte(note)}
	var err error
	if p.leaf, err = base64.StdEncoding.Strict().DecodeString(strings.TrimPrefix(lines[1], "extra ")); err != nil {
		return nil, errors.New("proof: extra: want the record in base64")
	}
	if p.Record, err = parseRecord(p.leaf); err != nil {
		return nil, fmt.Errorf("proof: extra: %w", err)
	}
	if p.Index, err = decimal(strings.TrimPrefix(lines[2], "index ")); err != nil {
		return nil, fmt.Errorf("proof: index: %w", err)
	}
	const most = 64 // a path is no longer than the size has bits
	if len(lines)-3 > most {
		return nil, fmt.Errorf("proof: %d hashes: want at most %d", len(lines)-3, most)
	}
	for _, line := range lines[3:] {
		h, err := parseHash(line)
		if err != nil {
			return nil, fmt.Errorf("proof: hash: %w", err)
		}
		p.path = append(p.path, h)
	}
	if p.Checkpoint, err = ParseCheckpoint(p.note); err != nil {
		return nil, fmt.Errorf("proof: %w", err)
	}
	return p, nil
}

// Check says whether the proof shows that a sealed report is in a log: in that of the key, which must have signed the proof's
// checkpoint, or in that of a checkpoint that the caller trusts. One of the two must be given.
func (p *Proof) Check(doc []byte, key *sign.PublicKey, trusted *Checkpoint) error {
	if key == nil && trusted == nil {
		return errors.New("proof: want the key that signs the log, or a checkpoint from elsewhere: a proof alone proves nothing")
	}
	if key != nil {
		if _, err := OpenCheckpoint(p.note, key); err != nil {
			return fmt.Errorf("proof: %w", err)
		}
	}
	if trusted != nil && trusted.Text() != p.Checkpoint.Text() {
		return fmt.Errorf("proof: its checkpoint is of %s with %s, and the one given of %s with %d, or their roots differ: want a proof for that one",
			text.Cut(p.Checkpoint.Origin, 100), text.Count(p.Checkpoint.Size, "record"), text.Cut(trusted.Origin, 100), trusted.Size)
	}
	rep, err := sign.Sealed(doc)
	if err != nil {
		return err
	}
	if p.Record.Digest != rep.Digest {
		return fmt.Errorf("proof: it is of another report: %s, with digest %s; this one has digest %s", p.Record.Name(), text.Cut(p.Record.Digest, 80), rep.Digest)
	}
	if p.Index >= p.Checkpoint.Size {
		return fmt.Errorf("proof: record %d of a log of %s", p.Index, text.Count(p.Checkpoint.Size, "record"))
	}
	if err := tlog.CheckRecord(p.path, p.Checkpoint.Size, p.Checkpoint.Root, p.Index, tlog.RecordHash(p.leaf)); err != nil {
		return errors.New("proof: its hashes do not lead from the record to the checkpoint's root: it was changed, or the record was")
	}
	return nil
}
