package assess

import "github.com/portseal/portseal/report"

// TLSUnexpected is the id of the finding about TLS where clear text is expected.
const TLSUnexpected = "TLS-UNEXPECTED"

func tlsUnexpected() Rule {
	return Rule{
		ID:       TLSUnexpected,
		Severity: report.Medium,
		Title:    "clear text is expected, and the listener speaks TLS",
		Why: "Clients that speak clear text here cannot connect, or the estate file is behind; a rule that is wider than intended may " +
			"have caught the port.",
		Remediation: "pasearch -t shows which rule takes the port: LocalPortRange, PortGroup or Jobname may be wider than meant. If " +
			"TLS is right, write expect: tls.",
		Elsewhere:  "If TLS is right, write expect: tls in the estate file; else turn it off in the server.",
		References: []string{ibmRule, "RFC 9325 section 3.2"},
		Check: func(c *Case) []report.Finding {
			if c.stateRule() != TLSUnexpected {
				return nil
			}
			return []report.Finding{{Expected: c.expectedState(), Observed: c.observedState(), Evidence: c.exchanges()}}
		},
	}
}
