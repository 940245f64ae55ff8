package assess

import "github.com/portseal/portseal/report"

// driftListenerAppeared finds changes of listeners that the baseline does not have.
func driftListenerAppeared() Rule {
	return drift("DRIFT-LISTENER-APPEARED", report.Medium, "", "a listener is in the estate that the baseline does not have",
		"What is not known to be there is not watched, and may have been put there to stay unseen.",
		"Ask whose listener it is. ", report.ListenerAppeared)
}
