package lint

import (
	"fmt"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// suiteBIgnoresSuites finds lists of suites that a SuiteBProfile makes void.
func suiteBIgnoresSuites() Rule {
	return Rule{
		ID: "ATTLS-SUITEB-IGNORES-SUITES", Severity: report.Medium,
		Title:       "SuiteBProfile makes TTLSCipherParms ignored",
		Why:         "With any SuiteBProfile but Off the suites are those of the profile: the list that stands beside it says what is not so.",
		Remediation: "Write SuiteBProfile Off, or remove TTLSCipherParms." + refresh,
		References:  []string{reference("TTLSEnvironmentAction")},
		Check: func(in *Input) []report.Finding {
			return in.perRule(func(e *attls.Effective) []report.Finding {
				b := e.SuiteBProfile
				if !b.Known || b.Default || b.Value == "Off" {
					return nil
				}
				for _, a := range []*attls.Action{e.Rule.Connection, e.Rule.Environment} {
					if s := a.Parms(typeCiphers); s != nil {
						return []report.Finding{found(b.From, fmt.Sprintf("SuiteBProfile %s of %s makes TTLSCipherParms of %s (%s) ignored",
							b.Value, b.Statement, a.Name, line(s.At, b.From)))}
					}
				}
				return nil
			})
		},
	}
}
