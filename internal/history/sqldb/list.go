package sqldb

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"github.com/portseal/portseal/internal/history"
)

// List is runs, newest first. The cursor is the sequence number of the last one.
func (s *Store) List(ctx context.Context, q history.RunQuery) (runs []history.Run, next string, err error) {
	w := &where{}
	w.and(q.Estate != "", "estate = ?", text(q.Estate))
	w.and(q.Schedule != "", "schedule = ?", text(q.Schedule))
	w.and(!q.Since.IsZero(), "started >= ?", micros(q.Since))
	if len(q.States) > 0 {
		marks, args := in(q.States)
		for i := range args {
			args[i] = string(q.States[i])
		}
		w.and(true, "state IN "+marks, args...)
	}
	limit, err := w.before("seq", q.Page)
	if err != nil {
		return nil, "", err
	}
	err = s.reader().each(ctx, "SELECT "+runColumns+" FROM run"+w.text()+" ORDER BY seq DESC LIMIT ?", append(w.args, limit+1),
		func(scan func(...any) error) error {
			r, err := scanRun(scan)
			runs = append(runs, r)
			return err
		})
	runs, next = page(runs, limit, func(r history.Run) string { return strconv.FormatInt(r.Seq, 10) })
	return runs, next, s.fault("list runs", err)
}

// Last is the newest finished run of an estate.
func (s *Store) Last(ctx context.Context, estate string, narrowed bool) (*history.Run, error) {
	column := "whole"
	if narrowed {
		column = "newest"
	}
	r, err := scanRun(s.reader().row(ctx, "SELECT "+runColumns+" FROM run WHERE seq = (SELECT "+column+" FROM estate WHERE name = ?)", text(estate)).Scan)
	if err != nil {
		return nil, s.fault("the last run of "+strconv.Quote(estate), err)
	}
	return &r, nil
}

// LastDue is the latest due time of a schedule.
func (s *Store) LastDue(ctx context.Context, estate, schedule string) (time.Time, error) {
	var due sql.NullInt64
	err := s.reader().row(ctx, "SELECT max(due) FROM run WHERE estate = ? AND schedule = ?", text(estate), text(schedule)).Scan(&due)
	if err != nil || !due.Valid {
		return time.Time{}, s.fault("the last due time of "+strconv.Quote(schedule), err)
	}
	return moment(due.Int64), nil
}

// Estates are the names of all estates.
func (s *Store) Estates(ctx context.Context) (out []string, err error) {
	err = s.reader().each(ctx, "SELECT name FROM estate ORDER BY name", nil, func(scan func(...any) error) error {
		name := ""
		err := scan(&name)
		out = append(out, name)
		return err
	})
	return out, s.fault("list estates", err)
}
