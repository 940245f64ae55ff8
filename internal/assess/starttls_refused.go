package assess

import "github.com/portseal/portseal/report"

// StartTLSRefused is the id of the finding about a protocol's start-up that does not lead to TLS.
const StartTLSRefused = "STARTTLS-REFUSED"

func startTLSRefused() Rule {
	return Rule{
		ID:       StartTLSRefused,
		Severity: report.High,
		Title:    "the listener refuses to start TLS",
		Why:      "The protocol goes on in clear text: user ids, passwords and data can be read and changed on the way.",
		Remediation: "The application starts TLS here, so its rule needs ApplicationControlled On, and the application must be told " +
			"to: FTP EXTENSIONS AUTH_TLS, TN3270E CONNTYPE NEGTSECURE, LDAP a StartTLS listener. EZD1281I says how the connection was " +
			"mapped (Not Enabled, Enabled, Appl Control).",
		Elsewhere:  "Enable STARTTLS in the server, and see in its log whether its certificate and key could be loaded.",
		Policy:     policyKeys("application_controlled"),
		References: []string{ibmAdvancedParms, "RFC 3207", "RFC 4217", "RFC 9325 section 3.2"},
		Check: func(c *Case) []report.Finding {
			if c.stateRule() != StartTLSRefused {
				return nil
			}
			f := report.Finding{Expected: c.expectedState(), Observed: c.Endpoint.Failure.Message, Evidence: c.exchanges()}
			return []report.Finding{f}
		},
	}
}
