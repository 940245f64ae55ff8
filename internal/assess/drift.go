package assess

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
)

// DriftPrefix begins the ids of findings about changes since a baseline.
const DriftPrefix = "DRIFT-"

// drift makes a rule of some kinds of changes: one finding a listener, or for the estate, whatever number of them there are. What was
// announced is none.
func drift(id string, severity report.Severity, varies, title, why, remedy string, kinds ...string) Rule {
	return Rule{
		ID: id, Severity: severity, Varies: varies, Title: title, Why: why,
		Remediation: remedy + driftRemedy, Elsewhere: remedy + driftRemedy,
		References: []string{"NIST SP 800-53 CM-3", "NIST SP 800-128 section 3.3"},
		CheckEstate: func(e *Estate) []report.Finding {
			if e.Drift == nil {
				return nil
			}
			return driftFindings(e.Drift.Changes, kinds)
		},
	}
}

const driftRemedy = "When the change is meant: announce it (--expect CHANGES.yaml) or take a new baseline. Else undo it, and find out who made it."

// driftFindings joins the changes of some kinds by what they are about.
func driftFindings(changes []report.Change, kinds []string) []report.Finding {
	groups := map[string][]report.Change{}
	var order []string
	for _, c := range changes {
		if c.Expected != nil || !slices.Contains(kinds, c.Kind) {
			continue
		}
		if groups[c.Endpoint] == nil {
			order = append(order, c.Endpoint)
		}
		groups[c.Endpoint] = append(groups[c.Endpoint], c)
	}
	var out []report.Finding
	for _, endpoint := range order {
		f := report.Finding{Endpoint: endpoint}
		var was, is []string
		for _, c := range groups[endpoint] {
			f.Severity = max(f.Severity, ChangeSeverity(c))
			was, is = append(was, changeWords(c.What, c.Old)), append(is, changeWords(c.What, c.New))
		}
		f.Expected, f.Observed = "as in the baseline: "+few(was), few(is)
		out = append(out, f)
	}
	return out
}

func changeWords(what, value string) string {
	value = cmp.Or(value, "none")
	if what == "" {
		return value
	}
	return what + ": " + value
}

// few names the first of many.
func few(words []string) string {
	const most = 8
	if more := len(words) - most; more > 0 {
		words = append(slices.Clone(words[:most]), fmt.Sprintf("and %d more", more))
	}
	return strings.Join(words, "; ")
}
