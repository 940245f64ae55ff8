package lint

import (
	"github.com/portseal/portseal/report"
)

// neverMatches finds rules that others leave nothing to.
func neverMatches() Rule {
	return Rule{
		ID: "ATTLS-NEVER-MATCHES", Severity: report.Medium,
		Title:       "A rule can never match",
		Why:         "The first rule that matches ends the search, by priority and then by name: what stands in this rule counts for no connection.",
		Remediation: "Give the rule a higher Priority than those that take its connections, narrow those, or remove it.",
		References:  []string{ordering, reference("TTLSRule")},
		Check: func(in *Input) []report.Finding {
			var out []report.Finding
			for _, s := range in.neverMatched() {
				if in.cleared(s) {
					continue // ATTLS-OFF-SHADOWS-ON
				}
				f := found(s.Rule.At, "rule "+s.Rule.Name+" takes no connection: "+s.Why)
				if len(s.By) == 1 && len(in.differences(s.By[0], s.Rule)) == 0 {
					f.Severity = report.Low
					f.Detail += ", and treats them alike"
				}
				out = append(out, f)
			}
			return out
		},
	}
}
