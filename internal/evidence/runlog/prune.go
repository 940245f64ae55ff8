package runlog

import (
	"cmp"
	"context"
	"fmt"
	"time"
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
	var records []Record
	for line, err := range l.store.Records() {
		if err != nil {
			return nil, err
		}
		r, err := parseRecord(line)
		if err != nil {
			return nil, fmt.Errorf("%w: record %d: %w", ErrDamaged, len(records), err)
		}
		records = append(records, r)
	}
	if int64(len(records)) < head.Size {
		return nil, fmt.Errorf("%w: it has %d records, and its checkpoint counts %d", ErrDamaged, len(records), head.Size)
	}
	stored, err := l.store.Reports()
	if err != nil {
		return nil, err
	}
	kept := map[string]bool{}
	for _, digest := range stored {
		kept[digest] = true
	}
	var remove []string
	for i := range removable(append(records, added.Record)) {
		if digest := records[i].Digest; kept[digest] {
			remove = append(remove, digest)
		}
	}
	if len(remove) == 0 {
		return nil, nil
	}
	if err := l.append(head, added, o, Doc{}); err != nil {
		return nil, err
	}
	return remove, l.store.Remove(remove)
}

// removable are the records whose reports need not be there, because a later record says so.
func removable(records []Record) map[int]bool {
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
