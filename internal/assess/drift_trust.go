package assess

import "github.com/portseal/portseal/report"

// driftTrust finds changes of what key rings say of listeners.
func driftTrust() Rule {
	return drift("DRIFT-TRUST", report.High, "medium where it is trusted now", "a key ring no longer trusts a listener that it trusted, or now does",
		"Clients with that ring cannot connect any more, or accept what they refused.",
		"Compare the anchors of the ring with the issuer of the certificate. ", report.TrustChanged)
}
