package sqldb

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/parts"
)

// Prune removes old reports, and notices that are done. What is known of listeners, findings and changes stays, and so do the runs.
func (s *Store) Prune(ctx context.Context, before time.Time, with history.Storing) (removed int, err error) {
	err = s.change(ctx, "remove old reports", func(tx conn) error {
		if _, err := tx.exec(ctx, "DELETE FROM notice WHERE done < ?", micros(before)); err != nil {
			return err
		}
		keep := func(context.Context, conn, runlog.Doc) error { return nil } // a record of what is not kept has no report
		digests, err := runlog.New(s.within(ctx, tx, keep)).Prune(ctx, before, runlog.Adding{Key: with.Key, Origin: with.Origin, At: with.At})
		if errors.Is(err, runlog.ErrNone) {
			return nil
		}
		removed = len(digests)
		if err != nil || removed == 0 {
			return err
		}
		return sweep(ctx, tx)
	})
	return removed, err
}

// Remove removes reports, with what only they refer to.
func (l *logStore) Remove(digests []string) error {
	for some := range slices.Chunk(digests, argumentsAtOnce) {
		marks, args := in(some)
		roots := map[parts.Hash]int{}
		err := l.tx.each(l.ctx, "SELECT own FROM report WHERE digest IN "+marks, args, func(scan func(...any) error) error {
			var own []byte
			if err := scan(&own); err != nil {
				return err
			}
			root, err := parts.Root(own)
			roots[root]++
			return damaged(err)
		})
		if err != nil {
			return err
		}
		if err := dropParts(l.ctx, l.tx, roots); err != nil {
			return damaged(err)
		}
		if _, err := l.tx.exec(l.ctx, "DELETE FROM report WHERE digest IN "+marks, args...); err != nil {
			return err
		}
		if _, err := l.tx.exec(l.ctx, "UPDATE run SET pruned = TRUE WHERE digest IN "+marks, args...); err != nil {
			return err
		}
	}
	return nil
}

// sweep removes what nothing refers to any more.
func sweep(ctx context.Context, tx conn) error {
	_, err := tx.exec(ctx, `DELETE FROM certificate WHERE NOT EXISTS (SELECT 1 FROM presented p WHERE p.certificate = certificate.id)
		AND NOT EXISTS (SELECT 1 FROM keyring k WHERE k.certificate = certificate.id)`)
	return err
}
