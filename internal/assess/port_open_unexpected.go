package assess

import "github.com/portseal/portseal/report"

// PortOpenUnexpected is the id of the finding about a port that is open and should not be as it is.
const PortOpenUnexpected = "PORT-OPEN-UNEXPECTED"

func portOpenUnexpected() Rule {
	return Rule{
		ID:       PortOpenUnexpected,
		Severity: report.High,
		Title:    "a port is open that should be closed, or speaks TLS where RC4 is expected",
		Why: "Something listens that the estate does not know of: a service that was to be gone, another one that took its port, or a " +
			"migration step that the estate file does not show yet.",
		Remediation: "NETSTAT ALLCONN (PORT n shows the job and user that own the socket. Stop the service, or reserve the port (PORT " +
			"in PROFILE.TCPIP), or, when it is right, say so in the estate file: expect: tls.",
		Elsewhere: "Find the process that owns the port (ss -ltnp, netstat -ano); stop it, or say in the estate file that it belongs " +
			"there.",
		References: []string{ibmQMTLS, "NIST SP 800-53 CM-7"},
		Check: func(c *Case) []report.Finding {
			if c.stateRule() != PortOpenUnexpected {
				return nil
			}
			return []report.Finding{{Expected: c.expectedState(), Observed: c.observedState(), Evidence: c.exchanges()}}
		},
	}
}
