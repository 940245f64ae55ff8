package api

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/scan"
)

// Run is a run of the history, with what there is to follow.
type Run struct {
	history.Run
	Report   string            `json:"report,omitempty"`   // the path of its report
	Progress *control.Progress `json:"progress,omitempty"` // of one that runs here, now
}

// RunList is a page of runs.
type RunList struct {
	Runs []Run  `json:"runs"`
	Next string `json:"next,omitempty"`
}

func runPath(id string) string { return Prefix + "/runs/" + url.PathEscape(id) }

func (a *API) shown(r history.Run) Run {
	out := Run{Run: r}
	if r.State == history.Finished && !r.Pruned {
		out.Report = runPath(r.ID) + "/report"
	}
	if r.State == history.Running {
		if p, here := a.Control.Progress(r.ID); here {
			out.Progress = &p
		}
	}
	if r.Summary != nil {
		s := *r.Summary
		if s.ByState == nil {
			s.ByState = map[scan.State]int{}
		}
		if s.BySeverity == nil {
			s.BySeverity = map[string]int{}
		}
		out.Summary = &s
	}
	return out
}

func (a *API) listRuns(c *call) (*answer, error) {
	q := history.RunQuery{Estate: a.estate(c), Schedule: one(c.query, "schedule", ""), Since: one(c.query, "since", time.Time{})}
	for _, s := range c.query["state"] {
		q.States = append(q.States, history.State(s.(string)))
	}
	runs, next, err := page(c, func(p history.Page) ([]history.Run, string, error) {
		q.Page = p
		return a.Store.List(c.Context(), q)
	})
	list := RunList{Runs: []Run{}, Next: next}
	for _, r := range runs {
		list.Runs = append(list.Runs, a.shown(r))
	}
	return &answer{value: list}, err
}

func (a *API) getRun(c *call) (*answer, error) {
	r, err := a.Store.Run(c.Context(), c.path["run"])
	if err != nil {
		return nil, err
	}
	return &answer{value: a.shown(*r)}, nil
}

// startRun begins a run. What is asked for are names, and each must be one that the estate in force has, letter for letter; the service itself
// looks once more.
func (a *API) startRun(c *call) (*answer, error) {
	q := control.Request{Schedule: c.body.one("schedule"), Systems: c.body["systems"], Listener: c.body["listeners"], Probes: c.body.one("probes"), By: c.user.Name}
	if faults := unknownNames(a.Control.Status(), q); len(faults) > 0 {
		faults = faults[:min(len(faults), mostFaults)]
		return nil, &Problem{Type: "unknown-name", Status: http.StatusUnprocessableEntity, Detail: inWords(faults), Errors: faults}
	}
	id, err := a.Control.Start(c.Context(), q)
	if err != nil {
		return nil, err
	}
	a.note(c, "run-started", id, q.String())
	r, err := a.Store.Run(c.Context(), id)
	if err != nil {
		return nil, err
	}
	return &answer{status: http.StatusCreated, value: a.shown(*r), header: http.Header{"Location": {runPath(id)}}}, nil
}

// unknownNames finds the names of a request that the estate does not have.
func unknownNames(s control.Status, q control.Request) (faults []Fault) {
	var schedules, systems, listeners []string
	for _, one := range s.Schedules {
		schedules = append(schedules, one.Name)
	}
	for _, system := range s.Estate.Systems {
		systems = append(systems, system.Name)
		for _, l := range system.Listeners {
			listeners = append(listeners, system.Name+"/"+l.Name)
		}
	}
	check := func(key string, given, known []string) {
		for _, name := range given {
			if name != "" && !slices.Contains(known, name) {
				faults = append(faults, Fault{"body", key, fmt.Sprintf("the estate %s has no %.100q; %s", s.Estate.Name, name, among(name, known))})
			}
		}
	}
	check("schedule", []string{q.Schedule}, schedules)
	check("systems", q.Systems, systems)
	check("listeners", q.Listener, listeners)
	return faults
}

// How much an error lists.
const (
	mostNamed  = 10 // names that would be right
	mostFaults = 50 // names that are wrong
)

func among(name string, known []string) string {
	if len(known) > mostNamed {
		return want(name, append(slices.Clone(known[:mostNamed]), fmt.Sprintf("(and %d more)", len(known)-mostNamed)))
	}
	return want(name, known)
}

func (a *API) cancelRun(c *call) (*answer, error) {
	id := c.path["run"]
	r, err := a.Store.Run(c.Context(), id)
	if err != nil {
		return nil, err
	}
	if r.State != history.Running {
		return nil, notRunning(fmt.Sprintf("run %s is %s", id, r.State))
	}
	if _, here := a.Control.Progress(id); !here {
		return nil, notRunning("run " + id + " is made by another service; ask that one")
	}
	switch err := a.Control.Cancel(c.Context(), id, c.user.Name); {
	case errors.Is(err, history.ErrNotFound):
		return nil, notRunning("run " + id + " has just ended")
	case err != nil:
		return nil, err
	}
	a.note(c, "run-cancelled", id, "")
	return &answer{status: http.StatusAccepted, value: a.shown(*r)}, nil
}

func notRunning(detail string) error {
	return &Problem{Type: "not-running", Status: http.StatusConflict, Detail: detail}
}

func (a *API) getProgress(c *call) (*answer, error) {
	id := c.path["run"]
	if p, here := a.Control.Progress(id); here {
		return &answer{value: p}, nil
	}
	r, err := a.Store.Run(c.Context(), id)
	if err != nil {
		return nil, err
	}
	if r.State == history.Running {
		return nil, notRunning("run " + id + " is made by another service; ask that one")
	}
	return nil, notRunning(fmt.Sprintf("run %s is %s; it can be seen at %s", id, r.State, runPath(id)))
}

// TrendPoints are the runs of a trend, oldest first.
type TrendPoints struct {
	Points []history.Point `json:"points"`
}

const usualPoints = 90

func (a *API) trend(c *call) (*answer, error) {
	points, err := a.Store.Trend(c.Context(), a.estate(c), one(c.query, "runs", usualPoints))
	if points == nil {
		points = []history.Point{}
	}
	return &answer{value: TrendPoints{points}}, err
}
