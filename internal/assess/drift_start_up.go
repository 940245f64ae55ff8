package assess

import "github.com/portseal/portseal/report"

// driftStartUp finds changes of the ways in which a session begins.
func driftStartUp() Rule {
	return drift("DRIFT-START-UP", report.Low, "high where clear text is accepted now", "sessions may begin in other ways than before",
		"A port that goes on without TLS protects nobody who does not ask for it.",
		"Compare CONNTYPE of the TN3270 port, or SECURE_FTP. ", report.StartUpAdded, report.StartUpGone)
}
