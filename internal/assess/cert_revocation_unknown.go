package assess

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// CertRevocationUnknown is the id of the finding about certificates of which nobody says whether they are revoked.
const CertRevocationUnknown = "CERT-REVOCATION-UNKNOWN"

func certRevocationUnknown() Rule {
	return Rule{
		ID:       CertRevocationUnknown,
		Severity: report.Low,
		Varies:   "info where the certificate names nobody to ask",
		Title:    "it is not known whether a served certificate is revoked",
		Why: "No source gave an answer that counts: none could be reached, or the answers are old, or the responder does not know the certificate. That is " +
			"not \"good\". Peers that insist on an answer refuse the connection; the others would not notice a revocation.",
		Remediation: "See that the URLs in the certificate can be reached from where the peers are, by way of a proxy where there is one (--proxy), and that the CA " +
			"publishes in time. Where the issuer's certificate is not known, connect it to the key ring.",
		Elsewhere: "See that the URLs in the certificate can be reached from where the peers are, by way of a proxy where there is one (--proxy), and that the CA " +
			"publishes in time. Where the issuer's certificate is not known, let the server send it, or give it with --keyring.",
		References: []string{"RFC 6960 section 2.2", "RFC 5280 section 6.3"},
		Check: func(c *Case) []report.Finding {
			return eachCertificate(c.sentCertificates(), func(s sent) (report.Finding, bool) {
				checks := c.revocation[s.SHA256]
				known := slices.ContainsFunc(checks, func(r report.RevocationCheck) bool { return r.Revoked != scan.Unknown })
				f := report.Finding{Expected: "known not to be revoked", Detail: s.role() + " " + certificateName(s.Certificate)}
				if len(checks) == 1 && checks[0].By == report.ByNone {
					f.Severity = report.Info
				}
				f.Observed = strings.Join(unansweredBy(checks), "; ")
				return f, !known && f.Observed != ""
			})
		},
	}
}

// unansweredBy says of each source why its answer does not tell whether a certificate is revoked. Wrong answers have a finding of their own.
func unansweredBy(checks []report.RevocationCheck) []string {
	var out []string
	for _, r := range checks {
		switch {
		case r.Failure != nil && r.Failure.Hard:
		case r.By == report.ByNone:
			out = append(out, r.Failure.Message)
		case r.Failure != nil:
			out = append(out, revocationSource(r)+": "+r.Failure.Message)
		case r.Status == certchain.StatusUnknown:
			out = append(out, revocationSource(r)+" does not know the certificate")
		}
	}
	return out
}
