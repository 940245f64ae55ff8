package runs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/prepare"
	"github.com/portseal/portseal/internal/schedule"
)

// standard are the probes of a run that says nothing else.
const standard = "standard"

// asksLess says whether probes ask less than others.
func asksLess(probes, others string) bool {
	return slices.Index(schedule.Probes(), probes) < slices.Index(schedule.Probes(), others)
}

// plan is a run that is to be made.
type plan struct {
	force      *inForce
	head       history.Run
	look       prepare.Look
	pace       string // empty: the estate's
	canary     string // a system; empty for none
	revocation bool   // issuers are asked whether the presented certificates are revoked
}

// whole is a run of the whole estate.
func (r *Runs) whole() plan {
	f := r.estate()
	return plan{force: f, head: history.Run{Estate: f.Estate.Name, Trigger: history.ByUser, Probes: standard}}
}

// planned is a run of a schedule.
func (r *Runs) planned(f *inForce, s *schedule.Schedule) plan {
	p := plan{force: f, pace: s.Pace, canary: s.Canary, revocation: s.Revocation, look: prepare.Look{Systems: s.Systems, Listeners: s.Listeners},
		head: history.Run{Estate: f.Estate.Name, Trigger: history.BySchedule, Schedule: s.Name, Probes: s.Probes}}
	if p.head.Probes == "" {
		p.head.Probes = standard
	}
	p.head.Narrowed = narrows(f.Estate, p.look)
	return p
}

// asked is the run that a request is for. Only names that the estate has are taken, each as it is: nothing in a request is a pattern.
func (r *Runs) asked(q control.Request) (plan, error) {
	p := r.whole()
	e := p.force.Estate
	if q.Schedule != "" {
		i := slices.IndexFunc(e.Schedules, func(s *schedule.Schedule) bool { return s.Name == q.Schedule })
		if i < 0 {
			return p, fmt.Errorf("schedule %q: %w", q.Schedule, control.ErrUnknown)
		}
		p = r.planned(p.force, e.Schedules[i])
		p.head.Trigger = history.ByUser
	}
	p.head.By = q.By
	if q.Probes != "" {
		if !slices.Contains(schedule.Probes(), q.Probes) {
			return p, fmt.Errorf("probes %q: %w; want quick, standard or deep", q.Probes, control.ErrUnknown)
		}
		p.head.Probes = q.Probes
	}
	systems, listeners := namesOf(e)
	for _, name := range q.Systems {
		if !systems[name] {
			return p, fmt.Errorf("system %q: %w", name, control.ErrUnknown)
		}
	}
	for _, name := range q.Listener {
		if !listeners[name] {
			return p, fmt.Errorf("listener %q: %w", name, control.ErrUnknown)
		}
	}
	if len(q.Systems)+len(q.Listener) > 0 {
		p.look.Systems, p.look.Listeners = exactly(q.Systems), exactly(q.Listener)
		p.head.Narrowed = narrows(e, p.look)
	}
	if p.canary != "" && !schedule.Matches(p.look.Systems, p.canary) {
		p.canary = "" // it is not looked at
	}
	return p, nil
}

func namesOf(e *estate.Estate) (systems, listeners map[string]bool) {
	systems, listeners = map[string]bool{}, map[string]bool{}
	for _, s := range e.Systems {
		systems[s.Name] = true
		for _, l := range s.Listeners {
			listeners[s.Name+"/"+l.Name] = true
		}
	}
	return systems, listeners
}

// exactly makes patterns that select these names alone: see path.Match.
func exactly(names []string) []string {
	var out []string
	for _, name := range names {
		out = append(out, strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(name))
	}
	return out
}

// narrows says whether a look leaves a listener of the estate out.
func narrows(e *estate.Estate, look prepare.Look) bool {
	selected := schedule.Schedule{Systems: look.Systems, Listeners: look.Listeners}
	for _, s := range e.Systems {
		for _, l := range s.Listeners {
			if !selected.Selects(s.Name, l.Name) {
				return true
			}
		}
	}
	return false
}

// arguments is what the report says was asked, in the words of the command line.
func (p *plan) arguments(file string) []string {
	out := []string{"serve", "--estate=" + file, "--probes=" + p.head.Probes}
	if p.head.Schedule != "" {
		out = append(out, "--schedule="+p.head.Schedule)
	}
	for _, s := range p.look.Systems {
		out = append(out, "--system="+s)
	}
	for _, l := range p.look.Listeners {
		out = append(out, "--listener="+l)
	}
	if p.pace != "" {
		out = append(out, "--pace="+p.pace)
	}
	if p.canary != "" {
		out = append(out, "--canary="+p.canary)
	}
	if p.revocation {
		out = append(out, "--revocation")
	}
	return out
}
