package assess

import (
	"cmp"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// CertRevoked is the id of the finding about certificates that their issuer has revoked.
const CertRevoked = "CERT-REVOKED"

func certRevoked() Rule {
	return Rule{
		ID:       CertRevoked,
		Severity: report.Critical,
		Title:    "a revoked certificate is served",
		Why: "Its issuer has withdrawn it, often because others may have the private key. Peers that check revocation refuse the connection; " +
			"those that do not cannot tell this server from somebody who has the key.",
		Remediation: refreshFirst + "Else make a new key and certificate (RACDCERT GENCERT with a new label, RACDCERT GENREQ, have it signed, RACDCERT ADD), connect it to the " +
			"ring as DEFAULT or with the label that the policy names (RACDCERT CONNECT), remove the revoked one (RACDCERT REMOVE), and refresh: " +
			"SETROPTS RACLIST(DIGTCERT, DIGTRING) REFRESH, then raise EnvironmentUserInstance and F PAGENT,UPDATE. Ask the issuer why it was revoked.",
		Elsewhere:  restartElsewhere + "Else make a new key, have a certificate issued for it, and install it with its chain. Ask the issuer why the old one was revoked.",
		References: []string{"RFC 5280 section 5.3.1", "RFC 6960 section 2.2", ibmKeyring},
		Check: func(c *Case) []report.Finding {
			return eachCertificate(c.sentCertificates(), func(s sent) (report.Finding, bool) {
				for _, r := range c.revocation[s.SHA256] {
					if r.Revoked == scan.Yes {
						return report.Finding{
							Expected: "not revoked",
							Observed: "revoked, as " + revocationSource(r) + " says" + revokedWhen(r),
							Detail:   s.role() + " " + certificateName(s.Certificate) + " is revoked",
						}, true
					}
				}
				return report.Finding{}, false
			})
		},
	}
}

// revokedWhen is the time and the reason of a revocation, as far as they are given.
func revokedWhen(r report.RevocationCheck) string {
	said := ""
	if r.RevokedAt != nil {
		said = ": since " + instant(*r.RevokedAt)
	}
	return said + ", reason " + cmp.Or(r.Reason, "not given")
}

// revocationSource names who said something about a revocation.
func revocationSource(r report.RevocationCheck) string {
	switch r.By {
	case report.ByOCSP:
		return "the responder " + r.URL
	case report.ByCRL:
		return "the list " + r.URL
	case report.ByStaple:
		return "the stapled answer"
	}
	return "nobody"
}
