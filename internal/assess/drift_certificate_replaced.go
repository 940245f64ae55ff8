package assess

import "github.com/portseal/portseal/report"

// driftCertificateReplaced finds changes of certificates that are other than renewed.
func driftCertificateReplaced() Rule {
	return drift("DRIFT-CERTIFICATE-REPLACED", report.Medium, "high where it is no longer its ring's", "a listener serves another certificate than before",
		"Another subject, issuer or key, or an earlier certificate: another ring, another label, or somebody else.",
		"Look at the key ring and the label that the policy names. ",
		report.CertificateReplaced, report.CertificateRolledBack, report.CertificateAdded, report.CertificateGone, report.ServedByChanged)
}
