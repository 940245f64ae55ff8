package runlog

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/portseal/portseal/report/text"
)

// Prune removes the reports of runs that finished before a time, but that of the newest run of each estate, and says so in a record of its own,
// which comes first: Check then finds nothing wrong with their absence, and with no other. It returns the digests of the reports that it removed;
// where there are none, nothing is written.
func (l *Log) Prune(ctx context.Context, before time.Time, o Adding) (removed []string, err error) {
	err = l.store.Update(ctx, func() error {
		removed, err = l.prune(before, o)
		return err
	})
	return removed, err
}

func (l *Log) prune(before time.Time, o Adding) ([]string, error) {
	if note, err := l.store.Checkpoint(); err != nil || note == nil {
		return nil, cmp.Or(err, ErrNone)
	}
	head, err := l.head(o)
	if err != nil {
		return nil, err
	}
	added := &Added{Record: Record{Added: o.At.UTC(), Pruned: before.UTC()}}
	if added.CutOff, err = l.store.CutOff(head.Size); err != nil {
		return nil, err
	}
	remove, err := l.prunable(head, added.Record)
	if err != nil || len(remove) == 0 {
		return nil, err
	}
	var digests []string
	for _, r := range remove {
		digests = append(digests, r.Digest)
	}
	if err := l.append(head, added, o, Doc{}); err != nil {
		return nil, err
	}
	return digests, l.store.Remove(digests)
}

// Prunable lists the records of the reports that Prune would remove. Nothing is written.
func (l *Log) Prunable(ctx context.Context, before time.Time) (remove []Record, err error) {
	err = l.store.View(ctx, func() error {
		note, err := l.store.Checkpoint()
		if err != nil || note == nil {
			return cmp.Or(err, ErrNone)
		}
		head, err := ParseCheckpoint(note)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		remove, err = l.prunable(head, Record{Pruned: before.UTC()})
		return err
	})
	return remove, err
}

// prunable lists the records whose reports are stored and need not be, once the log has a record that says so.
func (l *Log) prunable(head Checkpoint, saying Record) (remove []Record, err error) {
	records, err := ReadRecords(l.store, head.Size)
	if err != nil {
		return nil, err
	}
	stored, err := l.store.Reports()
	if err != nil {
		return nil, err
	}
	kept := map[string]bool{}
	for _, digest := range stored {
		kept[digest] = true
	}
	removable := Removable(append(records, saying))
	for i, r := range records {
		if removable[i] && kept[r.Digest] {
			remove = append(remove, r)
		}
	}
	return remove, nil
}

// ReadRecords reads the first size records of a store. With ErrDamaged come those that are before the damage.
func ReadRecords(s Store, size int64) (records []Record, err error) {
	for line, err := range s.Records() {
		if err != nil {
			return records, err
		}
		if int64(len(records)) == size {
			break
		}
		r, err := parseRecord(line)
		if err != nil {
			return records, fmt.Errorf("%w: record %d: %w", ErrDamaged, len(records), err)
		}
		records = append(records, r)
	}
	if int64(len(records)) < size {
		return records, fmt.Errorf("%w: it has %s, and its checkpoint counts %d", ErrDamaged, text.Count(len(records), "record"), size)
	}
	return records, nil
}

// Removable are the records whose reports need not be there, because a later record says so.
func Removable(records []Record) map[int]bool {
	out := map[int]bool{}
	for at, p := range records {
		if p.Pruned.IsZero() {
			continue
		}
		newest := map[string]int{} // of each estate, by then
		for i, r := range records[:at] {
			if j, known := newest[r.Estate]; r.Pruned.IsZero() && (!known || !r.Finished.Before(records[j].Finished)) {
				newest[r.Estate] = i
			}
		}
		for i, r := range records[:at] {
			if r.Pruned.IsZero() && r.Finished.Before(p.Pruned) && newest[r.Estate] != i {
				out[i] = true
			}
		}
	}
	return out
}
