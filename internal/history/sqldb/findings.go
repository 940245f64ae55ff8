package sqldb

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/life"
	"github.com/portseal/portseal/report"
)

// findings opens, keeps and closes them.
func (a *adding) findings(ctx context.Context, tx conn) error {
	if len(a.looked) == 0 && !a.current {
		return nil
	}
	open, err := a.openFindings(ctx, tx)
	if err != nil {
		return err
	}
	l := life.Look{Report: a.judged(), Looked: a.looked, Gone: a.gone, Whole: a.decides(), Changes: a.with.Changes}
	outcome := life.Judge(open, l)
	if err := a.closeFindings(ctx, tx, outcome.Closed); err != nil {
		return err
	}
	if err := a.keepFindings(ctx, tx, &l, open, outcome.Kept); err != nil {
		return err
	}
	closed := map[int64]bool{}
	for _, id := range outcome.Closed {
		closed[id] = true
	}
	open = slices.DeleteFunc(open, func(o life.Open) bool { return closed[o.ID] })
	for _, f := range outcome.Opened {
		probes := l.Probes(f)
		id, err := a.openFinding(ctx, tx, f, probes)
		if err != nil {
			return err
		}
		open = append(open, life.Open{ID: id, Finding: f, Probes: probes})
	}
	a.known.open[a.run.Estate] = open
	return nil
}

// openFindings are those of the estate that are open, in their order.
func (a *adding) openFindings(ctx context.Context, tx conn) ([]life.Open, error) {
	if open, known := a.known.open[a.run.Estate]; known {
		return open, nil
	}
	var open []life.Open
	err := tx.each(ctx, "SELECT id, doc, probes FROM finding WHERE estate = ? AND closed IS NULL AND rank >= 0 ORDER BY id", []any{text(a.run.Estate)},
		func(scan func(...any) error) error {
			var o life.Open
			var doc []byte
			if err := scan(&o.ID, &doc, &o.Probes); err != nil {
				return err
			}
			open = append(open, o)
			return json.Unmarshal(doc, &open[len(open)-1].Finding)
		})
	return open, err
}

// judged is the report without the findings about endpoints of which more is known than this run's report says.
func (a *adding) judged() *report.Report {
	if a.current {
		return a.rep
	}
	rep := *a.rep
	rep.Findings = slices.DeleteFunc(slices.Clone(rep.Findings), func(f report.Finding) bool { return a.looked[f.Endpoint] == nil })
	return &rep
}

func (a *adding) closeFindings(ctx context.Context, tx conn, ids []int64) error {
	for some := range slices.Chunk(ids, argumentsAtOnce) {
		marks, args := in(some)
		args = append([]any{micros(*a.run.Finished)}, args...)
		if _, err := tx.exec(ctx, "UPDATE finding SET closed = ? WHERE id IN "+marks, args...); err != nil {
			return err
		}
	}
	return nil
}

// keepFindings notes that findings were found again, and what of them is not as it was.
func (a *adding) keepFindings(ctx context.Context, tx conn, l *life.Look, open []life.Open, kept []life.Kept) error {
	before := make(map[int64]*life.Open, len(open))
	for i := range open {
		before[open[i].ID] = &open[i]
	}
	var same []int64
	for _, k := range kept {
		now := l.Probes(k.Finding)
		if !k.Changed && now == before[k.ID].Probes {
			same = append(same, k.ID)
			continue
		}
		before[k.ID].Finding, before[k.ID].Probes = k.Finding, now
		doc, err := json.Marshal(k.Finding)
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, "UPDATE finding SET rank = ?, counts = ?, waived = ?, doc = ?, last_run = ?, probes = ? WHERE id = ?",
			rank(k.Finding.Severity), counts(k.Finding), k.Finding.Waived != nil, doc, text(a.run.ID), text(now), k.ID)
		if err != nil {
			return err
		}
	}
	for some := range slices.Chunk(same, argumentsAtOnce) {
		marks, args := in(some)
		args = append([]any{text(a.run.ID)}, args...)
		if _, err := tx.exec(ctx, "UPDATE finding SET last_run = ? WHERE id IN "+marks, args...); err != nil {
			return err
		}
	}
	return nil
}

func (a *adding) openFinding(ctx context.Context, tx conn, f report.Finding, probes string) (id int64, err error) {
	doc, err := json.Marshal(f)
	if err != nil {
		return 0, err
	}
	file := ""
	if f.Location != nil {
		file = f.Location.File
	}
	return id, tx.row(ctx, `INSERT INTO finding (estate, endpoint, rule, item, file, rank, counts, waived, doc, first_run, opened, last_run, probes)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`, text(a.run.Estate), text(f.Endpoint), text(f.ID), text(f.Item), text(file), rank(f.Severity), counts(f),
		f.Waived != nil, doc, text(a.run.ID), micros(*a.run.Finished), text(a.run.ID), text(probes)).Scan(&id)
}

// rank sorts severities, worst first.
func rank(s report.Severity) int { return int(report.Critical) - int(s) }

// counts says whether a finding makes a run fail, where it is severe enough.
func counts(f report.Finding) bool { return f.Waived == nil && !f.Inconclusive }

// Findings are findings with their lives, worst first. The cursor is the row of the last one.
func (s *Store) Findings(ctx context.Context, q history.FindingQuery) (out []history.Finding, next string, err error) {
	w := &where{}
	w.and(true, "estate = ?", text(q.Estate))
	w.and(q.Endpoint != "", "endpoint = ?", text(q.Endpoint))
	w.and(q.ID != "", "rule = ?", text(q.ID))
	w.and(q.Least != report.SeverityUnknown, "rank <= ?", rank(q.Least))
	w.and(!q.Closed, "closed IS NULL")
	if q.After != "" {
		id, err := cursor(q.Page)
		if err != nil {
			return nil, "", err
		}
		var at int
		var endpoint, rule string
		if err := s.reader().row(ctx, "SELECT rank, endpoint, rule FROM finding WHERE id = ?", id).Scan(&at, &endpoint, &rule); err != nil {
			return nil, "", s.fault("the page of findings behind "+strconv.Quote(q.After), err)
		}
		w.and(true, "(rank, endpoint, rule, id) > (?, ?, ?, ?)", at, endpoint, rule, id)
	}
	limit := length(q.Page)
	var ids []string
	err = s.reader().each(ctx, "SELECT id, doc, first_run, last_run, opened, closed FROM finding"+w.text()+" ORDER BY rank, endpoint, rule, id LIMIT ?",
		append(w.args, limit+1), func(scan func(...any) error) error {
			f, id, err := scanFinding(scan)
			out, ids = append(out, f), append(ids, id)
			return err
		})
	if len(out) > limit {
		next = ids[limit-1]
	}
	out, _ = page(out, limit, func(history.Finding) string { return "" })
	return out, next, s.fault("list findings", err)
}

func scanFinding(scan func(...any) error) (f history.Finding, id string, err error) {
	var doc []byte
	var opened int64
	var closed sql.NullInt64
	if err := scan(&id, &doc, &f.FirstRun, &f.LastRun, &opened, &closed); err != nil {
		return f, id, err
	}
	f.Opened, f.Closed = moment(opened), maybeMoment(closed)
	return f, id, json.Unmarshal(doc, &f.Finding)
}
