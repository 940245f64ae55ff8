package assess

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// The directions of an AgentConnection.
const (
	inbound  = "Inbound"
	outbound = "Outbound"
)

// usesATTLS says whether the agent's parameters leave TLS to AT-TLS.
func usesATTLS(a *report.CAEAgent) bool {
	return a.ATTLS != nil && strings.EqualFold(a.ATTLS.Value, "Y")
}

// attlsWords is what the agent's parameters say of AT-TLS.
func attlsWords(a *report.CAEAgent) string {
	if a.ATTLS == nil {
		return "ATTLS_ENABLED is not set"
	}
	return fmt.Sprintf("ATTLS_ENABLED(%.20s)", a.ATTLS.Value)
}

// agentListener is the endpoint that a finding about the agent is shown at: one of its own listeners; "" when the estate has none.
func agentListener(q *report.QueryMonitor) string {
	if d, ok := migrated(q); ok {
		return d.Endpoint
	}
	for _, role := range []string{report.RoleCAEAgent, report.RoleCAEISPF} {
		if i := slices.IndexFunc(q.Declared, func(d report.DeclaredPort) bool { return d.Role == role }); i >= 0 {
			return q.Declared[i].Endpoint
		}
	}
	return ""
}

// declaredPort is what the estate file has at a port.
func declaredPort(q *report.QueryMonitor, port uint16) (report.DeclaredPort, bool) {
	for _, d := range q.Declared {
		if d.Port == port {
			return d, true
		}
	}
	return report.DeclaredPort{}, false
}

// policyOf is what the policy of an endpoint's system says of it; nil when there is none.
func (e *Estate) policyOf(endpoint string) *report.Policy {
	if x := e.expectation(endpoint); x != nil {
		return x.Policy
	}
	return nil
}

// having returns the connections of which it is certain that they are, or are not, in clear text.
func having(all []report.AgentConnection, clear scan.Fact) []report.AgentConnection {
	var out []report.AgentConnection
	for _, c := range all {
		if c.ClearText == clear {
			out = append(out, c)
		}
	}
	return out
}

// connectionWords says what the policy does with a connection.
func connectionWords(c report.AgentConnection) string {
	if c.ClearText == scan.Yes {
		return c.Why
	}
	return ruleOrNone(c.PolicyMatch) + " takes it"
}

// otherEnd is the address of the CAE server or ISPF client, or who that is when it is not known.
func otherEnd(c report.AgentConnection) string { return cmp.Or(c.Address, "the CAE server") }
