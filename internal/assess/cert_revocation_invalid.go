package assess

import (
	"strings"

	"github.com/portseal/portseal/report"
)

// CertRevocationInvalid is the id of the finding about answers to the question of revocation that are wrong.
const CertRevocationInvalid = "CERT-REVOCATION-INVALID"

func certRevocationInvalid() Rule {
	return Rule{
		ID:       CertRevocationInvalid,
		Severity: report.Medium,
		Title:    "an answer about the revocation of a served certificate is wrong",
		Why: "It is malformed, about another certificate, or not signed by who may sign it: the issuer's service is broken, or somebody on the way " +
			"answers in its place. Peers that insist on an answer refuse the connection.",
		Remediation: "Fetch the URL that the finding names from another place of the network, and compare. When it is wrong there too, tell whoever runs " +
			"the CA; a responder's certificate needs id-kp-OCSPSigning and the CA's own signature. Else find out what answers on the way: a proxy, or a sign-in page.",
		Elsewhere: "Fetch the URL that the finding names from another place of the network, and compare. When it is wrong there too, tell whoever runs " +
			"the CA; for a stapled answer, let the server fetch a new one. Else find out what answers on the way: a proxy, or a sign-in page.",
		References: []string{"RFC 6960 section 4.2.2.2", "RFC 5280 section 6.3.3"},
		Check: func(c *Case) []report.Finding {
			return eachCertificate(c.sentCertificates(), func(s sent) (report.Finding, bool) {
				var wrong []string
				for _, r := range c.revocation[s.SHA256] {
					if r.Failure != nil && r.Failure.Hard {
						wrong = append(wrong, revocationSource(r)+": "+r.Failure.Message)
					}
				}
				return report.Finding{
					Expected: "an answer that its issuer stands for",
					Observed: strings.Join(wrong, "; "),
					Detail:   s.role() + " " + certificateName(s.Certificate),
				}, len(wrong) > 0
			})
		},
	}
}
