package assess

import "github.com/portseal/portseal/report"

// driftPolicy finds changes of what AT-TLS policies do.
func driftPolicy() Rule {
	return drift("DRIFT-POLICY", report.Medium, "high where connections go in clear text; info where they no longer do", "the AT-TLS policy treats connections otherwise than before",
		"Another rule takes the connections, none does, or its settings are others.",
		"Compare the policies ('portseal policy diff OLD NEW'). ",
		report.PolicyRuleChanged, report.PolicyClearText, report.PolicySettingChanged, report.PolicyInstalled)
}
