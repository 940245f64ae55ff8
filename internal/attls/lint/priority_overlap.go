package lint

import (
	"fmt"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// priorityOverlap finds overlapping rules whose order is left to their names.
func priorityOverlap() Rule {
	return Rule{
		ID: "ATTLS-PRIORITY-OVERLAP", Severity: report.Medium,
		Title: "Two rules of one priority overlap",
		Why: "Within one priority Policy Agent asks rules in the order of their names, not of the file: to rename or add a rule changes what " +
			"connections get, and how it sorts digits and lower case is not documented.",
		Remediation: "Give the rule for the special case the higher Priority.",
		References:  []string{ordering, reference("TTLSRule")},
		Check: func(in *Input) []report.Finding {
			never := map[*attls.Rule]bool{}
			for _, s := range in.neverMatched() {
				never[s.Rule] = true
			}
			var out []report.Finding
			named := map[*attls.Rule]int{}
			for o := range in.Policy.Overlaps() {
				if o.First.Priority != o.Second.Priority || never[o.Second] || named[o.Second] == maxNames || !meets(o) {
					continue
				}
				if f, ok := in.overlapping(o); ok {
					named[o.Second]++
					out = append(out, f)
				}
			}
			return out
		},
	}
}

// meets says whether real connections meet both rules: one takes all of the other's, or both name ports of one side, jobs or
// users. A rule for a job and one for a port overlap too, if the job ever uses the port, which the policy does not say.
func meets(o attls.Overlap) bool {
	a, b := o.First, o.Second
	return o.OfFirst == attls.ShareAll || o.OfSecond == attls.ShareAll ||
		!a.LocalPorts.Any() && !b.LocalPorts.Any() || !a.RemotePorts.Any() && !b.RemotePorts.Any() ||
		a.Jobname != "" && b.Jobname != "" || a.Userid != "" && b.Userid != ""
}

func (in *Input) overlapping(o attls.Overlap) (report.Finding, bool) {
	differences := in.differences(o.First, o.Second)
	if len(differences) == 0 {
		return report.Finding{}, false
	}
	if len(differences) > maxNames {
		differences = append(differences[:maxNames], "more")
	}
	order := "by its name alone"
	if !o.Certain {
		order = "by its name, if Policy Agent sorts so"
	}
	f := found(o.Second.At, fmt.Sprintf("rule %s (%s) has priority %d too, takes connections of rule %s, and is asked first %s; the two differ in %s",
		o.First.Name, line(o.First.At, o.Second.At), o.First.Priority, o.Second.Name, order, and(differences)))
	if in.turned(o.First, true) != in.turned(o.Second, true) {
		f.Severity = report.High
	}
	return f, true
}
