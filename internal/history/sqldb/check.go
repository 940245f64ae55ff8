package sqldb

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"reflect"

	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/parts"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
)

// Check checks the log, and holds the rows that pages are made of against it and its reports.
func (s *Store) Check(ctx context.Context, o runlog.Checking) (*runlog.Result, error) {
	result, err := s.Log().Check(ctx, o)
	if err != nil {
		return result, err
	}
	c := &rowCheck{ctx: ctx, Result: result}
	err = s.look(ctx, "check the history", func(tx conn) error {
		c.tx, c.log = tx, s.within(ctx, tx, nil)
		for _, step := range []func() error{c.readLog, c.runs, c.looks} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
	return result, err
}

// rowCheck holds rows against the log.
type rowCheck struct {
	*runlog.Result
	ctx     context.Context
	tx      conn
	log     *logStore
	records []runlog.Record // by number; of one that cannot be read the zero value
}

func (c *rowCheck) problem(record int64, run, what string) {
	c.Problems = append(c.Problems, runlog.Problem{Record: record, Run: run, What: what})
}

func (c *rowCheck) readLog() error {
	for line, err := range c.log.Records() {
		if err != nil {
			return err
		}
		var r runlog.Record
		_ = json.Unmarshal(line, &r) // the log's own check has said so
		c.records = append(c.records, r)
	}
	return nil
}

// runs compares each run with its record and, where that is kept, its report.
func (c *rowCheck) runs() error {
	var list []history.Run
	err := c.tx.each(c.ctx, "SELECT "+runColumns+" FROM run WHERE state = 'finished' OR record IS NOT NULL ORDER BY seq", nil, func(scan func(...any) error) error {
		r, err := scanRun(scan)
		list = append(list, r)
		return err
	})
	if err != nil {
		return err
	}
	listed := map[int64]bool{}
	for _, r := range list {
		if r.Record == nil || *r.Record < 0 || *r.Record >= int64(len(c.records)) {
			c.problem(-1, "run "+r.ID, "it is listed as finished, and no record of the log is of it: the row was put there or changed")
			continue
		}
		listed[*r.Record] = true
		if err := c.run(r, c.records[*r.Record]); err != nil {
			return err
		}
	}
	for i, record := range c.records {
		if record.Digest != "" && !listed[int64(i)] {
			c.problem(int64(i), record.Name(), "it is in the log and in no list of runs: its row was removed or changed")
		}
	}
	return nil
}

func (c *rowCheck) run(r history.Run, is runlog.Record) error {
	if r.State != history.Finished || r.Finished == nil || r.Summary == nil || r.ID != text(is.Run) || r.Estate != text(is.Estate) || r.Digest != is.Digest ||
		r.Verdict != is.Verdict || micros(*r.Finished) != micros(is.Finished) {
		c.problem(*r.Record, is.Name(), "its row does not say what the record says: the row was changed")
		return nil
	}
	doc, err := c.report(r.Digest)
	if doc == nil || err != nil {
		return err
	}
	if r.Pruned {
		c.problem(*r.Record, is.Name(), "its row says that its report is not kept, and it is")
	}
	var rep struct {
		Summary report.Summary `json:"summary"`
	}
	if json.Unmarshal(doc, &rep) == nil && !same(rep.Summary, *r.Summary) {
		c.problem(*r.Record, is.Name(), "the numbers in its row are not those of its report: the row was changed")
	}
	return nil
}

// same says whether two values are the same in JSON.
func same(a, b any) bool {
	x, err := evidence.Canonical(a)
	y, also := evidence.Canonical(b)
	return err == nil && also == nil && bytes.Equal(x, y)
}

// report reads a report; nil where it is not there or is damaged, which the log's own check has said.
func (c *rowCheck) report(digest string) ([]byte, error) {
	own, err := ownOf(c.ctx, c.tx, digest)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	doc, err := join(own, nil, func(hashes []parts.Hash) (map[parts.Hash][]byte, error) { return getParts(c.ctx, c.tx, hashes) })
	if errors.Is(damaged(err), runlog.ErrDamaged) {
		return nil, nil
	}
	return doc, err
}

// looks compares what is known of listeners, and the findings that are open, with the reports of the last runs that looked.
func (c *rowCheck) looks() error {
	type run struct{ id, estate, digest string }
	var runs []run
	err := c.tx.each(c.ctx, `SELECT id, estate, digest FROM run WHERE seq IN (SELECT seen.run FROM seen JOIN listener l ON l.id = seen.listener WHERE NOT l.gone)
		ORDER BY seq`, nil, func(scan func(...any) error) error {
		var r run
		err := scan(&r.id, &r.estate, &r.digest)
		runs = append(runs, r)
		return err
	})
	if err != nil {
		return err
	}
	for _, r := range runs {
		doc, err := c.report(r.digest)
		if err != nil {
			return err
		}
		rep, fault := reportjson.Decode(doc)
		if doc == nil || fault != nil {
			continue // there is nothing to compare with
		}
		if err := c.listeners(rep); err != nil {
			return err
		}
		if err := c.findings(rep); err != nil {
			return err
		}
	}
	return nil
}

// listeners compares the looks of one run.
func (c *rowCheck) listeners(rep *report.Report) error {
	a := &adding{rep: rep}
	if err := a.prepare(); err != nil {
		return err
	}
	want := map[string]*look{}
	for _, l := range a.endpoints {
		want[l.id] = l
	}
	return c.tx.each(c.ctx, `SELECT l.endpoint, l.state, s.run, s.sum, s.doc FROM listener l JOIN seen ON seen.listener = l.id JOIN run r ON r.seq = seen.run
		LEFT JOIN shown s ON s.listener = l.id WHERE r.id = ? AND NOT l.gone ORDER BY l.endpoint`, []any{text(rep.Run.ID)}, func(scan func(...any) error) error {
		var id, state string
		var by sql.NullString
		var sum, packed []byte
		if err := scan(&id, &state, &by, &sum, &packed); err != nil {
			return err
		}
		doc, err := unpack(packed)
		if l := want[id]; err != nil || l == nil || state != string(l.endpoint.State) || by.String != text(l.shown.run) || string(sum) != l.shown.sum || !bytes.Equal(doc, l.doc) {
			c.problem(-1, "run "+rep.Run.ID, "what is stored of listener "+id+" is not what the report says: the row was changed")
		}
		return nil
	})
}

// findings compares those that were open after one run.
func (c *rowCheck) findings(rep *report.Report) error {
	left := append([]report.Finding(nil), rep.Findings...)
	err := c.tx.each(c.ctx, "SELECT doc, rank, counts, waived FROM finding WHERE estate = ? AND last_run = ? AND closed IS NULL ORDER BY id",
		[]any{text(rep.Run.Estate), text(rep.Run.ID)}, func(scan func(...any) error) error {
			var doc []byte
			var at int
			var counted, waived bool
			var f report.Finding
			if err := scan(&doc, &at, &counted, &waived); err != nil {
				return err
			}
			found := json.Unmarshal(doc, &f) == nil && at == rank(f.Severity) && counted == counts(f) && waived == (f.Waived != nil)
			for i := range left {
				if found && reflect.DeepEqual(f, left[i]) {
					left = append(left[:i], left[i+1:]...)
					return nil
				}
			}
			c.problem(-1, "run "+rep.Run.ID, "a finding is stored as one of its report that is not in it ("+f.ID+" "+f.Endpoint+"): the row was changed")
			return nil
		})
	if err != nil {
		return err
	}
	for _, f := range left {
		var last int64 // is it the last run that looked at the endpoint? A later one may have closed the finding
		err := c.tx.row(c.ctx, `SELECT count(*) FROM listener l JOIN seen ON seen.listener = l.id JOIN run r ON r.seq = seen.run
			WHERE l.estate = ? AND l.endpoint = ? AND r.id = ?`, text(rep.Run.Estate), text(f.Endpoint), text(rep.Run.ID)).Scan(&last)
		if err != nil {
			return err
		}
		if last > 0 {
			c.problem(-1, "run "+rep.Run.ID, "a finding of its report is not stored as open ("+f.ID+" "+f.Endpoint+"): its row was removed or changed")
		}
	}
	return nil
}
