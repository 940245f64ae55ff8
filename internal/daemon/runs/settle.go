package runs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/internal/schedule"
)

// deepWithin is how late a deep run may begin: it asks much, and belongs to the time that it was planned for.
const deepWithin = time.Hour

// settle begins the latest due time that is open, and notes those before it as missed. What cannot be settled now stays open.
func (r *Runs) settle(ctx context.Context, e *inForce, w *watch, s *schedule.Schedule, now time.Time) {
	for len(w.open) > 1 {
		d := w.open[0]
		if d.why == "" {
			d.why = "it was due again before it began"
		}
		if !r.miss(ctx, w, s, d, now) {
			return
		}
	}
	if len(w.open) == 0 {
		return
	}
	d := &w.open[0]
	start := d.at.Add(s.Delay(d.at))
	if now.Before(start) {
		return
	}
	if s.Probes == "deep" && now.Sub(start) > deepWithin {
		d.why = orWas(d.why) + "; a deep run is not made up for"
		r.miss(ctx, w, s, *d, now)
		return
	}
	if window, on := r.blackout(now); on {
		d.why = "blackout " + windowText(window)
		r.miss(ctx, w, s, *d, now)
		return
	}
	p := r.planned(e, s)
	p.head.Due = &d.at
	id, err := r.begin(ctx, p)
	running, isOverlap := errors.AsType[overlap](err)
	switch {
	case err == nil:
		w.open = w.open[1:]
		if d.why != "" {
			r.Log.Warn("a run is made up for", "run", id, "schedule", s.Name, "due", d.at, "late because", d.why)
		}
	case isOverlap && running.schedule == s.Name || errors.Is(err, history.ErrTaken):
		d.why = "the run before it was on its way"
		r.miss(ctx, w, s, *d, now)
	case isOverlap:
		d.why = "another run was on its way"
	case ctx.Err() == nil:
		d.why = "the database did not answer"
		r.databaseRefuses(err)
	}
}

func orWas(why string) string {
	if why == "" {
		return "it could not begin in time"
	}
	return why
}

// miss notes the first open due time as missed, and closes it; false where that could not be noted.
func (r *Runs) miss(ctx context.Context, w *watch, s *schedule.Schedule, d due, now time.Time) bool {
	head := r.planned(r.estate(), s).head
	head.ID, head.State, head.Due, head.Started, head.Message = run.NewID(), history.Missed, &d.at, now, d.why
	if w.dropped > 0 {
		head.Message += fmt.Sprintf(" (and %d times before this one)", w.dropped)
	}
	asked, done := ask(ctx, storeWithin)
	defer done()
	switch err := r.Store.Begin(asked, head); {
	case errors.Is(err, history.ErrTaken): // another service has begun or noted it
	case err != nil:
		r.databaseRefuses(err)
		return false
	default:
		r.databaseTakes()
		r.Log.Warn("a run was missed", "schedule", s.Name, "due", d.at, "why", head.Message)
		r.lastIs(head)
		r.ended(ctx, head)
	}
	w.open, w.dropped = w.open[1:], 0
	return true
}

// blackout is the blackout at a time.
func (r *Runs) blackout(at time.Time) (schedule.Window, bool) {
	return schedule.During(schedule.Blackouts(r.estate().Estate.Blackouts, at, at.Add(time.Second)), at)
}

func windowText(w schedule.Window) string {
	const form = "2006-01-02 15:04 MST"
	return fmt.Sprintf("%s, %s to %s: nothing is dialled", w.Name, w.From.Format(form), w.To.Format(form))
}

// overlap says which run stands in the way of another.
type overlap struct{ id, schedule string }

// Error names the run.
func (o overlap) Error() string {
	if o.schedule == "" {
		return fmt.Sprintf("%v: %s", control.ErrOverlap, o.id)
	}
	return fmt.Sprintf("%v: %s of schedule %s", control.ErrOverlap, o.id, o.schedule)
}

// Unwrap returns control.ErrOverlap.
func (overlap) Unwrap() error { return control.ErrOverlap }
