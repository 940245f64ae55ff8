package assess

import (
	"fmt"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// attlsPeerClearText finds listeners whose real peers the policy leaves in clear text, whatever this scan sees.
func attlsPeerClearText() Rule {
	return Rule{
		ID:       "ATTLS-PEER-CLEAR-TEXT",
		Severity: report.High,
		Title:    "the AT-TLS policy leaves the real peers' connections in clear text",
		Why: "A rule that admits the scanner and not the peer passes every scan, and protects nobody: a connection that no rule takes " +
			"is in clear text, silently.",
		Remediation: "Correct RemoteAddr (or RemoteAddrGroupRef) of the rule for this port so that it admits the peer's address, or take " +
			"it out; look for a rule of higher priority with TTLSEnabled Off. 'portseal policy match' shows why each rule does not " +
			"match. Then F PAGENT,UPDATE; connections that exist keep their old action.",
		Elsewhere:  "AT-TLS policies are z/OS's alone.",
		References: []string{ibmRule, ibmQMPolicy},
		Anyway:     true,
		Check: func(c *Case) []report.Finding {
			p := c.policy()
			if p == nil || !c.wantsTLS() || p.SameRule != scan.No && !c.tls() {
				return nil // the scanner meets clear text too: TLS-NOT-SPOKEN says so, and names the policy
			}
			var out []report.Finding
			for _, m := range p.From(report.FromPeer) {
				if m.ClearText == scan.Yes {
					out = append(out, report.Finding{
						Expected: c.expectedState() + " for " + m.Address,
						Observed: fmt.Sprintf("clear text: %s (policy %s)", m.Why, list(p.Files)),
						Location: m.Location,
					})
				}
			}
			return out
		},
	}
}
