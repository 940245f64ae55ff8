package assess

import "github.com/portseal/portseal/report"

// PortClosed is the id of the finding about a listener that is not there.
const PortClosed = "PORT-CLOSED"

func portClosed() Rule {
	return Rule{
		ID:       PortClosed,
		Severity: report.Medium,
		Title:    "a listener is expected, and the port is closed",
		Why:      "Who depends on this listener cannot connect; and nothing else that is expected of it could be looked at.",
		Remediation: "Is the started task up, and did it bind the port (NETSTAT ALLCONN (PORT n)? Is the port reserved for another " +
			"job (PORT in PROFILE.TCPIP)? A listener that was meant to go is expect: closed in the estate file.",
		CAEServer: "Is the CAE server (CQMCAESV) up, and did it bind the port? It may not start a TLS socket whose certificate label " +
			"it does not find: WEBSERVER for the web port, CAE_AGENT_PORTAL for the agents' port. Check also " +
			"CQM_TLS_CAE_AGNT_LSTNR_PORT: a blank at the beginning of a STDENV line makes the server ignore it. Restart after a change.",
		Elsewhere:  "Start the service, or correct the port; a listener that was meant to go is expect: closed in the estate file.",
		References: []string{ibmQMCertificate, "RFC 9293 section 3.5.2"},
		Check: func(c *Case) []report.Finding {
			if c.stateRule() != PortClosed {
				return nil
			}
			f := report.Finding{Expected: c.expectedState(), Observed: c.observedState(), Evidence: c.exchanges()}
			if c.Expect.Expect == report.ExpectLegacyRC4 {
				f.Detail = "if the RC4 listener was turned off on purpose, write expect: closed"
			}
			return []report.Finding{f}
		},
	}
}
