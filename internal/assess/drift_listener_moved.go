package assess

import "github.com/portseal/portseal/report"

// driftListenerMoved finds changes of listeners at another address or port.
func driftListenerMoved() Rule {
	return drift("DRIFT-LISTENER-MOVED", report.Low, "", "a listener is at another address or port",
		"Clients and AT-TLS rules that name the old place miss it; the old place may still listen.",
		"Ask whether the move was planned, and whether the old port is closed. ", report.ListenerMoved)
}
