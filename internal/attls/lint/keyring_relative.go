package lint

import (
	"fmt"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// keyringRelative finds servers whose ring has no owner.
func keyringRelative() Rule {
	return Rule{
		ID: "ATTLS-KEYRING-RELATIVE", Severity: report.Info,
		Title: "A server's key ring has no owner",
		Why: "The ring is looked up among those of the user ID under which the job that owns the socket runs: the same rule uses another " +
			"ring, or none, when the started task gets another user ID.",
		Remediation: "Write Keyring owner/ring.",
		References:  []string{"z/OS Communications Server: IP Configuration Reference, TTLSKeyringParms statement"},
		Check: func(in *Input) []report.Finding {
			var out []report.Finding
			for _, r := range in.enabled() {
				e := in.Effective(r)
				k := e.Keyring
				if !isServer(e) || !k.Known || k.Value.Kind != attls.RingSAF || k.Value.Owner != "" || placeholder(k.Value.Written) {
					continue
				}
				f := found(k.From, fmt.Sprintf("Keyring %s of %s names no owner: want owner/%s", k.Value, k.Statement, k.Value))
				if r.Jobname == "" && r.Userid == "" {
					f.Detail += fmt.Sprintf("; rule %s takes the connections of every job, and so uses rings of several users", r.Name)
					f.Severity = report.Low
				}
				out = append(out, f)
			}
			return out
		},
	}
}
