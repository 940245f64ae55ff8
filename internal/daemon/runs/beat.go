package runs

import (
	"context"
	"errors"

	"github.com/portseal/portseal/internal/history"
)

// beat gives the running run's sign of life, asks the database how it is, and lets what waits for it be stored.
func (r *Runs) beat(ctx context.Context) {
	now := r.now()
	asked, done := ask(ctx, storeWithin)
	defer done()
	if err := r.Store.Ping(asked); err != nil {
		r.databaseFails(err)
		return
	}
	r.databaseAnswers()
	r.mu.Lock()
	j := r.job
	down := r.down
	r.mu.Unlock()
	if j != nil {
		switch err := r.Store.Alive(asked, j.head.ID, now); {
		case errors.Is(err, history.ErrNotFound):
			r.giveUp(asked, j)
		case err != nil:
			r.databaseRefuses(err)
		default:
			r.databaseTakes()
		}
	}
	r.wait.Go(func() { r.storeKept(ctx) }) // it may take longer than others wait for a sign of life
	if now.Sub(down) > silentAfter {       // before that others had no way to give one
		r.abandon(asked)
	}
	r.readLast(asked)
}

// giveUp stops a run that the database no longer has as running, unless it is over and on its way there.
func (r *Runs) giveUp(ctx context.Context, j *job) {
	if head, err := r.Store.Run(ctx, j.head.ID); err == nil && head.State != history.Finished {
		j.cancel(errDead)
	}
}

// abandon ends the runs of services that are gone.
func (r *Runs) abandon(ctx context.Context) {
	now := r.now()
	gone, err := r.Store.Abandon(ctx, now.Add(-silentAfter), now)
	if err != nil {
		r.databaseRefuses(err)
		return
	}
	r.databaseTakes()
	for _, head := range gone {
		r.Log.Warn("a run of a service that is gone is over", "run", head.ID, "schedule", head.Schedule, "why", head.Message)
		r.lastIs(head)
		r.ended(ctx, head)
	}
}

// readLast reads the newest run of each schedule: another service may have made it.
func (r *Runs) readLast(ctx context.Context) {
	f := r.estate()
	for _, s := range f.Estate.Schedules {
		found, _, err := r.Store.List(ctx, history.RunQuery{Estate: f.Estate.Name, Schedule: s.Name, Page: history.Page{Limit: 1}})
		if err != nil {
			r.databaseFails(err)
			return
		}
		if len(found) > 0 {
			r.lastIs(found[0])
		}
	}
}

// databaseFails notes that the database did not answer.
func (r *Runs) databaseFails(err error) { r.databaseFaulty(err, false) }

// databaseRefuses notes that nothing can be written to the database, as on a full disk. That it answers does not mean that it takes anything
// again; what was refused is tried until it does. One that only was not there takes all again when it is.
func (r *Runs) databaseRefuses(err error) { r.databaseFaulty(err, !errors.Is(err, history.ErrBusy)) }

func (r *Runs) databaseFaulty(err error, refuses bool) {
	r.mu.Lock()
	news := r.database == ""
	r.database, r.down = err.Error(), r.now()
	r.refuses = r.refuses || refuses
	r.mu.Unlock()
	if news {
		r.Log.Error("the database does not answer; runs wait for it", "why", err.Error())
	}
}

// databaseTakes notes that something was written.
func (r *Runs) databaseTakes() {
	r.locked(func() { r.refuses = false })
	r.databaseAnswers()
}

func (r *Runs) databaseAnswers() {
	r.mu.Lock()
	news := r.database != "" && !r.refuses
	if news {
		r.database = ""
	}
	r.mu.Unlock()
	if news {
		r.Log.Info("the database answers again")
	}
}
