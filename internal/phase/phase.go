// Package phase checks one step of the night in which Query Monitor moves from RC4 to TLS: before, server-tls, agent, rc4-off, backout.
// The expectations of an estate describe the end; during a step only what the step needs counts, and a step is GO only when all of that
// was seen to hold. What was not seen is NO-GO too.
//
// The order of the steps, and what belongs to each, is that of IBM's article "IBM Db2 Query Monitor - Configuring AT-TLS" (2024): the
// server's TLS port first, beside RC4; then each system's policy and agent together; RC4 off last.
//
// Limits: it judges a report and an earlier one, and issues nothing. The names of started tasks are those of IBM's samples, or stand in <>.
package phase

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/migration"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// Options says which step is checked.
type Options struct {
	Name     string          // one of report.Phases
	System   string          // of the agent, of the server, or of what was backed out; empty: all, where the step allows it
	FailOn   report.Severity // findings of the step from here on fail it
	Baseline *report.Report  // for backout
}

// Judge checks the step in a report.
func Judge(rep *report.Report, o Options) *report.Phase {
	j := &judge{rep: rep, m: migration.Of(rep), o: o, p: &report.Phase{Name: o.Name, System: o.System, Checks: []report.PhaseCheck{}}}
	next := ""
	switch o.Name {
	case report.PhaseBefore:
		next = j.before()
	case report.PhaseServerTLS:
		next = j.serverTLS()
	case report.PhaseAgent:
		next = j.agent(o.System)
	case report.PhaseRC4Off:
		next = j.rc4Off()
	case report.PhaseBackout:
		next = j.backout()
	}
	if !rep.Run.Complete {
		j.add(report.PhaseCheck{Name: "the run", Result: report.CheckUnknown, Evidence: "it was cut short", Next: "check again"})
	}
	j.p.Verdict, j.p.Next = report.Go, next
	if worst := j.p.Result(); worst != report.CheckOK {
		i := slices.IndexFunc(j.p.Checks, func(c report.PhaseCheck) bool { return c.Result == worst })
		j.p.Verdict, j.p.Next = report.NoGo, j.p.Checks[i].Next
	}
	return j.p
}

type judge struct {
	rep *report.Report
	m   *report.Migration
	o   Options
	p   *report.Phase
}

func (j *judge) add(c report.PhaseCheck) { j.p.Checks = append(j.p.Checks, c) }

// endpoints are those of a role, on one system or on all.
func (j *judge) endpoints(system, role string) []report.Endpoint {
	return slices.DeleteFunc(slices.Clone(j.rep.Endpoints), func(e report.Endpoint) bool {
		return e.Role != role || system != "" && e.System != system
	})
}

// query is what is known of Query Monitor on a system; never nil.
func (j *judge) query(system string) *report.QueryMonitor {
	for i := range j.rep.QueryMonitor {
		if j.rep.QueryMonitor[i].System == system {
			return &j.rep.QueryMonitor[i]
		}
	}
	return &report.QueryMonitor{System: system}
}

// having are the systems that have an end of a connection, of the one that the step is about or of all.
func (j *judge) having(end string) []string {
	var out []string
	for _, s := range j.m.Systems {
		if j.m.Cell(s.System, end) != nil && (j.o.System == "" || j.o.System == s.System) {
			out = append(out, s.System)
		}
	}
	return out
}

// findings are those that count and that a test picks.
func (j *judge) findings(want func(report.Finding) bool) []report.Finding {
	return slices.DeleteFunc(slices.Clone(j.rep.Findings), func(f report.Finding) bool {
		return f.Waived != nil || !f.Inconclusive && f.Severity < cmp.Or(j.o.FailOn, report.Medium) || !want(f)
	})
}

// sound adds a check that no finding speaks against.
func (j *judge) sound(c report.PhaseCheck, found []report.Finding) {
	c.Result = report.CheckOK
	var words []string
	for _, f := range found {
		switch {
		case !f.Inconclusive && c.Result != report.CheckFailed:
			c.Result, c.From = report.CheckFailed, place(f.Location)
			words = slices.Insert(words, 0, findingWords(f))
			continue
		case f.Inconclusive && c.Result == report.CheckOK:
			c.Result, c.From = report.CheckUnknown, place(f.Location)
		}
		words = append(words, findingWords(f))
	}
	const most = 3
	if more := len(words) - most; more > 0 {
		words = append(words[:most], fmt.Sprintf("and %d more", more))
	}
	if len(words) > 0 {
		c.Evidence = strings.Join(words, "; ")
	}
	j.add(c)
}

func findingWords(f report.Finding) string {
	return strings.TrimSuffix(f.ID+": "+cmp.Or(f.Observed, f.Detail, f.Title), ": ")
}

// speaks adds a check that a listener speaks TLS, as it should but for findings that are not of this step.
func (j *judge) speaks(e report.Endpoint, next string, not ...string) {
	c := report.PhaseCheck{Name: e.ID + " speaks TLS", Endpoint: e.ID, Next: next}
	switch e.State {
	case scan.StateTLS, scan.StateStartTLS:
	case scan.StateClosed, scan.StateNonTLS:
		c.Result, c.Evidence = report.CheckFailed, stateWords(e)
		j.add(c)
		return
	default:
		c.Result, c.Evidence = report.CheckUnknown, stateWords(e)
		j.add(c)
		return
	}
	c.Evidence = stateWords(e)
	j.sound(c, j.findings(func(f report.Finding) bool {
		return f.Endpoint == e.ID && !strings.HasPrefix(f.ID, "QM-") && !strings.HasPrefix(f.ID, "RING-") && !slices.Contains(not, f.ID)
	}))
}

// stateWords is what an endpoint showed.
func stateWords(e report.Endpoint) string {
	words := string(e.State)
	for _, p := range e.Protocols {
		if p.Supported == scan.Yes {
			words += " " + p.Version.String()
		}
	}
	switch {
	case e.NonTLS != nil:
		words += " (" + e.NonTLS.Kind + ")"
	case e.Failure != nil && e.State != scan.StateClosed:
		words += ": " + e.Failure.Message
	}
	return fmt.Sprintf("port %d is %s", e.Target.Port, words)
}

func place(l *report.Location) string {
	if l == nil {
		return ""
	}
	return fmt.Sprintf("%s:%d:%d", l.File, l.Line, l.Column)
}
