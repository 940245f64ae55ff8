package assess

import (
	"fmt"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// qmConnectionOldRule finds connections under another AT-TLS rule than a new one would get.
func qmConnectionOldRule() Rule {
	return Rule{
		ID:       "QM-CONNECTION-OLD-RULE",
		Severity: report.Medium,
		Title:    "a connection is not under the AT-TLS rule that the policy gives it",
		Why: "A connection keeps the action that it began with until it ends, whatever the policy says since. What is changed in the policy does " +
			"not count for it, and a scan, which makes a new connection, does not show that.",
		Remediation: "End the connection: restart the agent, or let the ISPF user leave. When a new one is under the old rule too, the policy that was given is " +
			"not what is installed: compare with pasearch -t.",
		Elsewhere:  elsewhereATTLS,
		References: []string{ibmRule, ibmPasearch, ibmNetstat},
		CheckEstate: eachSystem(func(_ *Estate, q *report.QueryMonitor) []report.Finding {
			type pair struct {
				port       uint16
				shown, now string
			}
			var pairs []pair
			some := map[pair][]report.ShownConnection{}
			for _, c := range established(q, func(c report.ShownConnection) bool { return c.Now != nil && underAnother(q, c) }) {
				p := pair{c.Port, shownRule(c), ruleWords(*c.Now)}
				if len(some[p]) == 0 {
					pairs = append(pairs, p)
				}
				some[p] = append(some[p], c)
			}
			var out []report.Finding
			for _, p := range pairs {
				first := some[p][0]
				f := report.Finding{Location: &first.Location, Detail: "by " + listingWords(q),
					Expected: fmt.Sprintf("%s for connections on port %d", p.now, p.port),
					Observed: fmt.Sprintf("%s: %s", p.shown, peerWords(some[p]))}
				if d, ok := declaredPort(q, p.port); ok {
					f.Endpoint = d.Endpoint
				}
				out = append(out, f)
			}
			return out
		}),
	}
}

// underAnother says whether NETSTAT shows another rule than the policy has, or none. What it does not show is not judged, and a
// connection in clear text on the agent's own port is QM-CONNECTION-CLEAR.
func underAnother(q *report.QueryMonitor, c report.ShownConnection) bool {
	switch {
	case c.Rule != "":
		return c.Rule != c.Now.Rule
	case c.Policy == "yes":
		return c.Now.Rule == ""
	case c.Policy != "no" || c.Now.ClearText != scan.No:
		return false
	}
	d, ok := declaredPort(q, c.Port)
	return !ok || d.Expect != report.ExpectTLS || d.Role != report.RoleCAEAgent && d.Role != report.RoleCAEISPF
}

func shownRule(c report.ShownConnection) string {
	switch {
	case c.Rule != "":
		return "under rule " + c.Rule
	case c.Policy == "yes":
		return "under a rule"
	}
	return "under no rule"
}
