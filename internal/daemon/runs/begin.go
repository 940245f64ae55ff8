package runs

import (
	"context"
	"errors"
	"fmt"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/run"
)

// job is the run on its way. Progress and looked are of Runs.mu, the rest is the run's own.
type job struct {
	plan
	progress control.Progress
	looked   int                     // endpoints that were not cut off
	cancel   context.CancelCauseFunc // of the dialling

	bases   []base
	refused string // why what comes after the canary was not looked at
}

// The reasons for which a run stops dialling.
type (
	cancelled struct{ by string }
	darkness  struct{ text string } // a blackout
)

// Error says who stopped it.
func (c cancelled) Error() string { return "it was cancelled by " + c.by }

// Error names the blackout.
func (d darkness) Error() string { return "blackout " + d.text }

// errDead ends a run that another service took for dead.
var errDead = errors.New("another service took it for dead, since the database had no sign of life from it")

// Start begins the run that was asked for.
func (r *Runs) Start(ctx context.Context, q control.Request) (string, error) {
	p, err := r.asked(q)
	if err != nil {
		return "", err
	}
	return r.begin(ctx, p)
}

// begin notes the run in the database, and lets it run.
func (r *Runs) begin(ctx context.Context, p plan) (string, error) {
	r.begins.Lock()
	defer r.begins.Unlock()
	r.mu.Lock()
	base, other := r.ctx, r.job
	r.mu.Unlock()
	now := r.now()
	switch window, dark := r.blackout(now); {
	case base == nil || base.Err() != nil:
		return "", errStopped
	case other != nil:
		return "", overlap{other.head.ID, other.head.Schedule}
	case dark:
		return "", fmt.Errorf("%w: %s", control.ErrBlackout, windowText(window))
	}
	asked, done := context.WithTimeout(ctx, storeWithin)
	defer done()
	elsewhere, _, err := r.Store.List(asked, history.RunQuery{Estate: p.head.Estate, States: []history.State{history.Running}, Page: history.Page{Limit: 1}})
	if err != nil {
		return "", fmt.Errorf("what runs now: %w", err)
	}
	if len(elsewhere) > 0 {
		return "", overlap{elsewhere[0].ID, elsewhere[0].Schedule}
	}
	p.head.ID, p.head.State, p.head.Started = run.NewID(), history.Running, now
	placeholder, unkept := r.foretell(p.head)
	if err := r.Store.Begin(asked, p.head); err != nil {
		r.removeFile(placeholder)
		return "", fmt.Errorf("begin a run: %w", err)
	}
	r.databaseTakes()
	if unkept != nil {
		r.Log.Error("the state folder cannot be written to", "run", p.head.ID, "why", unkept.Error())
	}
	dialling, cancel := context.WithCancelCause(base)
	j := &job{plan: p, cancel: cancel,
		progress: control.Progress{Run: p.head.ID, Schedule: p.head.Schedule, Started: now, Phase: phasePreparing}}
	r.mu.Lock()
	r.job = j
	r.mu.Unlock()
	r.lastIs(p.head)
	r.Log.Info("a run begins", "run", p.head.ID, "estate", p.head.Estate, "schedule", p.head.Schedule, "by", p.head.By, "probes", p.head.Probes)
	r.wait.Go(func() { r.work(base, dialling, j) })
	return p.head.ID, nil
}

// Cancel stops a run.
func (r *Runs) Cancel(_ context.Context, id, by string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.job == nil || r.job.head.ID != id {
		return fmt.Errorf("run %s does not run here: %w", id, history.ErrNotFound)
	}
	r.job.cancel(cancelled{by})
	return nil
}

// lastIs notes the newest run of a schedule.
func (r *Runs) lastIs(head history.Run) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if w := r.watched[head.Schedule]; w != nil && w.estate == head.Estate {
		w.last = &head
	}
}

// ended tells of a run without a report.
func (r *Runs) ended(ctx context.Context, head history.Run) {
	if r.Ended != nil {
		r.Ended(ctx, head)
	}
}
