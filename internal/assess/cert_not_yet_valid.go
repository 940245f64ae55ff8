package assess

import "github.com/portseal/portseal/report"

// CertNotYetValid is the id of the finding about certificates whose time has not come.
const CertNotYetValid = "CERT-NOT-YET-VALID"

func certNotYetValid() Rule {
	return Rule{
		ID:       CertNotYetValid,
		Severity: report.Medium,
		Title:    "a certificate that is not valid yet is served",
		Why:      "Peers refuse it until its first day; or the clock of the machine that signed it, or of this scanner, is wrong.",
		Remediation: refreshFirst + "Then serve the certificate that is valid now (RACDCERT LISTRING shows what is on the ring, " +
			"RACDCERT LIST the dates, in the LPAR's local time), or have a new one signed.",
		Elsewhere:  restartElsewhere + "Then serve the certificate that is valid now, and check the clocks.",
		References: []string{"RFC 5280 section 4.1.2.5", ibmKeyring},
		Check: func(c *Case) []report.Finding {
			return eachCertificate(dated(c.sentCertificates()), func(s sent) (report.Finding, bool) {
				return report.Finding{
					Expected: "valid on " + instant(c.At),
					Observed: "valid from " + instant(s.NotBefore),
					Detail:   s.role() + " " + certificateName(s.Certificate) + " is not valid before " + instant(s.NotBefore),
				}, notYetValid(s.Certificate, c.At)
			})
		},
	}
}
