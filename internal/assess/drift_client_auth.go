package assess

import "github.com/portseal/portseal/report"

// driftClientAuth finds changes of client authentication.
func driftClientAuth() Rule {
	return drift("DRIFT-CLIENT-AUTH", report.High, "medium where it got stricter", "a listener treats client certificates otherwise than before",
		"Where a certificate is no longer required anybody may connect; where one is required now, clients without it cannot.",
		"Compare HandshakeRole and ClientAuthType, and the CA certificates on the ring. ", report.ClientAuthChanged)
}
