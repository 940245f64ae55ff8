package api

import (
	"bytes"
	"fmt"
	"net/http"

	"github.com/portseal/portseal/internal/diff"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
)

// getDiff is what changed between the reports of two runs. A HEAD does not make it: it takes two whole reports.
func (a *API) getDiff(c *call) (*answer, error) {
	from, err := a.reported(c, one(c.query, "from", ""))
	if err != nil {
		return nil, err
	}
	to, err := a.reported(c, one(c.query, "to", ""))
	if err != nil {
		return nil, err
	}
	if from.Estate != to.Estate {
		return nil, notComparable(fmt.Sprintf("run %s is of estate %.100q, and run %s of %.100q; want two of one estate", from.ID, from.Estate, to.ID, to.Estate))
	}
	out := &answer{media: typeJSON, large: true, etag: `W/"` + from.Digest + "-" + to.Digest + `"`} // weak, as another version of portseal may see more in the same
	out.make = func() (*content, error) { return a.compare(c, from, to) }
	return out, nil
}

func notComparable(detail string) error {
	return &Problem{Type: "not-comparable", Status: http.StatusUnprocessableEntity, Detail: detail, Errors: []Fault{{"query", "to", detail}}}
}

// compare reads both reports and compares them, in its turn.
func (a *API) compare(c *call, from, to *history.Run) (*content, error) {
	if err := a.turn(c); err != nil {
		return nil, err
	}
	defer func() { <-a.renders }()
	old, err := a.whole(c, from.ID)
	if err != nil {
		return nil, err
	}
	now, err := a.whole(c, to.ID)
	if err != nil {
		return nil, err
	}
	if !diff.InCommon(old, now) {
		return nil, notComparable(fmt.Sprintf("runs %s and %s looked at no listener in common", from.ID, to.ID))
	}
	doc := &report.Diff{Schema: report.DiffSchema, Report: diff.Identity(now, runPath(to.ID)+"/report"), Drift: *diff.Since(runPath(from.ID)+"/report", old, now, nil)}
	var body bytes.Buffer
	if err := reportjson.WriteDiff(&body, doc); err != nil {
		return nil, err
	}
	return &content{whole: body.Bytes()}, nil
}

func (a *API) whole(c *call, id string) (*report.Report, error) {
	doc, err := a.Store.Report(c.Context(), id)
	if err != nil {
		return nil, gone(id, err)
	}
	rep, err := read(doc)
	if err != nil {
		return nil, fmt.Errorf("report of run %s: %w", id, err)
	}
	return rep, nil
}
