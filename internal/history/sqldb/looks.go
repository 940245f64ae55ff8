package sqldb

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/life"
	"github.com/portseal/portseal/scan"
)

// listenerRow is what the history knows of an endpoint before a run.
type listenerRow struct {
	id       int64
	endpoint string
	fields   listenerFields
	facts    map[string]string
	seen     int64
	gone     bool
	shown    shownKey // of the stored look
}

// listenerFields are the columns that are compared with what a run found: where they are the same, nothing of them is written.
type listenerFields struct {
	system, listener, role, expect string
	state                          scan.State
	notAfter                       int64 // 0: unknown
	failures                       string
}

// shownKey says which look is stored.
type shownKey struct{ run, sum string }

// looks brings what is known of the endpoints up to date.
func (a *adding) looks(ctx context.Context, tx conn) error {
	rows := a.known.listeners[a.run.Estate]
	if rows == nil {
		var err error
		if rows, err = a.readListeners(ctx, tx); err != nil {
			return err
		}
		a.known.listeners[a.run.Estate] = rows
	}
	var same []int64
	for _, l := range a.endpoints {
		row := rows[l.id]
		switch {
		case row == nil:
			var err error
			if row, err = a.insertListener(ctx, tx, l); err != nil {
				return err
			}
			rows[l.id] = row
		case a.run.Trigger == history.ByImport && row.seen > micros(*a.run.Finished):
			continue // it is older than what is known
		case l.endpoint.State == scan.StateSkipped && row.fields.state != scan.StateSkipped:
			continue // nobody looked
		default:
			goesOn, err := a.updateListener(ctx, tx, row, l)
			if err != nil {
				return err
			}
			if goesOn {
				same = append(same, row.id)
			}
		}
		if row.gone {
			row.shown = shownKey{} // what it presented is kept no more
		}
		row.fields, row.seen, row.gone = l.fields, micros(*a.run.Finished), false
		a.looked[l.endpoint.ID] = l.endpoint
		if err := a.show(ctx, tx, row, l); err != nil {
			return err
		}
	}
	if err := a.wentOn(ctx, tx, same); err != nil {
		return err
	}
	return a.leave(ctx, tx, rows)
}

// readListeners reads all that is known of the estate's endpoints.
func (a *adding) readListeners(ctx context.Context, tx conn) (map[string]*listenerRow, error) {
	rows := map[string]*listenerRow{}
	err := tx.each(ctx, `SELECT l.id, l.endpoint, l.system, l.listener, l.role, l.expect, l.state, coalesce(l.not_after, 0), l.failures, l.facts, r.finished, l.gone,
		coalesce(s.run, ''), s.sum FROM listener l JOIN seen ON seen.listener = l.id JOIN run r ON r.seq = seen.run LEFT JOIN shown s ON s.listener = l.id WHERE l.estate = ?`, []any{text(a.run.Estate)},
		func(scan func(...any) error) error {
			r := &listenerRow{}
			f := &r.fields
			var failures, facts, sum []byte
			err := scan(&r.id, &r.endpoint, &f.system, &f.listener, &f.role, &f.expect, &f.state, &f.notAfter, &failures, &facts, &r.seen, &r.gone, &r.shown.run, &sum)
			if err != nil {
				return err
			}
			f.failures, r.shown.sum = string(failures), string(sum)
			rows[r.endpoint] = r
			return json.Unmarshal(facts, &r.facts)
		})
	return rows, err
}

func (a *adding) insertListener(ctx context.Context, tx conn, l *look) (*listenerRow, error) {
	row := &listenerRow{endpoint: l.id, facts: map[string]string{l.plan: l.facts}}
	facts, err := json.Marshal(row.facts)
	if err != nil {
		return nil, err
	}
	at, f := micros(*a.run.Finished), l.fields
	err = tx.row(ctx, `INSERT INTO listener (estate, endpoint, system, listener, role, expect, state, not_after, failures, facts, first_run, since,
		gone) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, FALSE) RETURNING id`, text(a.run.Estate), l.id, f.system,
		f.listener, f.role, f.expect, string(f.state), orNull(f.notAfter), []byte(f.failures), facts, text(a.run.ID), at).Scan(&row.id)
	if err != nil {
		return nil, err
	}
	_, err = tx.exec(ctx, "INSERT INTO seen (listener, run, runs) VALUES (?, ?, 1)", row.id, a.run.Seq)
	return row, err
}

func orNull(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

// updateListener stores what differs from before. goesOn says that nothing does, so that only the look is to be counted.
func (a *adding) updateListener(ctx context.Context, tx conn, row *listenerRow, l *look) (goesOn bool, err error) {
	if !life.Known(l.endpoint.State) { // what it presented last is still the last that is known
		l.fields.notAfter = row.fields.notAfter
	}
	facts, seen := row.facts[l.plan]
	if row.gone || row.fields.state != l.fields.state || seen && facts != l.facts {
		return false, a.newSpan(ctx, tx, row, l)
	}
	if seen && row.fields == l.fields {
		return true, nil
	}
	now := maps.Clone(row.facts)
	if now == nil {
		now = map[string]string{}
	}
	now[l.plan] = l.facts
	row.facts = now
	doc, err := json.Marshal(now)
	if err != nil {
		return false, err
	}
	f := l.fields
	_, err = tx.exec(ctx, "UPDATE listener SET system = ?, listener = ?, role = ?, expect = ?, not_after = ?, failures = ?, facts = ? WHERE id = ?",
		f.system, f.listener, f.role, f.expect, orNull(f.notAfter), []byte(f.failures), doc, row.id)
	return true, err
}

// newSpan ends a span and begins one.
func (a *adding) newSpan(ctx context.Context, tx conn, row *listenerRow, l *look) error {
	_, err := tx.exec(ctx, `INSERT INTO span (listener, state, first_run, since, last_run, seen, runs)
		SELECT l.id, l.state, l.first_run, l.since, r.id, r.finished, seen.runs FROM listener l JOIN seen ON seen.listener = l.id
		JOIN run r ON r.seq = seen.run WHERE l.id = ?`, row.id)
	if err != nil {
		return err
	}
	row.facts = map[string]string{l.plan: l.facts}
	facts, err := json.Marshal(row.facts)
	if err != nil {
		return err
	}
	at, f := micros(*a.run.Finished), l.fields
	_, err = tx.exec(ctx, `UPDATE listener SET system = ?, listener = ?, role = ?, expect = ?, state = ?, not_after = ?, failures = ?, facts = ?, first_run = ?,
		since = ?, gone = FALSE WHERE id = ?`, f.system, f.listener, f.role, f.expect, string(f.state),
		orNull(f.notAfter), []byte(f.failures), facts, text(a.run.ID), at, row.id)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, "UPDATE seen SET run = ?, runs = 1 WHERE listener = ?", a.run.Seq, row.id)
	return err
}

// argumentsAtOnce is how many values one statement takes.
const argumentsAtOnce = 500

// wentOn counts the look at the listeners that show what they showed.
func (a *adding) wentOn(ctx context.Context, tx conn, ids []int64) error {
	for some := range slices.Chunk(ids, argumentsAtOnce) {
		marks, args := in(some)
		args = append([]any{a.run.Seq}, args...)
		if _, err := tx.exec(ctx, "UPDATE seen SET run = ?, runs = runs + 1 WHERE listener IN "+marks, args...); err != nil {
			return err
		}
	}
	return nil
}

// leave notes which endpoints the estate no longer has.
func (a *adding) leave(ctx context.Context, tx conn, rows map[string]*listenerRow) error {
	if !a.decides() {
		return nil
	}
	there := map[string]bool{}
	for _, l := range a.endpoints {
		there[l.id] = true
	}
	for _, skipped := range a.rep.Run.Scope.Skipped {
		there[text(skipped.ID)] = true
	}
	for _, id := range slices.Sorted(maps.Keys(rows)) {
		row := rows[id]
		if there[id] || row.gone {
			continue
		}
		a.gone[id], row.gone = true, true
		if _, err := tx.exec(ctx, "UPDATE listener SET gone = TRUE WHERE id = ?", row.id); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, "DELETE FROM presented WHERE listener = ?", row.id); err != nil {
			return err
		}
	}
	return nil
}

// decides says whether what the run does not have is not there.
func (a *adding) decides() bool { return !a.run.Narrowed && a.rep.Run.Complete && a.current }
