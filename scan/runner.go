package scan

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// Through is the proxy as reports name it; empty for none.
func (r *Runner) Through() string {
	if r.Proxy == nil {
		return ""
	}
	return r.Proxy.String()
}

// DefaultTimeout bounds one connection, from dial to the end of its answer.
const DefaultTimeout = 5 * time.Second

// ErrInterrupted is returned by Run when its context ended before every target was looked at.
var ErrInterrupted = errors.New("the run was interrupted")

// Runner dials. Probes and handshakes are handed in: it knows no TLS.
type Runner struct {
	Stages     func(Plan) Stages   // which probes a plan asks for
	Handshaker Handshaker          // makes complete handshakes
	StartTLS   map[string]StartTLS // by kind
	Pace       Pace                // zero: no bounds
	Timeout    time.Duration       // of one connection; zero takes DefaultTimeout
	Retries    int                 // more dials for a connect that failed on a port that was open before
	Source     netip.Addr          // where connections come from; zero leaves it to the machine
	Proxy      *Proxy              // that every connection is made through; nil: none
	Vantage    string              // named in observations

	// Paused is told of every wait before a connect is tried again, by many targets at one time; may be nil.
	Paused func(t Target, why *Failure, wait time.Duration)
}

// Run looks at every target and hands each observation to sink, one at a time, in the order that they are done. It returns
// ErrInterrupted when ctx ended first: what was found until then has been handed to sink, and targets that were not begun are
// handed over as skipped.
func (r *Runner) Run(ctx context.Context, targets []Target, sink func(Observation)) error {
	lim, common := newLimits(r.Pace), new(Common)
	var mu sync.Mutex
	var g errgroup.Group
	g.SetLimit(int(min(bound(r.Pace.All), 4096)))
	for _, t := range targets {
		g.Go(func() error {
			end := lim.begin(ctx, t.Address)
			o := r.observe(ctx, lim, common, t)
			end()
			mu.Lock()
			defer mu.Unlock()
			sink(o)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ErrInterrupted
	}
	return nil
}

// observe looks at one target. A panic in a probe is this target's failure, not the run's.
func (r *Runner) observe(ctx context.Context, lim *limits, common *Common, t Target) (o Observation) {
	w := &worker{Runner: r, lim: lim, target: t, log: newLog(nil, common)}
	started := time.Now()
	defer func() {
		if p := recover(); p != nil {
			o = blank(t)
			failed(&o, w.log, p)
		}
		o.Started, o.Finished, o.Vantage = started.UTC(), time.Now().UTC(), r.Vantage
		o.Cost = w.cost
		o.Cost.DurationMS = Duration(o.Started, o.Finished)
		w.wait.Wait()
	}()
	o = blank(t)
	if notDialled(&o, t, ctx.Err() != nil) {
		return o
	}
	stages := r.Stages(t.Plan)
	w.ask(ctx, stages)
	o.Source = w.source
	o.Interrupted = w.log.Stopped == Interrupted
	conclude(&o, stages, t, w.log)
	return o
}

// Duration is the time between two moments of a report, in whole milliseconds.
func Duration(from, to time.Time) int64 { return to.Sub(from).Milliseconds() }

// TheRest is the question of NotTested that says why a scan ended before all was asked.
const TheRest = "the rest"

// Derive writes into o the facts that a log shows. A live scan and a later check of stored evidence both call it.
func Derive(stages Stages, t Target, log *Log, o *Observation) {
	for _, stage := range stages {
		for _, p := range stage {
			p.Derive(t, log, o)
		}
	}
	if log.Stopped != "" {
		o.NotTested = append(o.NotTested, NotTested{Question: TheRest, Why: log.Stopped})
	}
}
