package api

import (
	"errors"
	"net/http"
	"time"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/history"
)

// Status is the service now.
type Status struct {
	Started   time.Time          `json:"started"`
	Estate    Estate             `json:"estate"`
	Running   []control.Progress `json:"running"`
	Blackouts []Blackout         `json:"blackouts"`
	Waiting   int                `json:"waiting"`            // runs that are over and wait for the database
	Last      *Run               `json:"last,omitempty"`     // the last finished run of the whole estate
	Database  string             `json:"database,omitempty"` // what is wrong with it; absent when it answers
}

// Estate is the estate in force, and what is wrong with its file.
type Estate struct {
	Name      string     `json:"name"`
	File      string     `json:"file"`
	Loaded    time.Time  `json:"loaded"`
	Systems   int        `json:"systems"`
	Listeners int        `json:"listeners"`
	Fault     string     `json:"fault,omitempty"` // of the file as it is now; what is in force is the last good one
	FaultAt   *time.Time `json:"fault_at,omitempty"`
}

// mostBlackouts is how many are shown of those to come: an evening that is dark every day would fill weeks.
const mostBlackouts = 5

// Blackout is a time in which nothing is dialled.
type Blackout struct {
	control.Blackout
	Now bool `json:"now"`
}

// ScheduleList is a page of schedules, as the estate file has them.
type ScheduleList struct {
	Schedules []Schedule `json:"schedules"`
	Next      string     `json:"next,omitempty"`
}

// Schedule is one schedule, and its last run.
type Schedule struct {
	control.Schedule
	Last *Run `json:"last,omitempty"` // in the place of the one in control.Schedule
}

// status answers even when the database does not.

func (a *API) status(c *call) (*answer, error) {
	s := a.Control.Status()
	out := Status{Started: s.Started.UTC(), Running: s.Running, Blackouts: []Blackout{}, Waiting: s.Waiting, Database: s.Database,
		Estate: Estate{Name: s.Estate.Name, File: s.File, Loaded: s.Loaded.UTC(), Systems: len(s.Estate.Systems), Fault: s.Fault}}
	if s.Running == nil {
		out.Running = []control.Progress{}
	}
	for _, system := range s.Estate.Systems {
		out.Estate.Listeners += len(system.Listeners)
	}
	if s.Fault != "" {
		at := s.FaultAt.UTC()
		out.Estate.FaultAt = &at
	}
	now := a.Now()
	for _, b := range s.Blackouts[:min(len(s.Blackouts), mostBlackouts)] {
		out.Blackouts = append(out.Blackouts, Blackout{b, !b.From.After(now) && b.To.After(now)})
	}
	last, err := a.Store.Last(c.Context(), s.Estate.Name, false)
	switch {
	case err == nil:
		run := a.shown(*last)
		out.Last = &run
	case !errors.Is(err, history.ErrNotFound) && out.Database == "":
		a.Log.Error("the last run is unknown", "error", err)
		out.Database = "it does not answer; the service's log says why"
	}
	return &answer{value: out}, nil
}

func (a *API) listSchedules(c *call) (*answer, error) {
	var all []Schedule
	for _, s := range a.Control.Status().Schedules {
		one := Schedule{Schedule: s}
		if s.Last != nil {
			run := a.shown(*s.Last)
			one.Last = &run
		}
		if s.Next == nil {
			one.Next = []time.Time{}
		}
		all = append(all, one)
	}
	items, next, err := cut(c, all, func(s Schedule) string { return s.Name })
	return &answer{value: ScheduleList{items, next}}, err
}

// reload reads the estate file again. The error of a file that has faults names them all.
func (a *API) reload(c *call) (*answer, error) {
	if err := a.Control.Reload(c.Context()); err != nil {
		return nil, &Problem{Type: "estate-fault", Status: http.StatusUnprocessableEntity, Detail: "the last good estate stays in force: " + err.Error()}
	}
	a.note(c, "estate-reloaded", a.Control.Status().Estate.Name, "")
	return a.status(c)
}

// DeedList is a page of the audit log, newest first.
type DeedList struct {
	Deeds []history.Deed `json:"deeds"`
	Next  string         `json:"next,omitempty"`
}

func (a *API) listDeeds(c *call) (*answer, error) {
	items, next, err := page(c, func(p history.Page) ([]history.Deed, string, error) { return a.Store.Deeds(c.Context(), p) })
	return &answer{value: DeedList{items, next}}, err
}
