package assess

import (
	"slices"

	"github.com/portseal/portseal/report"
)

// QMConnectionClear is the id of the finding about connections to migrated ports that no AT-TLS rule took.
const QMConnectionClear = "QM-CONNECTION-CLEAR"

func qmConnectionClear() Rule {
	return Rule{
		ID:       QMConnectionClear,
		Severity: report.High,
		Title:    "a connection on a port that should speak TLS has no AT-TLS rule",
		Why: "NETSTAT shows the real clients, which a scan from elsewhere does not: a rule may take the scanner's connection and not theirs, and a " +
			"connection that existed before the policy changed keeps what it had. Such a connection goes on without TLS.",
		Remediation: "Compare the addresses with the rules' LocalAddr, RemoteAddr and Jobname. Where the rule is right, the connection is older than " +
			"it: restart the agent, or end the ISPF session.",
		Elsewhere:  "AT-TLS is on z/OS only: compare the addresses with the rules there.",
		References: []string{ibmQMPolicy, ibmRule, ibmNetstat},
		CheckEstate: eachSystem(func(_ *Estate, q *report.QueryMonitor) []report.Finding {
			var out []report.Finding
			for _, d := range q.Declared {
				if d.Expect != report.ExpectTLS || d.Role != report.RoleCAEAgent && d.Role != report.RoleCAEISPF {
					continue
				}
				some := established(q, func(c report.ShownConnection) bool { return c.Port == d.Port && c.Policy == "no" })
				if len(some) > 0 {
					out = append(out, report.Finding{Endpoint: d.Endpoint, Location: &some[0].Location, Detail: "by " + listingWords(q),
						Expected: "every connection under an AT-TLS rule", Observed: "without AT-TLS policy: " + peerWords(some)})
				}
			}
			return out
		}),
	}
}

// established returns the connections that NETSTAT shows ESTABLISHED, of those that are wanted.
func established(q *report.QueryMonitor, want func(report.ShownConnection) bool) []report.ShownConnection {
	return slices.DeleteFunc(slices.Clone(q.Connections), func(c report.ShownConnection) bool {
		return c.State != "ESTABLISHED" || !want(c)
	})
}
