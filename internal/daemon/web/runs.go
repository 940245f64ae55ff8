package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/limits"
)

func (p *Pages) runsPage(r *http.Request) (*view, error) {
	status, q := p.Control.Status(), r.URL.Query()
	var states []history.State
	for _, s := range history.States() {
		if q.Get("state") == string(s) {
			states = append(states, s)
		}
	}
	runs, next, err := p.Store.List(r.Context(), history.RunQuery{Estate: status.Estate.Name, States: states, Page: history.Page{After: q.Get("after"), Limit: 100}})
	if err != nil {
		return nil, err
	}
	more := ""
	if next != "" {
		more = "?" + url.Values{"after": {next}, "state": {q.Get("state")}}.Encode()
	}
	var systems []string
	for _, s := range status.Estate.Systems {
		systems = append(systems, s.Name)
	}
	v := view{title: "Runs", nav: "/runs"}
	if len(status.Running) > 0 {
		v.live = status.Running[0].Run
	}
	return p.body("runs", map[string]any{"Runs": runs, "More": more, "State": q.Get("state"), "States": history.States(), "Status": status, "Systems": systems,
		"Who": p.Who(r.Context()), "First": q.Get("after") == ""}, v)
}

// runData is the page of one run.
type runData struct {
	*history.Run
	Who      Who
	Progress *control.Progress
	Text     string // of the progress
	Before   *history.Run
	Report   *report.Report // without evidence; nil where there is none
	Limits   limits.Limits
	Counts   []tally
	Findings []report.Finding
	LeftOut  int // findings
	Changes  []history.Change
	Formats  []control.Format
}

// mostFindings is how many findings the page of a run has; the report has them all.
const mostFindings = 500

func (p *Pages) runPage(r *http.Request) (*view, error) {
	ctx := r.Context()
	run, err := p.Store.Run(ctx, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	d := &runData{Run: run, Who: p.Who(ctx), Formats: p.Formats}
	v := view{title: "Run " + run.ID, nav: "/runs"}
	switch run.State {
	case history.Running:
		if now, ok := p.Control.Progress(run.ID); ok {
			d.Progress, d.Text = &now, progressText(now)
		}
		v.live = run.ID
	case history.Finished:
		if err := p.result(r, d); err != nil {
			return nil, err
		}
	}
	return p.body("run", d, v)
}

// result reads what a finished run found.
func (p *Pages) result(r *http.Request, d *runData) error {
	ctx := r.Context()
	var err error
	if d.Changes, _, err = p.Store.Changes(ctx, d.Estate, d.ID, "", history.Page{Limit: perPage}); err != nil {
		return err
	}
	if d.Summary != nil {
		for _, s := range report.Severities() {
			d.Counts = append(d.Counts, tally{s, d.Summary.BySeverity[s.String()]})
		}
	}
	before, _, err := p.Store.List(ctx, history.RunQuery{Estate: d.Estate, States: []history.State{history.Finished},
		Page: history.Page{After: strconv.FormatInt(d.Seq, 10), Limit: 1}})
	if err != nil {
		return err
	}
	if len(before) > 0 {
		d.Before = &before[0]
	}
	i, err := p.stored.of(ctx, d.Run)
	if errors.Is(err, history.ErrPruned) {
		d.Pruned = true
		return nil
	}
	if err != nil {
		return err
	}
	d.Report, d.Limits = i.rep, limits.Of(i.rep)
	d.Findings = i.rep.Findings[:min(len(i.rep.Findings), mostFindings)]
	d.LeftOut = len(i.rep.Findings) - len(d.Findings)
	return nil
}

func (p *Pages) startRun(r *http.Request) (string, error) {
	who := p.Who(r.Context())
	ask := control.Request{Schedule: r.PostForm.Get("schedule"), Probes: r.PostForm.Get("probes"), By: who.Name}
	for _, s := range r.PostForm["system"] {
		if s != "" {
			ask.Systems = append(ask.Systems, s)
		}
	}
	if name := strings.TrimSpace(r.PostForm.Get("listener")); name != "" {
		ask.Listener = []string{name}
	}
	id, err := p.Control.Start(r.Context(), ask)
	if err != nil {
		return "", err
	}
	return runPath(id), p.Record(r.Context(), "run-started", id, ask.String())
}

func (p *Pages) cancelRun(r *http.Request) (string, error) {
	id := r.PathValue("id")
	if err := p.Control.Cancel(r.Context(), id, p.Who(r.Context()).Name); err != nil {
		return "", err
	}
	return runPath(id), p.Record(r.Context(), "run-cancelled", id, "")
}
