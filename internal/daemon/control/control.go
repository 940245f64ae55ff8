// Package control is what the pages and the API may ask of the running service: what it is to do, what it does, and to begin or stop a run.
//
// Limits: it is an interface and plain data. internal/daemon/runs does the work; what was is in internal/history.
package control

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/history"
)

// Errors of Control; they come wrapped.
var (
	ErrUnknown  = errors.New("the estate has none of that name") // a schedule, system or listener
	ErrOverlap  = errors.New("a run is on its way")
	ErrBlackout = errors.New("a blackout is on") // nothing is dialled now
)

// Control is the service, as its pages and its API see it.
type Control interface {
	// Status is what the service does now. It never waits.
	Status() Status
	// Start begins a run and returns its id at once. Only names that the estate in force has are taken.
	Start(ctx context.Context, r Request) (id string, err error)
	// Cancel stops a running run; history.ErrNotFound when it does not run here.
	Cancel(ctx context.Context, id, by string) error
	// Progress is how far a run that runs here has come; false when it does not.
	Progress(id string) (Progress, bool)
	// Reload reads the estate file again. The error says what is wrong with it; the last good one stays in force.
	Reload(ctx context.Context) error
}

// Request asks for a run. Everything is a name that the estate has: no host and no address can be given.
type Request struct {
	Schedule string   `json:"schedule,omitempty"`  // its systems, probes and pace; empty: the whole estate, standard
	Systems  []string `json:"systems,omitempty"`   // exact names; none: those of the schedule, else all
	Listener []string `json:"listeners,omitempty"` // SYSTEM/NAME, exact
	Probes   string   `json:"probes,omitempty"`    // quick, standard or deep; empty: the schedule's, else standard
	By       string   `json:"-"`                   // the user; empty for the service itself
}

// String is what is asked for in the words of the command line, for the audit log.
func (q Request) String() string {
	var out []string
	add := func(name string, values ...string) {
		for _, v := range values {
			if v != "" {
				out = append(out, "--"+name+"="+v)
			}
		}
	}
	add("schedule", q.Schedule)
	add("system", q.Systems...)
	add("listener", q.Listener...)
	add("probes", q.Probes)
	if len(out) == 0 {
		return "the whole estate"
	}
	return strings.Join(out, " ")
}

// Status is the service now.
type Status struct {
	Started   time.Time
	Estate    *estate.Estate // in force
	File      string         // of the estate
	Loaded    time.Time
	Fault     string    // what is wrong with the estate file as it is now; empty when it is in force
	FaultAt   time.Time // when that was found
	Schedules []Schedule
	Blackouts []Blackout // now and to come, in their order, as far as it looks ahead
	Running   []Progress // of runs of this process, oldest first
	Database  string     // what is wrong with the database; empty when it answers
	Waiting   int        // runs that are over and wait for the database
}

// Schedule is one schedule, and what became of it.
type Schedule struct {
	Name       string       `json:"name"`
	When       string       `json:"when"` // as the estate file says it: "30 2 * * *", "every 6h"
	Timezone   string       `json:"timezone"`
	Probes     string       `json:"probes"`
	Pace       string       `json:"pace,omitempty"`
	Revocation bool         `json:"revocation,omitempty"` // issuers are asked whether the presented certificates are revoked
	Systems    []string     `json:"systems,omitempty"`
	Canary     string       `json:"canary,omitempty"`
	Next       []time.Time  `json:"next"` // the next due times, jitter apart; a due time in a blackout is among them
	Last       *history.Run `json:"last,omitempty"`
}

// Blackout is a time in which nothing is dialled.
type Blackout struct {
	Name string    `json:"name"`
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Progress is how far a run has come.
type Progress struct {
	Run      string    `json:"run"`
	Schedule string    `json:"schedule,omitempty"`
	Started  time.Time `json:"started"`
	Phase    string    `json:"phase"` // "preparing", "canary", "scanning", "judging", "storing"
	Done     int       `json:"done"`  // endpoints
	All      int       `json:"all"`
	Latest   string    `json:"latest,omitempty"` // the endpoint that was done last
	Findings int       `json:"findings"`         // so far
}
