package sqldb

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
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
	}
	if r.State == history.Running {
		return s.change(ctx, "begin run "+r.ID, func(tx conn) error { return begin(ctx, tx, r) })
	}
	return s.noted(ctx, "note run "+r.ID+" as missed", func(tx conn) ([]entry, error) {
		if err := begin(ctx, tx, r); err != nil {
			return nil, err
		}
		return ended(ctx, tx, r.ID)
	})
}

func begin(ctx context.Context, tx conn, r history.Run) error {
	if err := putEstate(ctx, tx, r.Estate); err != nil {
		return err
	}
	return insertRun(ctx, tx, r)
}

// ended is what the ledger says of a run that ended without a report.
func ended(ctx context.Context, tx conn, id string) ([]entry, error) {
	r, err := runOf(ctx, tx, id)
	return []entry{{Run: &r}}, err
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
	err = s.noted(ctx, "look for runs that died", func(tx conn) (entries []entry, err error) {
		out = nil
		err = tx.each(ctx, "SELECT "+runColumns+" FROM run WHERE state = 'running' AND alive < ? ORDER BY seq", []any{micros(silentSince)},
			func(scan func(...any) error) error {
				r, err := scanRun(scan)
				out = append(out, r)
				return err
			})
		kept := out[:0]
		for _, r := range out {
			if err != nil {
				return nil, err
			}
			r.State, r.Finished, r.Message = history.Failed, &at, "the service that made it stopped, or its machine did"
			var n int64
			n, err = tx.exec(ctx, "UPDATE run SET state = ?, finished = ?, at = ?, message = ? WHERE id = ? AND state = 'running' AND alive < ?",
				string(r.State), micros(at), micros(at), r.Message, r.ID, micros(silentSince))
			if n > 0 {
				kept = append(kept, r)
				var is []entry
				if err == nil {
					is, err = ended(ctx, tx, r.ID)
				}
				entries = append(entries, is...)
			}
		}
		out = kept
		return entries, err
	})
	return out, err
}

// End ends a running run without a report.
func (s *Store) End(ctx context.Context, id string, state history.State, message string, at time.Time) error {
	if state != history.Failed && state != history.Cancelled {
		return fmt.Errorf("end run %s: its state is %q: want failed or cancelled", id, state)
	}
	return s.noted(ctx, "end run "+id, func(tx conn) ([]entry, error) {
		n, err := tx.exec(ctx, "UPDATE run SET state = ?, message = ?, finished = ?, at = ? WHERE id = ? AND state = 'running'",
			string(state), text(message), micros(at), micros(at), text(id))
		if err != nil || n == 0 {
			return nil, cmp.Or(err, sql.ErrNoRows)
		}
		return ended(ctx, tx, id)
	})
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
