package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/parts"
)

// ownOf reads what of a report is its own.
func ownOf(ctx context.Context, c conn, digest string) (own []byte, err error) {
	return own, c.row(ctx, "SELECT own FROM report WHERE digest = ?", text(digest)).Scan(&own)
}

// keep stores a report that is ready.
func (r *splitReport) keep(ctx context.Context, tx conn, doc runlog.Doc) error {
	if err := r.store(ctx, tx); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "INSERT INTO report (digest, own) VALUES (?, ?)", doc.Digest, r.Own)
	return err
}

// Report is the bytes of a finished run's report.
func (s *Store) Report(ctx context.Context, id string) (doc []byte, err error) {
	select {
	case s.reports <- struct{}{}:
		defer func() { <-s.reports }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	err = s.look(ctx, "the report of run "+strconv.Quote(id), func(tx conn) error {
		r, err := runOf(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case r.Pruned:
			return history.ErrPruned
		case r.State != history.Finished:
			return fmt.Errorf("it has none, it is %s: %w", r.State, history.ErrNotFound)
		}
		own, err := ownOf(ctx, tx, r.Digest)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("%w: the report is gone", runlog.ErrDamaged)
		}
		if err != nil {
			return err
		}
		doc, err = parts.Join(own, unpacking(func(hashes []parts.Hash) (map[parts.Hash][]byte, error) { return getParts(ctx, tx, hashes) }))
		return damaged(err)
	})
	return doc, err
}

// damaged says in the log's words that a report cannot be put together.
func damaged(err error) error {
	if errors.Is(err, parts.ErrDamaged) || errors.Is(err, errUnpack) {
		return fmt.Errorf("%w: %w", runlog.ErrDamaged, err)
	}
	return err
}
