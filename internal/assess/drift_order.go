package assess

import "github.com/portseal/portseal/report"

// driftOrder finds changes of the order of suites.
func driftOrder() Rule {
	return drift("DRIFT-ORDER", report.Low, "", "a listener prefers other cipher suites than before",
		"The order decides which suite most sessions get.",
		"Compare the order of the suites in the configuration. ", report.PreferenceChanged, report.OrderChanged)
}
