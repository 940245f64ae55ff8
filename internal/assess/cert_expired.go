package assess

import (
	"slices"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// CertExpired is the id of the finding about certificates whose time is over.
const CertExpired = "CERT-EXPIRED"

func certExpired() Rule {
	return Rule{
		ID:       CertExpired,
		Severity: report.Critical,
		Title:    "an expired certificate is served",
		Why:      "Peers that check validity refuse the connection; those that do not cannot tell this certificate from a stolen one.",
		Remediation: refreshFirst + "A renewed certificate must also be connected to the ring, with its private key, as DEFAULT or " +
			"with the label that ServerCertificateLabel or CertificateLabel names (RACDCERT LISTRING, RACDCERT LIST). Else renew it: " +
			"RACDCERT GENREQ, have it signed, RACDCERT ADD, RACDCERT CONNECT.",
		Elsewhere:  restartElsewhere + "Else renew the certificate and install it with its chain.",
		References: []string{"RFC 5280 section 4.1.2.5", ibmKeyring, ibmAdvancedParms, "DISA STIG RACF-CE-000020"},
		Check: func(c *Case) []report.Finding {
			return eachCertificate(dated(c.sentCertificates()), func(s sent) (report.Finding, bool) {
				return report.Finding{
					Expected: "valid on " + instant(c.At),
					Observed: "expired on " + instant(s.NotAfter),
					Detail: s.role() + " " + certificateName(s.Certificate) + " expired " + text.Count(days(c.At.Sub(s.NotAfter)), "day") +
						" ago",
				}, expired(s.Certificate, c.At) && !c.bypassed(s)
			})
		},
	}
}

// bypassed says whether every chain with a CA certificate is trusted by way of others, by each ring that it was judged with:
// then nobody is known to need it.
func (c *Case) bypassed(s sent) bool {
	if s.leaf {
		return false
	}
	trusted := false
	for _, v := range c.Endpoint.Chains {
		if !c.chainHas(v, s.SHA256) {
			continue
		}
		if v.Trusted != certchain.Yes || slices.Contains(v.Path, s.SHA256) {
			return false
		}
		trusted = true
	}
	return trusted
}

// chainHas says whether a certificate was sent with the leaf of a verdict.
func (c *Case) chainHas(v report.ChainVerdict, sha256 string) bool {
	for _, p := range c.Endpoint.Presented {
		if p.Leaf == v.Leaf && slices.Contains(p.Sent, sha256) {
			return true
		}
	}
	return false
}
