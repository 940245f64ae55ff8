package assess

import "github.com/portseal/portseal/report"

// QMPortOverlap is the id of the finding about parameters that name the same port.
const QMPortOverlap = "QM-PORT-OVERLAP"

func qmPortOverlap() Rule {
	return Rule{
		ID:       QMPortOverlap,
		Severity: report.Medium,
		Title:    "two parameters name the same port",
		Why: "ISPF_LISTENER_PORT may not be one of LISTENER_PORTS nor SERVER_PORT, and the server's TLS and RC4 ports are two sockets: one of the " +
			"two cannot be opened, or an AT-TLS rule for one takes the connections of the other.",
		Remediation: "Give each its own port, reserve it in PROFILE.TCPIP, change the AT-TLS rules with it, and restart.",
		Elsewhere:   qmElsewhere,
		References:  []string{ibmQMISPF},
		CheckEstate: eachSystem(func(_ *Estate, q *report.QueryMonitor) []report.Finding {
			var out []report.Finding
			check := func(a, b *report.Parameter) {
				if both := common(portsOf(a), portsOf(b)); len(both) > 0 {
					out = append(out, report.Finding{Location: &a.Location, Expected: "a port of its own for each",
						Observed: a.Name + " and " + b.Name + " both name " + portWords(both)})
				}
			}
			if a := q.Agent; a != nil {
				check(a.ISPFPort, a.ListenerPorts)
				check(a.ISPFPort, a.ServerPort)
			}
			if s := q.Server; s != nil {
				check(s.TLSPort, s.RC4Port)
			}
			return out
		}),
	}
}
