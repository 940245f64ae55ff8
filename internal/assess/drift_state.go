package assess

import "github.com/portseal/portseal/report"

// driftState finds changes of listeners that are not what they were.
func driftState() Rule {
	return drift("DRIFT-STATE", report.High, "medium where it closed or opened with TLS, low where it got better", "a listener is not what it was",
		"Where there was TLS there is clear text, or nothing; or something listens where nothing did.",
		"Look at the AT-TLS policy that is installed (pasearch -t) and at the job behind the port. ", report.StateChanged)
}
