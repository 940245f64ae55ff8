package assess

import "github.com/portseal/portseal/report"

// driftFeature finds changes of what a listener does in handshakes, beside versions, suites and groups.
func driftFeature() Rule {
	return drift("DRIFT-FEATURE", report.Low, "", "the listener's handshake has other features than before",
		"Another extension, way to resume or order mostly means another release of the TLS library, or another configuration.",
		"Compare the releases and settings of the TLS library. ", report.FeatureAdded, report.FeatureGone, report.FeatureChanged)
}
