package lint

import (
	"fmt"

	"github.com/portseal/portseal/report"
)

// envfile says what portseal does not see.
func envfile() Rule {
	return Rule{
		ID: "ATTLS-ENVFILE", Severity: report.Info,
		Title: "System SSL variables come from a file that is not read",
		Why: "The GSK_ variables of an Envfile change what System SSL does where the policy says nothing: this policy alone does not tell " +
			"what is in force, and portseal takes such settings as unknown.",
		Remediation: "Move what has an AT-TLS parameter into the policy, and keep the file under the same change control.",
		References:  []string{"z/OS Communications Server: IP Configuration Reference, TTLSGroupAdvancedParms statement"},
		Check: func(in *Input) []report.Finding {
			var out []report.Finding
			for _, r := range in.enabled() {
				if e := in.Effective(r).Envfile; e.Known && e.Value != "" {
					out = append(out, found(e.From, fmt.Sprintf("Envfile %s of %s is not read: what it sets is not known here", e.Value, e.Statement)))
				}
			}
			return out
		},
	}
}
