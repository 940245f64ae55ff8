package runs

import (
	"time"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/schedule"
)

// How far ahead a status looks.
const (
	nextTimes   = 5
	within      = 400 * 24 * time.Hour // a run or a blackout that is once a year is among them
	darkWindows = 20
	comingHolds = 5 * time.Second // before it is looked up again
)

// coming is what is to come, for as long as that holds.
type coming struct {
	until     time.Time
	next      map[string][]time.Time
	blackouts []control.Blackout
}

// Status is what the service does now.
func (r *Runs) Status() control.Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if !now.Before(r.coming.until) || now.Add(comingHolds).Before(r.coming.until) {
		r.coming = r.ahead(now)
	}
	s := control.Status{Started: r.started, Estate: r.force.Estate, File: r.File, Loaded: r.force.at, Fault: r.fault, FaultAt: r.faultAt,
		Blackouts: r.coming.blackouts, Database: r.database, Waiting: r.waiting}
	for _, plan := range r.force.Estate.Schedules {
		one := control.Schedule{Name: plan.Name, When: plan.When(), Timezone: plan.Zone().String(), Probes: plan.Probes, Pace: plan.Pace,
			Revocation: plan.Revocation, Systems: plan.Systems, Canary: plan.Canary, Next: r.coming.next[plan.Name]}
		if w := r.watched[plan.Name]; w != nil && w.last != nil {
			last := *w.last
			one.Last = &last
		}
		s.Schedules = append(s.Schedules, one)
	}
	if r.job != nil {
		s.Running = append(s.Running, r.job.progress)
	}
	return s
}

// ahead looks up what is to come.
func (r *Runs) ahead(now time.Time) coming {
	c := coming{until: now.Add(comingHolds), next: map[string][]time.Time{}}
	for _, s := range r.force.Estate.Schedules {
		c.next[s.Name] = s.Due(now, now.Add(within), nextTimes)
	}
	for _, w := range schedule.Blackouts(r.force.Estate.Blackouts, now, now.Add(within)) {
		if len(c.blackouts) < darkWindows {
			c.blackouts = append(c.blackouts, control.Blackout{Name: w.Name, From: w.From, To: w.To})
		}
	}
	return c
}

// Progress is how far a run that runs here has come.
func (r *Runs) Progress(id string) (control.Progress, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.job == nil || r.job.head.ID != id {
		return control.Progress{}, false
	}
	return r.job.progress, true
}
