package sqldb

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

// tally is what the open findings of a listener come to.
type tally struct {
	findings    int
	worst       *report.Severity
	notAssessed bool
	rc4         bool
}

// Listeners are all endpoints that the estate has, by id.
func (s *Store) Listeners(ctx context.Context, estate string) (out []history.Listener, err error) {
	err = s.look(ctx, "listeners of "+strconv.Quote(estate), func(tx conn) error {
		all, err := tallies(ctx, tx, estate)
		if err != nil {
			return err
		}
		return tx.each(ctx, `SELECT l.endpoint, l.system, l.listener, l.role, l.expect, l.state, l.not_after, l.first_run, l.since, r.id, r.finished
			FROM listener l JOIN seen ON seen.listener = l.id JOIN run r ON r.seq = seen.run WHERE l.estate = ? AND NOT l.gone ORDER BY l.endpoint`, []any{text(estate)},
			func(scan func(...any) error) error {
				l := history.Listener{Estate: estate}
				var end sql.NullInt64
				var since, seen int64
				err := scan(&l.ID, &l.System, &l.Listener, &l.Role, &l.Expect, &l.State, &end, &l.FirstRun, &since, &l.LastRun, &seen)
				l.NotAfter, l.Since, l.Seen = maybeMoment(end), moment(since), moment(seen)
				if t := all[l.ID]; t != nil {
					l.Findings, l.Worst, l.NotAssessed, l.RC4 = t.findings, t.worst, t.notAssessed, t.rc4
				}
				out = append(out, l)
				return err
			})
	})
	return out, err
}

// tallies counts the open findings of an estate's listeners. With a bound for the rank SQLite takes the index of open findings; else it goes through
// all of the estate, which after years are a hundred times as many.
func tallies(ctx context.Context, tx conn, estate string) (map[string]*tally, error) {
	out := map[string]*tally{}
	err := tx.each(ctx, `SELECT endpoint, rule, rank, counts, waived, count(*) FROM finding WHERE estate = ? AND closed IS NULL AND rank >= 0 AND endpoint <> ''
		GROUP BY endpoint, rule, rank, counts, waived`, []any{text(estate)},
		func(scan func(...any) error) error {
			var endpoint, rule string
			var at, n int
			var counts, waived bool
			if err := scan(&endpoint, &rule, &at, &counts, &waived, &n); err != nil {
				return err
			}
			t := out[endpoint]
			if t == nil {
				t = &tally{}
				out[endpoint] = t
			}
			severity := report.Severity(int(report.Critical) - at)
			switch {
			case counts:
				t.findings += n
				if t.worst == nil || severity > *t.worst {
					t.worst = &severity
				}
			case !waived:
				t.findings += n
				t.notAssessed = true
			}
			t.rc4 = t.rc4 || rule == assess.RC4ListenerOpen
			return nil
		})
	return out, err
}

// Spans are what a listener once was, oldest first, to what it is now.
func (s *Store) Spans(ctx context.Context, estate, endpoint string) (out []history.Span, err error) {
	what := "the history of " + strconv.Quote(endpoint)
	err = s.look(ctx, what, func(tx conn) error {
		take := func(scan func(...any) error) error {
			var p history.Span
			var from, to int64
			err := scan(&p.State, &p.FirstRun, &from, &p.LastRun, &to, &p.Runs)
			p.From, p.To = moment(from), moment(to)
			out = append(out, p)
			return err
		}
		var id int64
		if err := tx.row(ctx, "SELECT id FROM listener WHERE estate = ? AND endpoint = ?", text(estate), text(endpoint)).Scan(&id); err != nil {
			return err
		}
		if err := tx.each(ctx, "SELECT state, first_run, since, last_run, seen, runs FROM span WHERE listener = ? ORDER BY id", []any{id}, take); err != nil {
			return err
		}
		return take(tx.row(ctx, `SELECT l.state, l.first_run, l.since, r.id, r.finished, seen.runs FROM listener l JOIN seen ON seen.listener = l.id
			JOIN run r ON r.seq = seen.run WHERE l.id = ?`, id).Scan)
	})
	return out, err
}

// Failures counts the failed questions of the last looks.
func (s *Store) Failures(ctx context.Context, estate string) (map[string]int, error) {
	out := map[string]int{}
	err := s.reader().each(ctx, "SELECT failures FROM listener WHERE estate = ? AND NOT gone", []any{text(estate)}, func(scan func(...any) error) error {
		var doc []byte
		var failed map[string]int
		if err := scan(&doc); err != nil {
			return err
		}
		err := json.Unmarshal(doc, &failed)
		for kind, n := range failed {
			out[kind] += n
		}
		return err
	})
	return out, s.fault("failures of "+strconv.Quote(estate), err)
}

// Trend has the last finished runs of the whole estate, which are all in the log, and those that were due and came to nothing.
func (s *Store) Trend(ctx context.Context, estate string, n int) (out []history.Point, err error) {
	err = s.reader().each(ctx, `SELECT id, at, state, verdict, summary FROM run WHERE estate = ? AND NOT narrowed AND (state = 'finished' OR due IS NOT NULL AND state <> 'running')
		ORDER BY at DESC, seq DESC LIMIT ?`, []any{text(estate), max(n, 0)},
		func(scan func(...any) error) error {
			var p history.Point
			var at int64
			var summary []byte
			if err := scan(&p.Run, &at, &p.State, &p.Verdict, &summary); err != nil {
				return err
			}
			p.At = moment(at)
			if len(summary) > 0 {
				var r report.Summary
				if err := json.Unmarshal(summary, &r); err != nil {
					return err
				}
				p.BySeverity, p.RC4Open = r.BySeverity, r.RC4ListenersOpen
			}
			out = append(out, p)
			return nil
		})
	slices.Reverse(out)
	return out, s.fault("trend of "+strconv.Quote(estate), err)
}
