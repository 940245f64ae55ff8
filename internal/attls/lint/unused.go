package lint

import (
	"github.com/portseal/portseal/report"
)

// unused finds statements that nothing refers to.
func unused() Rule {
	return Rule{
		ID: "ATTLS-UNUSED", Severity: report.Info,
		Title:       "Nothing refers to the statement",
		Why:         "It changes nothing, though who reads the policy takes it to count; often the reference to it was forgotten.",
		Remediation: "Refer to it, or remove it. In a file that several stacks share, another may use it.",
		References:  []string{reference("TTLSRule")},
		Check: func(in *Input) []report.Finding {
			var out []report.Finding
			for _, s := range in.Policy.Unused() {
				if counts, _ := in.Policy.Statement(s.Keyword, s.Name); counts != s {
					continue // one of two with a name
				}
				out = append(out, found(s.At, title(s)+" is referred to by nothing"))
			}
			return out
		},
	}
}
