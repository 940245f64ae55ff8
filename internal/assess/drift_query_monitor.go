package assess

import "github.com/portseal/portseal/report"

// driftQueryMonitor finds changes of parameters of Query Monitor's connections.
func driftQueryMonitor() Rule {
	return drift("DRIFT-QUERY-MONITOR", report.Medium, "", "parameters of Query Monitor's connections are not what they were",
		"They decide which ports listen, where agents connect to, and whether with TLS.",
		"Ask who changed the member, and whether the started task has read it. ", report.QueryMonitorChanged)
}
