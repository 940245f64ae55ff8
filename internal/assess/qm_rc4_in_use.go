package assess

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
)

// QMRC4InUse is the id of the finding about connections on an RC4 port that should be done with.
const QMRC4InUse = "QM-RC4-IN-USE"

func qmRC4InUse() Rule {
	return Rule{
		ID:       QMRC4InUse,
		Severity: report.Medium,
		Title:    "NETSTAT shows connections on the RC4 port",
		Why: "Clients, not listeners, keep RC4 alive: what is connected there sends its data in RC4 until the connection ends, and will fail " +
			"when the port is closed.",
		Remediation: "Move each client that is shown: ATTLS_ENABLED(Y), SERVER_PORT set to the TLS port, its AT-TLS rules, restart. Then look again.",
		Elsewhere:   "The clients are agents on z/OS: move each as described for z/OS, then look again.",
		References:  []string{ibmQMRC4Off, ibmQMArticle, ibmNetstat},
		CheckEstate: eachSystem(func(e *Estate, q *report.QueryMonitor) []report.Finding {
			var out []report.Finding
			add := func(endpoint, expected string, some []report.ShownConnection) {
				if len(some) > 0 {
					out = append(out, report.Finding{Endpoint: endpoint, Location: &some[0].Location, Detail: "by " + listingWords(q),
						Expected: expected, Observed: "connected: " + peerWords(some)})
				}
			}
			own := map[uint16]bool{}
			for _, d := range q.Declared {
				own[d.Port] = true
				if due(d, e.At) {
					add(d.Endpoint, fmt.Sprintf("nobody on RC4 port %d", d.Port),
						established(q, func(c report.ShownConnection) bool { return c.Port == d.Port }))
				}
			}
			if listener, ok := migrated(q); ok && q.Agent != nil {
				add(listener.Endpoint, "the agent connects to the TLS port", established(q, func(c report.ShownConnection) bool {
					return !own[c.Port] && slices.Contains(q.Agent.ServerRC4, c.Port) && !slices.Contains(q.Agent.ServerTLS, c.Port)
				}))
			}
			return out
		}),
	}
}

// peerWords names connections: the first few, and how many more.
func peerWords(some []report.ShownConnection) string {
	const most = 5
	var out []string
	for _, c := range some[:min(most, len(some))] {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s (%s)", c.Foreign, c.Job, c.ID)))
	}
	if more := len(some) - most; more > 0 {
		out = append(out, fmt.Sprintf("and %d more", more))
	}
	return list(out)
}

// listingWords says which listings there are, and of when.
func listingWords(q *report.QueryMonitor) string {
	var out []string
	for _, l := range q.Listings {
		words := l.File
		if l.Collected != nil {
			words += " of " + instant(*l.Collected)
		}
		out = append(out, words)
	}
	return "NETSTAT output " + list(out)
}
