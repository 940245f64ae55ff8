package assess

import "github.com/portseal/portseal/report"

// driftChain finds changes of what is sent beside a certificate.
func driftChain() Rule {
	return drift("DRIFT-CHAIN", report.Low, "", "a listener sends other certificates beside its own",
		"A client that lacks an intermediate now needs it on its own ring; one that was sent before is no longer.",
		"Look at the CA certificates on the listener's key ring. ", report.ChainChanged)
}
