package lint

import (
	"fmt"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// clientAuthUnused finds ClientAuthType where no client is asked for a certificate.
func clientAuthUnused() Rule {
	return Rule{
		ID: "ATTLS-CLIENT-AUTH-UNUSED", Severity: report.Medium,
		Title: "ClientAuthType counts for nothing",
		Why: "Clients are asked for a certificate with HandshakeRole ServerWithClientAuth only: whoever reads ClientAuthType Required takes them " +
			"to be authenticated, and they are not.",
		Remediation: "Write HandshakeRole ServerWithClientAuth where clients must show a certificate, or remove ClientAuthType." + refresh,
		References:  []string{reference("TTLSEnvironmentAdvancedParms"), reference("TTLSEnvironmentAction")},
		Check: func(in *Input) []report.Finding {
			counts := map[report.Location]bool{}
			for _, r := range in.enabled() {
				e := in.Effective(r)
				counts[e.ClientAuthType.From] = counts[e.ClientAuthType.From] || !e.Role.Known || e.Role.Value == attls.ServerWithClientAuth
			}
			return in.perRule(func(e *attls.Effective) []report.Finding {
				c := e.ClientAuthType
				if !c.Known || c.Default || counts[c.From] {
					return nil
				}
				f := found(c.From, fmt.Sprintf("ClientAuthType %s with HandshakeRole %s (%s): no client is asked for a certificate; want ServerWithClientAuth",
					c.Value, e.Role.Value, line(e.Role.From, c.From)))
				if e.Role.Value == attls.Client || e.ClientAuth() == "" || c.Value == "PassThru" || c.Value == "Full" {
					f.Severity = report.Low
				}
				return []report.Finding{f}
			})
		},
	}
}
