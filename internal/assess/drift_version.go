package assess

import "github.com/portseal/portseal/report"

// driftVersion finds changes of protocol versions that came or went.
func driftVersion() Rule {
	return drift("DRIFT-VERSION", report.High, "medium where TLS 1.2 or 1.3 is gone, info where it got better", "a listener speaks other protocol versions than before",
		"A version that comes back makes the listener weaker for every client; one that goes keeps clients out.",
		"Compare the TLSEnvironmentAdvancedParms, and on other platforms the server's settings and its last update. ", report.VersionAdded, report.VersionGone)
}
