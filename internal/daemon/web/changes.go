package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/portseal/portseal/internal/history"
)

// day is how far back "since yesterday" goes.
const day = 24 * time.Hour

// changesSince are the changes that runs found since a time.
type changesSince struct {
	From    time.Time
	Changes []history.Change
	More    bool          // there are more than these
	Runs    []history.Run // the finished ones of that time, newest first
	Before  *history.Run  // the last one before; nil for none
}

// Latest is the newest run of the time; nil for none.
func (c changesSince) Latest() *history.Run {
	if len(c.Runs) == 0 {
		return nil
	}
	return &c.Runs[0]
}

// Comparable says whether there were two runs that could be compared.
func (c changesSince) Comparable() bool { return c.Before != nil || len(c.Runs) > 1 }

// mostChanges is how many changes a page has.
const mostChanges = 1000

// changesSince looks up what changed in a time up to now.
func (p *Pages) changesSince(ctx context.Context, estate string, now time.Time, back time.Duration) (changesSince, error) {
	out := changesSince{From: now.Add(-back)}
	changes, next, err := p.Store.Changes(ctx, estate, "", "", history.Page{Limit: mostChanges})
	if err != nil {
		return out, err
	}
	out.More = next != ""
	for i, c := range changes {
		if c.At.Before(out.From) {
			changes, out.More = changes[:i], false
			break
		}
	}
	out.Changes = changes
	runs, _, err := p.Store.List(ctx, history.RunQuery{Estate: estate, States: []history.State{history.Finished}, Page: history.Page{Limit: perPage}})
	if err != nil {
		return out, err
	}
	for i, run := range runs {
		if run.Finished == nil || run.Finished.Before(out.From) {
			out.Before = &runs[i]
			break
		}
		out.Runs = append(out.Runs, run)
	}
	return out, nil
}

// changeTimes are the times that can be chosen.
func changeTimes() []struct {
	Key, Title string
	Back       time.Duration
} {
	return []struct {
		Key, Title string
		Back       time.Duration
	}{{"day", "since yesterday", day}, {"week", "in the last 7 days", 7 * day}, {"month", "in the last 30 days", 30 * day}, {"year", "in the last year", 366 * day}}
}

func (p *Pages) changesPage(r *http.Request) (*view, error) {
	times := changeTimes()
	chosen := times[0]
	for _, t := range times {
		if t.Key == r.URL.Query().Get("since") {
			chosen = t
		}
	}
	since, err := p.changesSince(r.Context(), p.Control.Status().Estate.Name, p.Now(), chosen.Back)
	if err != nil {
		return nil, err
	}
	return p.body("changed", map[string]any{"Times": times, "Chosen": chosen, "Since": since}, view{title: "What changed " + chosen.Title, nav: "/changes"})
}

func (p *Pages) diffPage(r *http.Request) (*view, error) {
	ctx, q := r.Context(), r.URL.Query()
	runs, _, err := p.Store.List(ctx, history.RunQuery{Estate: p.Control.Status().Estate.Name, States: []history.State{history.Finished}, Page: history.Page{Limit: perPage}})
	if err != nil {
		return nil, err
	}
	data := map[string]any{"Runs": runs, "Old": q.Get("old"), "New": q.Get("new")}
	v := view{title: "Compare two runs", nav: "/runs"}
	if q.Get("old") == "" || q.Get("new") == "" {
		return p.body("diff", data, v)
	}
	found := map[string]*history.Run{}
	for _, key := range []string{"old", "new"} {
		run, err := p.Store.Run(ctx, q.Get(key))
		if err == nil && run.State != history.Finished {
			err = badRequest("Only finished runs have a report that can be compared.", "run "+run.ID+" is "+string(run.State))
		}
		if err != nil {
			return nil, err
		}
		found[key] = run
	}
	if found["old"].Estate != found["new"].Estate {
		return nil, badRequest("The two runs are of different estates.")
	}
	drift, err := p.stored.compare(ctx, found["old"], found["new"])
	if errors.Is(err, history.ErrNotFound) {
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	data["Before"], data["After"], data["Drift"] = found["old"], found["new"], drift
	return p.body("diff", data, v)
}
