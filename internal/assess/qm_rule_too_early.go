package assess

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// qmRuleTooEarly finds AT-TLS rules for an agent that is not set for them.
func qmRuleTooEarly() Rule {
	return Rule{
		ID:       "QM-RULE-TOO-EARLY",
		Severity: report.High,
		Title:    "an AT-TLS rule takes the agent's connections, and the agent is not set for it",
		Why: "AT-TLS then speaks TLS where the other end does not expect it, or around what the agent encrypts by itself: new connections fail " +
			"as soon as the rule is installed, while those that exist go on.",
		Remediation: "Set ATTLS_ENABLED(Y) and SERVER_PORT to the CAE server's TLS port in CQMCPRMS, and restart the agent in the same change as the " +
			"rule is installed; or take the rule back until then (TTLSEnabled Off, or a Jobname that is not this agent's).",
		Elsewhere:   elsewhereATTLS,
		References:  []string{ibmQMArticle, ibmQMPolicy},
		CheckEstate: eachSystem(checkRuleTooEarly),
	}
}

// checkRuleTooEarly leaves out agents that are to be migrated: QM-ATTLS-NOT-ENABLED and QM-SERVER-PORT-NOT-TLS are about those, and name
// the rule.
func checkRuleTooEarly(_ *Estate, q *report.QueryMonitor) []report.Finding {
	observed, rc4 := tooEarly(q)
	if _, ok := migrated(q); ok || len(observed) == 0 {
		return nil
	}
	f := report.Finding{Endpoint: agentListener(q), Location: place(q.Agent.ATTLS, q.Agent.File), Observed: strings.Join(observed, "; "),
		Expected: "ATTLS_ENABLED(Y), or no AT-TLS rule for the agent",
		Detail:   fmt.Sprintf("%s; %s (%s)", attlsWords(q.Agent), policyWords(q.Policy.Listed), list(q.Policy.Files))}
	if rc4 {
		f.Location, f.Expected = &q.Agent.ServerPort.Location, "SERVER_PORT names a TLS port, or no AT-TLS rule takes the connection to it"
	}
	return []report.Finding{f}
}

// tooEarly says which rules take connections of an agent that is not set for them, and whether one is that to an RC4 port.
func tooEarly(q *report.QueryMonitor) (observed []string, rc4 bool) {
	if q.Agent == nil || q.Policy == nil {
		return nil, false
	}
	add := func(port uint16, words string, all []report.AgentConnection) {
		for _, c := range having(all, scan.No) {
			observed = append(observed, fmt.Sprintf("%s port %d: %s", words, port, connectionWords(c)))
		}
	}
	for _, port := range portsOf(q.Agent.ServerPort) {
		isRC4 := slices.Contains(q.Agent.ServerRC4, port) && !slices.Contains(q.Agent.ServerTLS, port)
		if all := q.Policy.To(report.FromAgent, outbound, port); isRC4 || !usesATTLS(q.Agent) {
			add(port, "to the CAE server's", all)
			rc4 = rc4 || isRC4 && len(having(all, scan.No)) > 0
		}
	}
	if usesATTLS(q.Agent) {
		return observed, rc4
	}
	if ports := portsOf(q.Agent.ListenerPorts); len(ports) > 0 { // one port speaks for a range
		add(ports[0], "to the agent's own", q.Policy.To(report.FromServer, inbound, ports[0]))
	}
	if ports := portsOf(q.Agent.ISPFPort); len(ports) > 0 {
		add(ports[0], "to the agent's ISPF", q.Policy.To(report.FromISPF, inbound, ports[0]))
	}
	return observed, rc4
}

// tooEarlyWords adds to a finding about a parameter that rules take the agent's connections nevertheless.
func tooEarlyWords(q *report.QueryMonitor) string {
	observed, _ := tooEarly(q)
	if len(observed) == 0 {
		return ""
	}
	return fmt.Sprintf("; %s (%s) takes its connections already, so that new ones fail: %s", policyWords(q.Policy.Listed), list(q.Policy.Files),
		strings.Join(observed, "; "))
}
