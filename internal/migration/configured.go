package migration

import (
	"fmt"
	"slices"

	"github.com/portseal/portseal/report"
)

// serverParameters is what the CAE server's parameters make it open.
func (v *view) serverParameters(c *report.MigrationCell, system string) {
	q := v.qm[system]
	if q == nil || q.Server == nil {
		return
	}
	s := q.Server
	of := func(role string) []report.ConfiguredPort {
		return slices.DeleteFunc(slices.Clone(q.Configured), func(p report.ConfiguredPort) bool { return p.Role != role })
	}
	rc4, tls := of(report.RoleCAEServerRC4), of(report.RoleCAEServerTLS)
	switch {
	case isOff(s):
		add(c, report.FactParameters, report.MigrationTLS, fmt.Sprintf("%s=%.20s turns RC4 off", s.RC4OffParam, s.RC4OffValue), place(&s.RC4Off.Location))
	case len(rc4) > 0 && len(tls) > 0:
		add(c, report.FactParameters, report.MigrationBoth, portsSet(tls)+"; "+portsSet(rc4), place(&rc4[0].Location))
	case len(tls) > 0:
		add(c, report.FactParameters, report.MigrationUnknown, portsSet(tls)+"; whether there is an RC4 port is not said", place(&tls[0].Location))
	default:
		add(c, report.FactParameters, report.MigrationUnknown, "the ports cannot be read", s.File+":1:1")
	}
}

// isOff says whether the server's parameters turn RC4 off.
func isOff(s *report.CAEServer) bool {
	return s != nil && s.RC4OffParam != "" && s.RC4Off != nil && s.RC4Off.Value == s.RC4OffValue
}

func portsSet(ports []report.ConfiguredPort) string {
	p := ports[0]
	if p.Default {
		return fmt.Sprintf("%s is not set, and its default is %d", p.Parameter, p.Port)
	}
	return fmt.Sprintf("%s=%d", p.Parameter, p.Port)
}

// agentOut is where the system's agent connects to: by its parameters, and by NETSTAT of either end.
func (v *view) agentOut(c *report.MigrationCell, system string) {
	if a := v.agent(system); a != nil && a.ServerPort != nil {
		state, says := serverPort(a)
		if state == report.MigrationTLS && !isOn(a.ATTLS) {
			state, says = report.MigrationUnknown, says+", and no ATTLS_ENABLED(Y)"
		}
		add(c, report.FactParameters, state, says, place(&a.ServerPort.Location))
	}
	v.outbound(c, system)
	v.connected(c, system)
}

// outbound is what the system's AT-TLS policy does with the agent's connection to the port that SERVER_PORT names.
func (v *view) outbound(c *report.MigrationCell, system string) {
	q := v.qm[system]
	if q == nil || q.Policy == nil || q.Agent == nil || q.Agent.ServerPort == nil {
		return
	}
	for _, port := range q.Agent.ServerPort.Ports {
		for _, m := range q.Policy.To(report.FromAgent, "Outbound", port) {
			addMatch(c, m.PolicyMatch, fmt.Sprintf("the connection to %s port %d", m.Address, port), q.Policy.Files)
		}
	}
}

// serverPort is what SERVER_PORT points at.
func serverPort(a *report.CAEAgent) (report.MigrationState, string) {
	says := fmt.Sprintf("SERVER_PORT(%.20s)", a.ServerPort.Value)
	var states []report.MigrationState
	for _, port := range a.ServerPort.Ports {
		tls, rc4 := slices.Contains(a.ServerTLS, port), slices.Contains(a.ServerRC4, port)
		switch {
		case tls && !rc4:
			states = append(states, report.MigrationTLS)
		case rc4 && !tls:
			states = append(states, report.MigrationRC4)
		default:
			states = append(states, report.MigrationUnknown)
		}
	}
	switch state := together(states); state {
	case report.MigrationTLS:
		return state, says + ", a TLS port of the CAE server"
	case report.MigrationRC4:
		return state, says + ", an RC4 port of the CAE server"
	default:
		return report.MigrationUnknown, says + ", which is not known to be one of the CAE server's"
	}
}
