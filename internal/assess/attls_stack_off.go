package assess

import (
	"fmt"
	"slices"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// ATTLSStackOff is the id of the finding about a TCP/IP stack that does no AT-TLS although listeners rely on it.
const ATTLSStackOff = "ATTLS-STACK-OFF"

func attlsStackOff() Rule {
	return Rule{
		ID:       ATTLSStackOff,
		Severity: report.High,
		Title:    "the TCP/IP stack does no AT-TLS, and listeners rely on it",
		Why: "Without TCPCONFIG TTLS (NOTTLS is the default) the stack never looks at its AT-TLS policy: every connection that the policy " +
			"would protect is in clear text, and no message says so.",
		Remediation: "Set TCPCONFIG TTLS in the TCP/IP profile, and put it into effect with VARY TCPIP,,OBEYFILE. Where that was done and only " +
			"the profile is behind, the next start of TCP/IP would take AT-TLS away.",
		Elsewhere:  "AT-TLS is z/OS's alone.",
		References: []string{ibmStackTTLS},
		CheckEstate: func(e *Estate) []report.Finding {
			var out []report.Finding
			for _, s := range e.Stacks {
				names := e.byATTLS(s.System)
				if s.TTLS != scan.No || len(names) == 0 {
					continue
				}
				out = append(out, report.Finding{
					Location: &s.Location,
					Detail:   fmt.Sprintf("on %s AT-TLS is to protect %s", s.System, firstFew(names)),
					Expected: "TCPCONFIG TTLS",
					Observed: "NOTTLS, said or by default",
				})
			}
			return out
		},
	}
}

// byATTLS returns the listeners of a system that AT-TLS is to protect: the agent's, and those that a rule of the policy takes.
func (e *Estate) byATTLS(system string) []string {
	var out []string
	for i := range e.Expectations {
		x := &e.Expectations[i]
		c := Case{Endpoint: &report.Endpoint{}, Expect: x}
		agent := x.Role == report.RoleCAEAgent || x.Role == report.RoleCAEISPF
		if x.System == system && c.wantsTLS() && !c.serverOwnTLS() && (agent || taken(x.Policy)) {
			out = append(out, x.Endpoint)
		}
	}
	return out
}

// taken says whether a rule of the policy takes the listener's connections.
func taken(p *report.Policy) bool {
	return p != nil && slices.ContainsFunc(p.Matches, func(m report.PolicyMatch) bool { return m.From != report.FromScanner && m.Rule != "" })
}

// firstFew lists the first few names, and how many more there are.
func firstFew(names []string) string {
	const most = 5
	some := append([]string{}, names[:min(most, len(names))]...)
	if more := len(names) - most; more > 0 {
		some = append(some, fmt.Sprintf("%d more", more))
	}
	return list(some)
}
