package assess

import "github.com/portseal/portseal/report"

// driftCertificateRenewed finds changes of renewed certificates, which are routine.
func driftCertificateRenewed() Rule {
	return drift("DRIFT-CERTIFICATE-RENEWED", report.Info, "", "a listener serves a renewed certificate",
		"A renewal is routine; one that nobody planned is worth a question.",
		"Ask whether the renewal was planned. ", report.CertificateRenewed)
}
