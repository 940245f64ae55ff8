package assess

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// qmNoRule finds agents that leave TLS to AT-TLS, whose policy does not take their connections.
func qmNoRule() Rule {
	return Rule{
		ID:       "QM-NO-RULE",
		Severity: report.High,
		Title:    "the agent is set to use AT-TLS, and no AT-TLS rule takes its connection",
		Why: "With ATTLS_ENABLED(Y) the agent leaves encryption to AT-TLS. A connection that no rule takes is then in clear text, or does not " +
			"come about, since the CAE server's port speaks TLS alone.",
		Remediation: "Add the rule: outbound from the agent to the CAE server's TLS port, inbound for LISTENER_PORTS and the ISPF port, as IBM's page " +
			"has them. Is there one? Then compare its RemoteAddr, ports, Jobname and Direction with the agent's. " +
			"Then F PAGENT,UPDATE, and restart the agent.",
		Elsewhere:   elsewhereATTLS,
		References:  []string{ibmQMPolicy, ibmRule},
		CheckEstate: eachSystem(checkNoRule),
	}
}

func checkNoRule(e *Estate, q *report.QueryMonitor) []report.Finding {
	if q.Agent == nil || q.Policy == nil || !usesATTLS(q.Agent) {
		return nil
	}
	var out []report.Finding
	add := func(p *report.Parameter, expected string, observed []string) {
		if len(observed) > 0 {
			out = append(out, report.Finding{Endpoint: agentListener(q), Location: &p.Location, Expected: expected,
				Observed: "clear text: " + strings.Join(observed, "; "),
				Detail:   fmt.Sprintf("%s; %s (%s)", attlsWords(q.Agent), policyWords(q.Policy.Listed), list(q.Policy.Files))})
		}
	}
	var observed []string
	for _, port := range common(portsOf(q.Agent.ServerPort), q.Agent.ServerTLS) {
		for _, c := range having(q.Policy.To(report.FromAgent, outbound, port), scan.Yes) {
			observed = append(observed, fmt.Sprintf("to %s port %d: %s", otherEnd(c), port, connectionWords(c)))
		}
	}
	add(q.Agent.ServerPort, "an outbound rule takes the agent's connection to the CAE server", observed)
	add(q.Agent.ListenerPorts, "an inbound rule takes the CAE server's connections to the agent", uncovered(e, q, report.FromServer, q.Agent.ListenerPorts))
	add(q.Agent.ISPFPort, "an inbound rule takes the ISPF client's connections", uncovered(e, q, report.FromISPF, q.Agent.ISPFPort))
	return out
}

// uncovered are the ports at which the agent's clients are in clear text. Of listeners of the estate the findings about policy files, and
// ATTLS-PEER-CLEAR-TEXT, say so; only what pasearch shows is judged here.
func uncovered(e *Estate, q *report.QueryMonitor, from string, p *report.Parameter) []string {
	var out []string
	seen := map[string]bool{}
	for _, port := range portsOf(p) {
		if d, ok := declaredPort(q, port); ok {
			policy := e.policyOf(d.Endpoint)
			if !q.Policy.Listed || d.Expect != report.ExpectTLS || policy != nil && policy.SameRule == scan.No {
				continue
			}
		}
		for _, c := range having(q.Policy.To(from, inbound, port), scan.Yes) {
			words := fmt.Sprintf("from %s to port %s: %s", otherEnd(c), portWords(slices.Sorted(slices.Values(c.Ports))), connectionWords(c))
			if !seen[words] {
				out = append(out, words)
			}
			seen[words] = true
		}
	}
	return out
}
