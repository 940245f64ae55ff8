package sqldb

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/history"
)

// runColumns are what scanRun reads, in its order.
const runColumns = "seq, id, estate, state, cause, by_user, schedule, due, probes, narrowed, started, finished, verdict, digest, summary, message, record, pruned"

func scanRun(scan func(...any) error) (history.Run, error) {
	var r history.Run
	var due, finished, record sql.NullInt64
	var started int64
	var summary []byte
	err := scan(&r.Seq, &r.ID, &r.Estate, &r.State, &r.Trigger, &r.By, &r.Schedule, &due, &r.Probes, &r.Narrowed, &started, &finished,
		&r.Verdict, &r.Digest, &summary, &r.Message, &record, &r.Pruned)
	if err != nil {
		return r, err
	}
	r.Due, r.Started, r.Finished = maybeMoment(due), moment(started), maybeMoment(finished)
	if record.Valid {
		r.Record = &record.Int64
	}
	if len(summary) > 0 {
		err = json.Unmarshal(summary, &r.Summary)
	}
	return r, err
}

// Begin notes that a run begins, or was missed.
func (s *Store) Begin(ctx context.Context, r history.Run) error {
	switch {
	case r.ID == "":
		return fmt.Errorf("begin a run: it has no id")
	case r.State != history.Running && r.State != history.Missed:
		return fmt.Errorf("begin run %s: its state is %q: want running or missed", r.ID, r.State)
	case r.State == history.Missed && r.Finished == nil:
		r.Finished = &r.Started // when that was noticed
	}
	return s.change(ctx, "begin run "+r.ID, func(tx conn) error {
		if err := putEstate(ctx, tx, r.Estate); err != nil {
			return err
		}
		return insertRun(ctx, tx, r)
	})
}

// putEstate makes an estate known.
func putEstate(ctx context.Context, tx conn, name string) error {
	_, err := tx.exec(ctx, "INSERT INTO estate (name) VALUES (?) ON CONFLICT (name) DO NOTHING", text(name))
	return err
}

// trendAt is where a run stands in a trend.
func trendAt(r history.Run) time.Time {
	switch {
	case r.State == history.Missed && r.Due != nil:
		return *r.Due
	case r.Finished != nil:
		return *r.Finished
	}
	return r.Started
}

func insertRun(ctx context.Context, tx conn, r history.Run) error {
	summary, err := summaryOf(r)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `INSERT INTO run (id, estate, state, cause, by_user, schedule, due, probes, narrowed, started, finished, at, alive,
		verdict, digest, summary, message, record, pruned) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		text(r.ID), text(r.Estate), string(r.State), string(r.Trigger), text(r.By), text(r.Schedule), maybe(r.Due), text(r.Probes), r.Narrowed,
		micros(r.Started), maybe(r.Finished), micros(trendAt(r)), micros(r.Started), string(r.Verdict), text(r.Digest), summary, text(r.Message), r.Record, r.Pruned)
	return err
}

func summaryOf(r history.Run) ([]byte, error) {
	if r.Summary == nil {
		return nil, nil
	}
	return json.Marshal(r.Summary)
}

// Alive notes that a running run still runs.
func (s *Store) Alive(ctx context.Context, id string, at time.Time) error {
	return s.one(ctx, "note that run "+id+" runs", "UPDATE run SET alive = ? WHERE id = ? AND state = 'running'", micros(at), text(id))
}

// one is a statement that must be about one row.
func (s *Store) one(ctx context.Context, what, query string, args ...any) error {
	n, err := s.writer().exec(ctx, query, args...)
	if err == nil && n == 0 {
		err = sql.ErrNoRows
	}
	return s.fault(what, err)
}

// Abandon turns running runs that gave no sign of life into failed ones.
func (s *Store) Abandon(ctx context.Context, silentSince, at time.Time) (out []history.Run, err error) {
	err = s.change(ctx, "look for runs that died", func(tx conn) error {
		out = nil
		err := tx.each(ctx, "SELECT "+runColumns+" FROM run WHERE state = 'running' AND alive < ? ORDER BY seq", []any{micros(silentSince)},
			func(scan func(...any) error) error {
				r, err := scanRun(scan)
				out = append(out, r)
				return err
			})
		kept := out[:0]
		for _, r := range out {
			if err != nil {
				return err
			}
			r.State, r.Finished, r.Message = history.Failed, &at, "the service that made it stopped, or its machine did"
			var n int64
			n, err = tx.exec(ctx, "UPDATE run SET state = ?, finished = ?, at = ?, message = ? WHERE id = ? AND state = 'running' AND alive < ?",
				string(r.State), micros(at), micros(at), r.Message, r.ID, micros(silentSince))
			if n > 0 {
				kept = append(kept, r)
			}
		}
		out = kept
		return err
	})
	return out, err
}

// End ends a running run without a report.
func (s *Store) End(ctx context.Context, id string, state history.State, message string, at time.Time) error {
	if state != history.Failed && state != history.Cancelled {
		return fmt.Errorf("end run %s: its state is %q: want failed or cancelled", id, state)
	}
	return s.one(ctx, "end run "+id, "UPDATE run SET state = ?, message = ?, finished = ?, at = ? WHERE id = ? AND state = 'running'",
		string(state), text(message), micros(at), micros(at), text(id))
}

// Run is the run of an id.
func (s *Store) Run(ctx context.Context, id string) (*history.Run, error) {
	r, err := runOf(ctx, s.reader(), id)
	if err != nil {
		return nil, s.fault("run "+strconv.Quote(id), err)
	}
	return &r, nil
}

func runOf(ctx context.Context, c conn, id string) (history.Run, error) {
	return scanRun(c.row(ctx, "SELECT "+runColumns+" FROM run WHERE id = ?", text(id)).Scan)
}

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

// where collects the conditions of a query.
type where struct {
	conditions []string
	args       []any
}

func (w *where) and(wanted bool, condition string, args ...any) {
	if wanted {
		w.conditions, w.args = append(w.conditions, condition), append(w.args, args...)
	}
}

func (w *where) text() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conditions, " AND ")
}

// Limits of pages.
const (
	pageLimit = 100
	pageMost  = 1000
)

// before begins a page of a list, newest first by a number, and returns how long it is.
func (w *where) before(column string, p history.Page) (limit int, err error) {
	if p.After != "" {
		number, err := cursor(p)
		if err != nil {
			return 0, err
		}
		w.and(true, column+" < ?", number)
	}
	return length(p), nil
}

func length(p history.Page) int {
	if p.Limit <= 0 {
		return pageLimit
	}
	return min(p.Limit, pageMost)
}

// cursor is the number in a cursor. One that was never handed out finds nothing.
func cursor(p history.Page) (int64, error) {
	n, err := strconv.ParseInt(p.After, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("cursor %q: want one that a page before ended with: %w", p.After, history.ErrNotFound)
	}
	return n, nil
}

// page cuts off the item that was read to see whether there are more, and returns the cursor for them.
func page[T any](items []T, limit int, cursor func(T) string) ([]T, string) {
	if len(items) <= limit {
		return items, ""
	}
	return items[:limit], cursor(items[limit-1])
}
