package runs

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/confirm"
	"github.com/portseal/portseal/internal/prepare"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// The phases of a run.
const (
	phasePreparing = "preparing"
	phaseCanary    = "canary"
	phaseScanning  = "scanning"
	phaseJudging   = "judging"
	phaseStoring   = "storing"
)

// work makes the run and sees to what becomes of it. A panic is this run's failure, not the service's.
func (r *Runs) work(ctx, dialling context.Context, j *job) {
	defer func() {
		if p := recover(); p != nil {
			r.Log.Error("portseal failed in a run", "run", j.head.ID, "fault", fmt.Sprint(p), "stack", string(debug.Stack()))
			r.end(ctx, j, history.Failed, fmt.Sprintf("portseal itself failed: %v", p))
		}
		j.cancel(nil)
		r.locked(func() { r.job, r.current = nil, "" })
	}()
	guarded, over := context.WithCancel(dialling)
	done := make(chan struct{})
	go func() {
		defer close(done)
		repeat(guarded, lookEvery, func(context.Context) { r.darken(j) })
	}()
	defer func() { over(); <-done }()
	rep, err := r.look(dialling, j)
	cause := context.Cause(dialling)
	over()
	_, byUser := errors.AsType[cancelled](cause)
	dark, isDark := errors.AsType[darkness](cause)
	switch {
	case err == nil, errors.Is(err, scan.ErrInterrupted) && j.refused != "":
		j.head.Message = j.refused
	case !errors.Is(err, scan.ErrInterrupted) && !errors.Is(err, context.Canceled):
		r.end(ctx, j, history.Failed, err.Error())
		return
	case isDark && rep != nil:
		j.head.Message = fmt.Sprintf("it was stopped after %s by %s", r.howFar(j), dark)
	case isDark:
		r.end(ctx, j, history.Cancelled, dark.Error()+" before anything was looked at")
		return
	case byUser:
		r.end(ctx, j, history.Cancelled, fmt.Sprintf("%v after %s", cause, r.howFar(j)))
		return
	case errors.Is(cause, errDead):
		r.Log.Error("a run is given up", "run", j.head.ID, "why", cause.Error())
		return
	default: // ctx is over
		r.end(ctx, j, history.Cancelled, fmt.Sprintf("%v after %s", errStopped, r.howFar(j)))
		return
	}
	r.finish(ctx, j, rep)
}

// darken stops the dialling when a blackout is on.
func (r *Runs) darken(j *job) {
	if window, on := r.blackout(r.now()); on {
		j.cancel(darkness{windowText(window)})
	}
}

// look prepares the run and makes it.
func (r *Runs) look(ctx context.Context, j *job) (*report.Report, error) {
	j.look.Vantage, j.look.Source, j.look.Depth = r.Runner.Vantage, r.Runner.Source, prepare.Depth(j.head.Probes)
	compiled, err := j.force.Compile(ctx, j.look)
	if err != nil {
		return nil, err
	}
	w, err := j.force.Work(compiled, nil, nil)
	if err != nil {
		return nil, err
	}
	if err := r.addWaivers(ctx, &w); err != nil {
		return nil, err
	}
	s := run.Settings{Runner: r.Runner, FailOn: failOn, Depth: j.look.Depth, Probes: j.head.Probes, Operator: r.Operator, ID: j.head.ID,
		Arguments: j.arguments(r.File), Tool: func() report.Tool { return r.Tool }}
	if j.pace == "" {
		j.pace = run.DefaultPace(w)
	}
	if s.Runner.Pace, err = scan.ParsePace(j.pace); err != nil {
		return nil, err
	}
	if j.bases, err = r.bases(ctx, j, w.Targets); err != nil {
		return nil, err
	}
	if j.revocation {
		s.Revocation = run.Asker(r.Runner)
	}
	if len(j.bases) > 0 {
		s.Previous = j.bases[0].run.Digest
	}
	if s.Confirm, err = r.confirm(ctx, w); err != nil {
		return nil, err
	}
	r.follow(j, &s, len(w.Targets))
	r.canaryFirst(ctx, j, w, &s)
	return r.do(ctx, w, s)
}

// addWaivers adds those that were made on the page or by the API, and were not ended there.
func (r *Runs) addWaivers(ctx context.Context, w *run.Work) error {
	asked, done := ask(ctx, storeWithin)
	defer done()
	all, err := r.Store.Waivers(asked, w.Estate)
	if err != nil {
		return fmt.Errorf("the waivers of the history: %w", err)
	}
	w.Waivers = append([]report.Waiver(nil), w.Waivers...)
	for i := len(all) - 1; i >= 0; i-- { // as they were made
		if one := all[i]; one.Expired == nil {
			one.Service = &report.InService{ID: one.ID, By: one.By, At: one.Made}
			w.Waivers = append(w.Waivers, one.Waiver)
		}
	}
	return nil
}

// confirm lets endpoints that show what they showed before be stored once.
func (r *Runs) confirm(ctx context.Context, w run.Work) (func(report.Endpoint) report.Endpoint, error) {
	asked, done := ask(ctx, writeWithin)
	defer done()
	var ids []string
	for _, t := range w.Targets {
		ids = append(ids, t.ID)
	}
	shown, err := r.Store.Shown(asked, w.Estate, ids)
	if err != nil {
		return nil, fmt.Errorf("the last looks of the history: %w", err)
	}
	return confirm.By(shown), nil
}

// follow lets the run tell how far it is.
func (r *Runs) follow(j *job, s *run.Settings, all int) {
	r.locked(func() { j.progress.Phase, j.progress.All = phaseScanning, all })
	s.Done = func(o scan.Observation, done, all int) {
		r.locked(func() {
			j.progress.Done, j.progress.All, j.progress.Latest = done, all, o.ID
			if !o.Interrupted {
				j.looked++
			}
			if done == all {
				j.progress.Phase = phaseJudging
			}
		})
		took := time.Duration(o.Cost.DurationMS) * time.Millisecond
		r.Log.Debug("endpoint done", "run", j.head.ID, "endpoint", o.ID, "state", string(o.State), "connections", o.Cost.Connections, "time", took.String())
	}
	s.Judged = func(_ report.Endpoint, findings []report.Finding, _ []report.Certificate) {
		r.locked(func() {
			for _, f := range findings {
				if !f.Inconclusive && f.Waived == nil {
					j.progress.Findings++
				}
			}
		})
	}
}

// locked changes what others read.
func (r *Runs) locked(change func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change()
}

func (r *Runs) howFar(j *job) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return fmt.Sprintf("%d of %d listeners", j.looked, j.progress.All)
}
