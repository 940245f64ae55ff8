package assess

import "github.com/portseal/portseal/report"

// driftGroup finds changes of groups and finite-field parameters.
func driftGroup() Rule {
	return drift("DRIFT-GROUP", report.Low, "medium for finite-field parameters with fewer bits", "a listener uses other groups than before",
		"Groups decide the strength of the key exchange, and whether peers find one in common.",
		"Compare the TTLSSignatureParms, and on other platforms the server's list and its library's version. ",
		report.GroupAdded, report.GroupGone, report.DHChanged)
}
