package sqldb

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/history"
)

// Verify reads all of the history on one state of the database: the log, every report against its record, and every row that follows from them.
// For that all runs are stored once more, in their order, in an empty store that the caller gives and that is of no use afterwards; then table by
// table is compared.
//
// What no report says is held against the ledger. Of runs whose reports are not kept, the run and its changes are checked by
// their record; what only they have shown of a listener or a finding is counted in Resting.
func (s *Store) Verify(ctx context.Context, empty *Store, o history.Verifying) (*history.Verified, error) {
	out := &history.Verified{}
	err := s.look(ctx, "verify the history", func(tx conn) error {
		log := s.within(ctx, tx, nil)
		h := &held{pruned: map[string]bool{}, first: map[string]string{}}
		result, records, err := newReplay(h, log, tx, o.Progress).all(ctx, empty, runlog.Checking{Key: o.Key, Earlier: o.Earlier})
		if err != nil {
			return err
		}
		if err := h.ledger(ctx, tx, empty, records); err != nil {
			return err
		}
		out.Result = *result
		if err := h.log(ctx, tx, out.Checkpoint.Size); err != nil {
			return err
		}
		if err := h.parts(ctx, tx); err != nil {
			return err
		}
		if err := h.tables(ctx, tx, empty.writer()); err != nil {
			return err
		}
		out.Rows, out.Resting = h.rows, h.resting
		for _, what := range h.problems {
			out.Problems = append(out.Problems, runlog.Problem{Record: -1, What: what})
		}
		return nil
	})
	return out, err
}

// log finds what the log's own check passes over.
func (h *held) log(ctx context.Context, tx conn, size int64) error {
	var records, last, hashes int64
	if err := tx.row(ctx, "SELECT count(*), coalesce(max(idx), -1) FROM log_record").Scan(&records, &last); err != nil {
		return err
	}
	if err := tx.row(ctx, "SELECT count(*) FROM log_hash").Scan(&hashes); err != nil {
		return err
	}
	if last+1 != records {
		h.problem("the numbers of the log's records were changed: the last of %d is %d", records, last)
	}
	if want := tlog.StoredHashCount(size); hashes > want {
		h.problem("the log has %d hashes, and its %d records give %d: others were put in", hashes, size, want)
	}
	return nil
}

// tables compares every table.
func (h *held) tables(ctx context.Context, is, want conn) error {
	err := want.each(ctx, `SELECT l.estate, l.endpoint, coalesce((SELECT p.first_run FROM span p WHERE p.listener = l.id AND p.state <> 'skipped' ORDER BY p.id LIMIT 1),
		l.first_run) FROM listener l`, nil, func(scan func(...any) error) error {
		var estate, endpoint, run string
		err := scan(&estate, &endpoint, &run)
		h.first[estate+"\x00"+endpoint] = run
		return err
	})
	if err != nil {
		return err
	}
	for _, d := range tablesDerived() {
		columns, are, err := d.read(ctx, is)
		if err != nil {
			return err
		}
		for _, r := range are {
			if secret, is := r["secret"]; is { // which the ledger does not have
				r["secret"] = markOf([]byte(secret))
			}
		}
		_, wanted, err := d.read(ctx, want)
		if err != nil {
			return err
		}
		h.compare(d, columns, are, wanted)
	}
	return nil
}
