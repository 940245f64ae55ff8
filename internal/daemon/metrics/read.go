package metrics

import (
	"context"
	"math"
	"time"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

// present is what changes without a run.
type present struct {
	at      time.Time
	up      bool
	size    int64
	notices int
	asked   bool // size and notices are known
}

// mostNotices is how many waiting notices are counted at most.
const mostNotices = 1000

func (p *present) read(ctx context.Context, store history.Store, now time.Time) {
	size, err := store.Size(ctx)
	if err != nil {
		return
	}
	waiting, err := store.DueNotices(ctx, now.AddDate(100, 0, 0), mostNotices)
	if err != nil {
		return
	}
	p.size, p.notices, p.asked = size, len(waiting), true
}

// past is what the runs found, as of the newest one.
type past struct {
	estate    string
	seq       int64 // of the newest finished run
	known     bool
	listeners []history.Listener
	findings  map[report.Severity]int
	failures  map[string]int
	rings     map[string]time.Time // when the certificate of a key ring ends that ends first
	last      map[string]history.Run
}

// read reads it anew when a run was added. What cannot be read stays as it was.
func (p *past) read(ctx context.Context, store history.Store, estate string) {
	newest, _, err := store.List(ctx, history.RunQuery{Estate: estate, States: []history.State{history.Finished}, Page: history.Page{Limit: 1}})
	if err != nil {
		return
	}
	next := past{estate: estate, known: true}
	if len(newest) > 0 {
		next.seq = newest[0].Seq
	}
	if p.known && p.estate == estate && p.seq == next.seq {
		return
	}
	for _, part := range []func(context.Context, history.Store) error{next.readListeners, next.readFindings, next.readRings, next.readRuns} {
		if part(ctx, store) != nil {
			return
		}
	}
	*p = next
}

func (p *past) readListeners(ctx context.Context, store history.Store) (err error) {
	if p.listeners, err = store.Listeners(ctx, p.estate); err != nil {
		return err
	}
	p.failures, err = store.Failures(ctx, p.estate)
	return err
}

// readFindings counts those that are open and that no waiver covers.
func (p *past) readFindings(ctx context.Context, store history.Store) error {
	p.findings = map[report.Severity]int{}
	q := history.FindingQuery{Estate: p.estate, Page: history.Page{Limit: 1000}}
	for {
		found, next, err := store.Findings(ctx, q)
		if err != nil {
			return err
		}
		for _, f := range found {
			if f.Waived == nil && !f.Inconclusive {
				p.findings[f.Severity]++
			}
		}
		if next == "" {
			return nil
		}
		q.After = next
	}
}

func (p *past) readRings(ctx context.Context, store history.Store) error {
	all, err := store.Certificates(ctx, p.estate)
	if err != nil {
		return err
	}
	p.rings = map[string]time.Time{}
	for _, c := range all {
		for _, ring := range c.Keyrings {
			if end, have := p.rings[ring]; !have || c.NotAfter.Before(end) {
				p.rings[ring] = c.NotAfter
			}
		}
	}
	return nil
}

// readRuns finds the newest finished run of each schedule; the empty name is for runs of none.
func (p *past) readRuns(ctx context.Context, store history.Store) error {
	const most = 500
	runs, _, err := store.List(ctx, history.RunQuery{Estate: p.estate, States: []history.State{history.Finished}, Page: history.Page{Limit: most}})
	if err != nil {
		return err
	}
	p.last = map[string]history.Run{}
	for _, r := range runs {
		if _, newer := p.last[r.Schedule]; !newer {
			p.last[r.Schedule] = r
		}
	}
	return nil
}

// seconds is a time as Prometheus has it.
func seconds(t time.Time) float64 {
	if t.IsZero() {
		return math.NaN()
	}
	return float64(t.UnixMilli()) / 1000
}
