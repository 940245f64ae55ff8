package assess

import "github.com/portseal/portseal/report"

// CertMustStaple is the id of the finding about certificates that demand a staple which is not there, or of no use.
const CertMustStaple = "CERT-MUST-STAPLE"

func certMustStaple() Rule {
	return Rule{
		ID:       CertMustStaple,
		Severity: report.Medium,
		Title:    "the certificate demands an OCSP staple, and none that is of use comes with it",
		Why: "A certificate with the TLS feature status_request (must-staple) tells clients to refuse a server that does not send a current OCSP response " +
			"with it. Those that heed it cannot connect. Listeners are asked at depth deep.",
		Remediation: refreshFirst + "Else write OcspServerStapling Any (or EndEntity) into TTLSGskOcspParms, and see that the responder can be reached; or have " +
			"a certificate issued without the demand.",
		Elsewhere:  restartElsewhere + "Else turn stapling on (nginx: ssl_stapling) and see that the server reaches the responder, or have a certificate issued without the demand.",
		References: []string{"RFC 7633 section 4.2.3.1", "RFC 6066 section 8", "RFC 6960 section 4.2.2"},
		Check: func(c *Case) []report.Finding {
			return c.stapleFindings(CertMustStaple, "a current OCSP response for the certificate, stapled")
		},
	}
}
