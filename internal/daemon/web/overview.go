package web

import (
	"context"
	"errors"
	"html/template"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

// overviews keep the overview as it was made last. Many may ask for it at once, and all get the same.
type overviews struct {
	making sync.Mutex // by whoever looks whether it still holds
	latest atomic.Pointer[madeOverview]
}

// madeOverview is an overview, and what it was made from.
type madeOverview struct {
	key     shown
	checked time.Time
	body    template.HTML
}

// shown is what an overview shows: while it is the same, so is the page.
type shown struct {
	estate string
	loaded time.Time
	run    string // the last one, narrowed or not
	minute time.Time
}

// checkEvery is how long an overview holds before it is looked whether it still does.
const checkEvery = time.Second

func (p *Pages) overviewPage(r *http.Request) (*view, error) {
	now := p.Now()
	latest := p.overview.latest.Load()
	if latest == nil {
		p.overview.making.Lock()
	} else if d := now.Sub(latest.checked); d >= 0 && d < checkEvery || !p.overview.making.TryLock() {
		return latest.view(), nil
	}
	defer p.overview.making.Unlock()
	made, err := p.makeOverview(context.WithoutCancel(r.Context()), now) // it is for all who ask
	if err != nil {
		if latest == nil {
			return nil, err
		}
		p.Log.Error("the overview is an old one", "why", err.Error()) // the banner says that the database does not answer
		made = latest
	}
	p.overview.latest.Store(made)
	return made.view(), nil
}

func (k *madeOverview) view() *view { return &view{title: "Overview", nav: "/", body: k.body} }

// makeOverview is the overview of now: that of before, where it shows the same.
func (p *Pages) makeOverview(ctx context.Context, now time.Time) (*madeOverview, error) {
	status := p.Control.Status()
	key := shown{estate: status.Estate.Name, loaded: status.Loaded, minute: now.Truncate(time.Minute)}
	newest, err := p.Store.Last(ctx, key.estate, true)
	if err != nil && !errors.Is(err, history.ErrNotFound) {
		return nil, err
	}
	if newest != nil {
		key.run = newest.ID
	}
	if before := p.overview.latest.Load(); before != nil && before.key == key {
		return &madeOverview{key: key, checked: now, body: before.body}, nil
	}
	data, err := p.overviewOf(ctx, key.estate, now)
	if err != nil {
		return nil, err
	}
	body, err := p.looks.render("overview", data)
	return &madeOverview{key: key, checked: now, body: body}, err
}

// overviewData is what the overview shows.
type overviewData struct {
	Last      *history.Run // of the whole estate; nil before the first
	Listeners int
	NotSeen   int // not assessed
	RC4       []history.Listener
	Worst     []history.Listener
	Severity  []tally
	Matrix    *matrix
	Since     changesSince
	Trend     trend
	Ending    []certificateRow // certificates that end soon
}

// tally is how many findings have a severity.
type tally struct {
	Severity report.Severity
	N        int
}

// How much of a list the overview shows.
const (
	fewRows    = 10
	trendRuns  = 60
	matrixRows = 16
)

func (p *Pages) overviewOf(ctx context.Context, estate string, now time.Time) (*overviewData, error) {
	d := &overviewData{}
	var err error
	if d.Last, err = p.Store.Last(ctx, estate, false); errors.Is(err, history.ErrNotFound) {
		return d, nil
	} else if err != nil {
		return nil, err
	}
	listeners, err := p.listeners(ctx)
	if err != nil {
		return nil, err
	}
	d.count(listeners)
	for _, s := range report.Severities() {
		d.Severity = append(d.Severity, tally{s, d.Last.Summary.BySeverity[s.String()]})
	}
	if d.Since, err = p.changesSince(ctx, estate, now, day); err != nil {
		return nil, err
	}
	if d.Trend, err = p.trendOf(ctx, estate, trendRuns); err != nil {
		return nil, err
	}
	if d.Ending, err = p.endingSoon(ctx, now); err != nil {
		return nil, err
	}
	d.Matrix, err = p.matrixOf(ctx, d.Last, matrixRows)
	return d, err
}

// count sorts out which listeners the overview names.
func (d *overviewData) count(all []history.Listener) {
	d.Listeners = len(all)
	for _, l := range worstFirst(all) {
		if l.RC4 {
			d.RC4 = append(d.RC4, l)
		}
		if l.NotAssessed {
			d.NotSeen++
		}
		if l.Worst != nil && len(d.Worst) < fewRows {
			d.Worst = append(d.Worst, l)
		}
	}
}
