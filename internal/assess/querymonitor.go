package assess

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/report"
)

// qmElsewhere is the advice for a CAE server that does not run on z/OS; the agent always does.
const qmElsewhere = "The CAE server on Windows takes the same parameters from its own configuration: change them there, and restart it. " +
	"The agent's member CQMCPRMS is always on z/OS. "

// eachSystem runs a check for every system with facts about Query Monitor, and says in each finding's detail which one it is.
func eachSystem(check func(*Estate, *report.QueryMonitor) []report.Finding) func(*Estate) []report.Finding {
	return func(e *Estate) []report.Finding {
		var out []report.Finding
		for i := range e.QueryMonitor {
			q := &e.QueryMonitor[i]
			for _, f := range check(e, q) {
				f.Detail = strings.TrimSuffix("Query Monitor on "+q.System+": "+f.Detail, ": ")
				out = append(out, f)
			}
		}
		return out
	}
}

// eachLine makes a finding of every line of a kind; named is its severity when the line has a parameter's name.
func eachLine(kind, expected string, named report.Severity) func(*Estate) []report.Finding {
	return eachSystem(func(_ *Estate, q *report.QueryMonitor) []report.Finding {
		var out []report.Finding
		for _, l := range q.Lines {
			if l.Kind == kind {
				observed, _, _ := strings.Cut(l.Message, "; want") // which Expected says
				f := report.Finding{Location: &l.Location, Expected: expected, Observed: observed}
				if l.Parameter != "" {
					f.Severity = named
				}
				out = append(out, f)
			}
		}
		return out
	})
}

// migrated returns a listener of the agent that is to speak TLS: its system is expected to be migrated.
func migrated(q *report.QueryMonitor) (report.DeclaredPort, bool) {
	if d, ok := declaredTLS(q, report.RoleCAEAgent); ok {
		return d, true
	}
	return declaredTLS(q, report.RoleCAEISPF)
}

// declaredTLS returns the first listener with the role that is to speak TLS.
func declaredTLS(q *report.QueryMonitor, role string) (report.DeclaredPort, bool) {
	i := slices.IndexFunc(q.Declared, func(d report.DeclaredPort) bool { return d.Expect == report.ExpectTLS && d.Role == role })
	if i < 0 {
		return report.DeclaredPort{}, false
	}
	return q.Declared[i], true
}

// due says whether an RC4 listener must be gone: its last day is over, or it has none and is to be closed.
func due(d report.DeclaredPort, at time.Time) bool {
	if d.Role != report.RoleCAEServerRC4 {
		return false
	}
	if d.RetireBy == "" {
		return d.Expect == report.ExpectClosed
	}
	return at.UTC().Format(time.DateOnly) > d.RetireBy
}

// top is where a parameter that is not set would be added.
func top(file string) *report.Location { return &report.Location{File: file, Line: 1, Column: 1} }

// place is where a parameter is, or where it would be added.
func place(p *report.Parameter, file string) *report.Location {
	if p == nil {
		return top(file)
	}
	return &p.Location
}

// portsOf returns the ports of a parameter that may not be set.
func portsOf(p *report.Parameter) []uint16 {
	if p == nil {
		return nil
	}
	return p.Ports
}

// portWords lists ports, which are sorted, with ranges: "5610-5612, 5620".
func portWords(ports []uint16) string {
	var out []string
	for i := 0; i < len(ports); {
		j := i
		for j+1 < len(ports) && ports[j+1] == ports[j]+1 {
			j++
		}
		switch {
		case j == i:
			out = append(out, fmt.Sprint(ports[i]))
		case j == i+1:
			out = append(out, fmt.Sprint(ports[i]), fmt.Sprint(ports[j]))
		default:
			out = append(out, fmt.Sprintf("%d-%d", ports[i], ports[j]))
		}
		i = j + 1
	}
	return strings.Join(out, ", ")
}

// common returns the ports that two lists share.
func common(a, b []uint16) []uint16 {
	var out []uint16
	for _, p := range a {
		if slices.Contains(b, p) {
			out = append(out, p)
		}
	}
	return out
}
