// Package agenda says what the schedules of an estate will run in a time, and what stands in the way.
//
// Limits: it knows the estate and the calendar. Whether a service runs, whether an earlier run is still on its way, and what became of the canary
// is known to the service alone.
package agenda

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/schedule"
)

// Schema names the form of the JSON document.
const Schema = "portseal.schedule/v1"

// MostRuns bounds an agenda: a schedule of every minute has half a million runs a year.
const MostRuns = 100_000

// Agenda is what will run in [From, Until].
type Agenda struct {
	Schema    string     `json:"schema"`
	Estate    string     `json:"estate"`
	From      time.Time  `json:"from"`
	Until     time.Time  `json:"until"`
	Schedules []Schedule `json:"schedules"` // in the order of the file
	Runs      []Run      `json:"runs"`      // in the order in which they are due
	Blackouts []Blackout `json:"blackouts"` // that reach into the time, in their order
}

// Schedule is one schedule of the estate.
type Schedule struct {
	Name          string     `json:"name"`
	When          string     `json:"when"` // "30 2 * * *", "every 6h"
	Timezone      string     `json:"timezone"`
	JitterSeconds int        `json:"jitter_seconds"`
	Probes        string     `json:"probes"`
	Pace          string     `json:"pace"`                 // its own, else the default of what it looks at
	Revocation    bool       `json:"revocation,omitempty"` // issuers are asked whether the presented certificates are revoked
	Systems       []string   `json:"systems"`
	Listeners     int        `json:"listeners"` // of the estate that it looks at
	Canary        string     `json:"canary,omitempty"`
	Next          *time.Time `json:"next,omitempty"` // when it is due, from From on and at most 60 years ahead; also after Until
	Cost          Cost       `json:"connections"`
}

// Cost is what one run of a schedule takes in connections.
type Cost struct {
	Conforming int  `json:"conforming"`     // when every listener does what is expected
	Most       *int `json:"most,omitempty"` // absent where nothing bounds it
	Endpoints  int  `json:"endpoints"`      // that are dialled
	Unknown    int  `json:"unknown"`        // endpoints whose host could not be resolved: they are in no number here
}

// Run is one run that will be due.
type Run struct {
	Schedule     string    `json:"schedule"`
	Due          time.Time `json:"due"`
	Local        string    `json:"due_local"`          // in the schedule's time zone, RFC 3339
	Begins       time.Time `json:"begins"`             // with its jitter, which is the same each time one asks
	BeginsBefore time.Time `json:"begins_before"`      // with any jitter: Due plus the whole of it
	Blackout     *Blackout `json:"blackout,omitempty"` // that is on when it would begin: it is missed
}

// Blackout is a time in which nothing is dialled.
type Blackout struct {
	Name string    `json:"name"`
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Of makes the agenda of an estate for [from, until]. cost says what a run of a schedule takes, and at which pace.
func Of(e *estate.Estate, from, until time.Time, cost func(*schedule.Schedule) (pace string, c Cost, err error)) (Agenda, error) {
	a := Agenda{Schema: Schema, Estate: e.Name, From: from.UTC(), Until: until.UTC(), Schedules: []Schedule{}, Runs: []Run{}, Blackouts: []Blackout{}}
	longest := time.Duration(0)
	for _, s := range e.Schedules {
		longest = max(longest, s.Jitter)
	}
	windows := schedule.Blackouts(e.Blackouts, from, until.Add(longest+time.Nanosecond))
	for _, s := range e.Schedules {
		one := describe(e, s, from)
		var err error
		if one.Pace, one.Cost, err = cost(s); err != nil {
			return Agenda{}, err
		}
		a.Schedules = append(a.Schedules, one)
		for _, due := range s.Due(from.Add(-time.Nanosecond), until, MostRuns+1) {
			a.Runs = append(a.Runs, runOf(s, due, windows))
		}
		if len(a.Runs) > MostRuns {
			return Agenda{}, fmt.Errorf("more than %d runs are due from %s to %s; want a shorter time", MostRuns, from.UTC().Format(time.RFC3339), until.UTC().Format(time.RFC3339))
		}
	}
	slices.SortStableFunc(a.Runs, func(x, y Run) int { return cmp.Or(x.Due.Compare(y.Due), x.Begins.Compare(y.Begins)) })
	for _, w := range windows {
		if !w.From.After(until) {
			a.Blackouts = append(a.Blackouts, Blackout(w))
		}
	}
	return a, nil
}

func runOf(s *schedule.Schedule, due time.Time, windows []schedule.Window) Run {
	r := Run{Schedule: s.Name, Due: due, Local: due.In(s.Zone()).Format(time.RFC3339), Begins: due.Add(s.Delay(due)), BeginsBefore: due.Add(s.Jitter)}
	if w, dark := schedule.During(windows, r.Begins); dark {
		b := Blackout(w)
		r.Blackout = &b
	}
	return r
}

// describe writes a schedule without its cost.
func describe(e *estate.Estate, s *schedule.Schedule, from time.Time) Schedule {
	out := Schedule{Name: s.Name, When: s.When(), Timezone: s.Zone().String(), JitterSeconds: int(s.Jitter / time.Second), Probes: s.Probes, Pace: s.Pace,
		Revocation: s.Revocation, Systems: []string{}, Canary: s.Canary}
	for _, system := range e.Systems {
		before := out.Listeners
		for _, l := range system.Listeners {
			if s.Selects(system.Name, l.Name) {
				out.Listeners++
			}
		}
		if out.Listeners > before {
			out.Systems = append(out.Systems, system.Name)
		}
	}
	if next := s.Due(from.Add(-time.Nanosecond), from.AddDate(60, 0, 0), 1); len(next) > 0 {
		out.Next = &next[0]
	}
	return out
}
