package runs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/schedule"
	"github.com/portseal/portseal/internal/wholefile"
)

// watch is one schedule as the loop sees it. All but last is the loop's own once it is watched.
type watch struct {
	estate  string
	from    time.Time    // since when the schedule is as it is: what it would have been due before that was never planned
	known   bool         // whether after is
	after   time.Time    // what was due until then is in open, or settled
	next    time.Time    // nothing is due between after and then
	open    []due        // in their order
	dropped int          // due times before those in open that get no row of their own
	last    *history.Run // the newest of its runs
}

// due is a due time that was neither begun nor noted as missed.
type due struct {
	at  time.Time
	why string // it is late
}

// since is what the state folder remembers of a schedule.
type since struct {
	When string    `json:"when"`
	From time.Time `json:"from"`
}

// watchFile remembers since when each schedule is as it is, so that one that was changed while no service ran is not taken for one that
// missed runs.
const watchFile = "schedules.json"

func (r *Runs) watchAll() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.watchLocked()
}

// watchLocked watches the schedules of the estate in force. Those that are as they were stay as they are.
func (r *Runs) watchLocked() error {
	name := filepath.Join(r.Folder, watchFile)
	known, e := map[string]since{}, r.force.Estate
	data, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(data, &known)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		r.Log.Warn("since when the schedules are as they are was lost; they count from now", "file", name, "why", err.Error())
	}
	now, next, watched := r.now(), map[string]since{}, map[string]*watch{}
	for _, s := range e.Schedules {
		key, when := e.Name+"/"+s.Name, s.When()+" "+s.Zone().String()
		next[key] = known[key]
		if known[key].When != when {
			next[key] = since{When: when, From: now}
		}
		w := r.watched[s.Name]
		if w == nil || w.estate != e.Name || !w.from.Equal(next[key].From) {
			w = &watch{estate: e.Name, from: next[key].From}
		}
		watched[s.Name] = w
	}
	r.watched = watched
	if maps.Equal(known, next) {
		return nil
	}
	if data, err = json.MarshalIndent(next, "", "  "); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return wholefile.Write(name, append(data, '\n'), 0o600)
}

// watchClock looks at the clock until ctx ends. A clock on the wall that did not go as the machine's own was set, or the machine slept.
func (r *Runs) watchClock(ctx context.Context) {
	const tolerated = 2 * time.Second
	wall, machine := r.now(), time.Now()
	r.lookAtClock(ctx, "")
	repeat(ctx, lookEvery, func(ctx context.Context) {
		nextWall, nextMachine := r.now(), time.Now()
		jump := nextWall.Sub(wall) - nextMachine.Sub(machine)
		wall, machine = nextWall, nextMachine
		why := ""
		switch {
		case jump > tolerated:
			why = fmt.Sprintf("the clock went forward by %s", jump.Round(time.Second))
			r.Log.Warn("the clock was set, or the machine slept", "forward by", jump.Round(time.Second).String())
		case jump < -tolerated:
			r.Log.Warn("the clock was set back: what is due again is begun unless it was before", "by", (-jump).Round(time.Second).String())
		}
		r.lookAtClock(ctx, why)
	})
}

// lookAtClock begins what is due now. The reason is why due times that are over were not seen before; empty where none is known.
func (r *Runs) lookAtClock(ctx context.Context, why string) {
	now, e := r.now(), r.estate()
	for _, s := range e.Estate.Schedules {
		if ctx.Err() != nil {
			return
		}
		r.mu.Lock()
		w := r.watched[s.Name]
		r.mu.Unlock()
		if w == nil || w.estate != e.Estate.Name { // the estate was changed this moment
			continue
		}
		if r.collect(ctx, w, s, now, why) {
			r.settle(ctx, e, w, s, now)
		}
	}
}

// mostOpen is how many due times of one schedule are noted as missed at most, after a long time in which nothing ran: the latest ones.
const mostOpen = 10

// aheadAtMost is how far the loop looks for the next due time.
const aheadAtMost = time.Hour

// mostPast is how far back missed due times are looked for.
const mostPast = 400 * 24 * time.Hour

// collect takes the due times until now into open. It is false as long as it is not known where to begin.
func (r *Runs) collect(ctx context.Context, w *watch, s *schedule.Schedule, now time.Time, why string) bool {
	if !w.known {
		asked, done := ask(ctx, storeWithin)
		defer done()
		last, err := r.Store.LastDue(asked, w.estate, s.Name)
		if err != nil {
			r.databaseFails(err)
			return false
		}
		w.after, w.known = w.from, true
		if last.After(w.after) {
			w.after = last
		}
		if why == "" {
			why = "no service ran"
		}
	}
	if w.after.After(now) {
		w.after, w.next = now, now // the clock was set back: the store knows what was begun
	}
	if now.Before(w.next) {
		return true
	}
	for _, at := range s.Due(later(w.after, now.Add(-mostPast)), now, 0) {
		late := ""
		if now.Sub(at.Add(s.Delay(at))) > time.Minute {
			late = why
		}
		if n := len(w.open); n == 0 || at.After(w.open[n-1].at) {
			w.open = append(w.open, due{at: at, why: late})
		}
	}
	w.after, w.next = now, now.Add(aheadAtMost)
	if next := s.Due(now, w.next, 1); len(next) > 0 {
		w.next = next[0]
	}
	if more := len(w.open) - mostOpen; more > 0 {
		w.open, w.dropped = w.open[more:], w.dropped+more
	}
	return true
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
