package runlog

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
	"golang.org/x/sync/errgroup"

	"github.com/portseal/portseal/internal/evidence/sign"
	"github.com/portseal/portseal/report/text"
)

// Problem is one thing that is not as it should be.
type Problem struct {
	Record int64  // the record it is about; -1 for the log as a whole
	Run    string // the run that it is about; empty where none is known
	What   string
}

// String is the problem on one line.
func (p Problem) String() string {
	out := p.What
	if p.Run != "" {
		out = p.Run + ": " + out
	}
	if p.Record >= 0 {
		out = fmt.Sprintf("record %d: %s", p.Record, out)
	}
	return out
}

// Checking is what a log is held against, beside itself.
type Checking struct {
	Key     *sign.PublicKey // must have signed the checkpoint; nil checks no signature
	Earlier []Checkpoint    // from elsewhere, which the log must still hold
	// Read reads the stored report of a record, for who wants to see it too; its errors are those of the store. It is called for one record after the
	// other, in their order. Nil: reports are read several at a time.
	Read func(index int64, r Record) (*Stored, error)
}

// Result is what became of a check.
type Result struct {
	Checkpoint Checkpoint
	Last       Record // the newest of a run; zero for a log without any
	Pruned     int    // reports that are not kept, as a record says
	Problems   []Problem
}

// Check reads the whole log: every hash is computed again, of the records and of what each report says. It is an error only when that
// could not be done.
func (l *Log) Check(ctx context.Context, o Checking) (*Result, error) {
	c := &checker{log: l, Result: &Result{}}
	return c.Result, l.store.View(ctx, func() error { return c.check(ctx, o) })
}

// maxSize is the most records of a log that is checked: far more than one run a minute for ten years.
const maxSize = 10_000_000

// checker makes one check.
type checker struct {
	*Result
	log     *Log
	leaves  []tlog.Hash // of the records as they are
	records []Record
	broken  map[int64]bool // records that cannot be read
}

func (c *checker) problem(record int64, run, format string, args ...any) {
	c.Problems = append(c.Problems, Problem{record, run, fmt.Sprintf(format, args...)})
}

func (c *checker) check(ctx context.Context, o Checking) error {
	note, err := c.log.store.Checkpoint()
	if err != nil {
		return err
	}
	if err := c.read(); err != nil {
		return err
	}
	switch {
	case note == nil && len(c.records) == 0:
		return ErrNone
	case note == nil:
		c.problem(-1, "", "it has records and no checkpoint: the checkpoint was removed")
	default:
		if c.Checkpoint, err = ParseCheckpoint(note); err != nil {
			c.problem(-1, "", "%v", err)
			note = nil
		}
	}
	if note != nil && o.Key != nil {
		if _, err := OpenCheckpoint(note, o.Key); err != nil {
			c.problem(-1, "", "%v", err)
		}
	}
	if note != nil {
		c.compare()
		c.root()
		c.earlier(o.Earlier)
	}
	c.chain()
	err = c.reports(ctx, o.Read)
	slices.SortStableFunc(c.Problems, func(a, b Problem) int { return cmp.Compare(a.Record, b.Record) })
	return err
}

// read takes in the records.
func (c *checker) read() error {
	c.broken = map[int64]bool{}
	for line, err := range c.log.store.Records() {
		if err != nil {
			return err
		}
		i := int64(len(c.leaves))
		c.leaves = append(c.leaves, tlog.RecordHash(line))
		r, err := parseRecord(line)
		if err != nil {
			c.broken[i] = true
			c.problem(i, "", "it cannot be read: %v", err)
		}
		c.records = append(c.records, r)
		switch only := (Record{Added: r.Added, Pruned: r.Pruned}); {
		case r.Pruned.IsZero():
			c.Last = r
		case r != only:
			c.problem(i, "", "it says which reports are not kept, and speaks of a run: no record does both")
		}
	}
	return nil
}

// compare holds the records against the leaves that were stored when they were added.
func (c *checker) compare() {
	size, have := c.Checkpoint.Size, int64(len(c.leaves))
	for i := size; i < have; i++ {
		c.problem(i, c.name(i), "it is behind the %s of the checkpoint: an add was cut short, and the next one will remove it, or it was put there by hand", text.Count(size, "record"))
	}
	stored, lost := c.storedLeaves()
	if lost != "" {
		c.problem(-1, "", "%s; where the records are whole the next add makes the hashes anew", lost)
		if have < size {
			c.problem(-1, "", "records %d to %d are missing at the end: the checkpoint counts %d", have, size-1, size)
		}
		return
	}
	at := map[tlog.Hash]int64{}
	for j, h := range stored {
		at[h] = int64(j)
	}
	seen := map[int64]int64{}
	strange := map[int64]bool{}
	highest := int64(-1)
	for i := range min(have, size) {
		j, known := at[c.leaves[i]]
		first, again := seen[j]
		switch {
		case !known:
			strange[i] = true
		case again:
			c.problem(i, c.name(i), "it repeats record %d", first)
		case j < highest:
			c.problem(i, c.name(i), "it was logged as record %d: the order was changed", j)
			seen[j] = i
		default:
			seen[j], highest = i, j
		}
	}
	c.missing(size, seen, strange)
}

// missing names what was logged and is not there, or not as it was.
func (c *checker) missing(size int64, seen map[int64]int64, strange map[int64]bool) {
	for j := int64(0); j < size; j++ {
		if _, there := seen[j]; there {
			continue
		}
		if strange[j] {
			c.problem(j, c.name(j), "it is not what was logged here: the record was replaced or changed")
			delete(strange, j)
			continue
		}
		first := j
		for ; j+1 < size && !strange[j+1]; j++ {
			if _, there := seen[j+1]; there {
				break
			}
		}
		what := "it is missing"
		if j > first {
			what = fmt.Sprintf("it is missing, with all up to record %d", j)
		}
		c.problem(first, "", "%s: what was logged here is in no record", what)
	}
	for i := range strange {
		c.problem(i, c.name(i), "it was never logged: it was put in")
	}
}

// storedLeaves returns the leaf hashes up to the checkpoint, and says what is wrong where they cannot be read.
func (c *checker) storedLeaves() ([]tlog.Hash, string) {
	if c.Checkpoint.Size > maxSize {
		return nil, fmt.Sprintf("the checkpoint counts %d records, more than a log can have", c.Checkpoint.Size)
	}
	indexes := make([]int64, c.Checkpoint.Size)
	for i := range indexes {
		indexes[i] = tlog.StoredHashIndex(0, int64(i))
	}
	stored, err := c.log.store.ReadHashes(indexes)
	if err != nil {
		return nil, fmt.Sprintf("the stored hashes cannot be read (%v)", err)
	}
	return stored, ""
}

// root computes the tree anew.
func (c *checker) root() {
	size := c.Checkpoint.Size
	if int64(len(c.leaves)) < size {
		return // compare has said so
	}
	hashes, root, err := tree(c.leaves[:size])
	switch {
	case err != nil:
		c.problem(-1, "", "%v", err)
	case root != c.Checkpoint.Root:
		c.problem(-1, "", "the %d records give another root than the checkpoint has: records and hashes were rewritten, or the checkpoint is another log's", size)
	default:
		stored, err := c.log.store.ReadHashes(upTo(int64(len(hashes))))
		if err == nil && !slices.Equal(stored, hashes) {
			c.problem(-1, "", "the stored hashes were changed, the records were not; remove the file of the hashes, and the next add makes it anew")
		}
	}
}

// tree returns all hashes over these leaves, in tlog's order, and the root.
func tree(leaves []tlog.Hash) ([]tlog.Hash, tlog.Hash, error) {
	var hashes []tlog.Hash
	for i, leaf := range leaves {
		more, err := tlog.StoredHashesForRecordHash(int64(i), leaf, memory(hashes))
		if err != nil {
			return nil, tlog.Hash{}, fmt.Errorf("hash record %d: %w", i, err)
		}
		hashes = append(hashes, more...)
	}
	root, err := treeHash(int64(len(leaves)), memory(hashes))
	return hashes, root, err
}

func upTo(n int64) []int64 {
	out := make([]int64, n)
	for i := range out {
		out[i] = int64(i)
	}
	return out
}

// earlier says whether the log still begins with what it once was.
func (c *checker) earlier(checkpoints []Checkpoint) {
	for _, old := range checkpoints {
		switch {
		case old.Origin != c.Checkpoint.Origin:
			c.problem(-1, "", "the earlier checkpoint is of another log: %q, and this is %q", old.Origin, c.Checkpoint.Origin)
			continue
		case old.Size > int64(len(c.leaves)) || old.Size > c.Checkpoint.Size:
			c.problem(-1, "", "the earlier checkpoint counts %s, and the log has %d: it was cut, or begun anew", text.Count(old.Size, "record"), min(c.Checkpoint.Size, int64(len(c.leaves))))
			continue
		}
		_, root, err := tree(c.leaves[:old.Size])
		if err != nil || root != old.Root {
			c.problem(-1, "", "the first %d records are not those of the earlier checkpoint: one of them was changed, or the log begun anew", old.Size)
		}
	}
}

// chain finds runs that are in the log twice, and those that were compared with a report which is in it nowhere.
func (c *checker) chain() {
	digests, runs, estates := map[string]int64{}, map[string]int64{}, map[string]bool{}
	logged := map[string]bool{}
	for _, r := range c.records {
		logged[r.Digest] = true
	}
	for i, r := range c.records {
		if c.broken[int64(i)] || !r.Pruned.IsZero() {
			continue
		}
		if first, again := digests[r.Digest]; again {
			c.problem(int64(i), r.Name(), "its report is in record %d already", first)
		} else if first, again := runs[r.Run]; again {
			c.problem(int64(i), r.Name(), "record %d is of the same run, with another report", first)
		}
		// The first run of an estate in the log may have been compared with one from before the log.
		if r.Previous != "" && !logged[r.Previous] && estates[r.Estate] {
			c.problem(int64(i), r.Name(), "the report that it was compared with, with digest %s, is not in the log: a run is missing", text.Cut(r.Previous, 80))
		}
		digests[r.Digest], runs[r.Run], estates[r.Estate] = int64(i), int64(i), true
	}
}

// reports reads every stored report and holds it against its record.
func (c *checker) reports(ctx context.Context, read func(int64, Record) (*Stored, error)) error {
	found, pruned := make([]string, len(c.records)), make([]bool, len(c.records))
	removable := Removable(c.records)
	group, ctx := errgroup.WithContext(ctx)
	atOnce := 1 // for a read that knows what it read before
	if read == nil {
		read, atOnce = c.log.stored, runtime.GOMAXPROCS(0)
	}
	group.SetLimit(atOnce)
	for i, r := range c.records {
		if c.broken[int64(i)] || !r.Pruned.IsZero() {
			continue
		}
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			is, err := read(int64(i), r)
			found[i], pruned[i], err = r.fault(is, err, removable[i])
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	logged := map[string]bool{}
	for i, what := range found {
		logged[c.records[i].Digest] = true
		if pruned[i] {
			c.Pruned++
		}
		if what != "" {
			c.problem(int64(i), c.name(int64(i)), "%s", what)
		}
	}
	return c.orphans(logged)
}

// name is the run of a record.
func (c *checker) name(i int64) string {
	if i < 0 || i >= int64(len(c.records)) || c.broken[i] {
		return ""
	}
	if r := c.records[i]; r.Pruned.IsZero() {
		return r.Name()
	}
	return "a record of reports that are not kept"
}
