package assess

import "github.com/portseal/portseal/report"

// HostUnresolved is the id of the finding about a host name without an address.
const HostUnresolved = "HOST-UNRESOLVED"

func hostUnresolved() Rule {
	return Rule{
		ID:           HostUnresolved,
		Severity:     report.Info,
		Inconclusive: true,
		Title:        "the host name does not resolve",
		Why:          "Without an address nothing could be looked at.",
		Remediation: "Correct the host in the estate file, or give its addresses there; on z/OS the resolver's trace (RESOLVER_TRACE) " +
			"shows which name servers were asked.",
		Elsewhere:  "Correct the host name, or give the address instead.",
		References: []string{"RFC 1034 section 3.7"},
		Check: func(c *Case) []report.Finding {
			if c.stateRule() != HostUnresolved {
				return nil
			}
			return []report.Finding{{Expected: c.expectedState(), Observed: c.Endpoint.Failure.Message, Evidence: c.exchanges()}}
		},
	}
}
