package runs

import (
	"context"
	"errors"

	"github.com/portseal/portseal/internal/history"
)

// beat gives the running run's sign of life, asks the database how it is, and stores what waits for it.
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
			r.databaseFails(err)
		}
	}
	r.storeKept(ctx)
	if now.Sub(down) > silentAfter { // before that others had no way to give a sign of life
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
		r.databaseFails(err)
		return
	}
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

// databaseFails notes that the database did not do what it was asked.
func (r *Runs) databaseFails(err error) {
	r.mu.Lock()
	news := r.database == ""
	r.database, r.down = err.Error(), r.now()
	r.mu.Unlock()
	if news {
		r.Log.Error("the database does not answer; runs wait for it", "why", err.Error())
	}
}

func (r *Runs) databaseAnswers() {
	r.mu.Lock()
	news := r.database != ""
	r.database = ""
	r.mu.Unlock()
	if news {
		r.Log.Info("the database answers again")
	}
}
