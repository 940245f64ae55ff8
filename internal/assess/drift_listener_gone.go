package assess

import "github.com/portseal/portseal/report"

// driftListenerGone finds changes of listeners that only the baseline has.
func driftListenerGone() Rule {
	return drift("DRIFT-LISTENER-GONE", report.Medium, "", "a listener of the baseline is no longer in the estate",
		"What is taken out of the estate file is not looked at any more, whether or not it still listens.",
		"Ask who took it out, and whether its port is closed. ", report.ListenerGone)
}
