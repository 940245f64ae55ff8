package expect

import (
	"net/netip"
	"slices"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/report"
)

// agentPolicy matches the connections that an agent's parameters lead to with the policy of its system: from the agent to the CAE server,
// from there to the agent's ports, and both ends of the ISPF client's connection. Nil without an agent or a policy.
func (c *compiler) agentPolicy(m *monitored) *report.AgentPolicy {
	agent, p := m.facts.Agent, c.policy[m.system]
	if agent == nil || !p.counts() {
		return nil
	}
	out := &report.AgentPolicy{Files: p.files, Listed: p.listed()}
	add := func(direction attls.Direction, port uint16, t taken) {
		one := report.AgentConnection{PolicyMatch: t.PolicyMatch, Direction: string(direction), Ports: []uint16{port}}
		if i := slices.IndexFunc(out.Connections, func(o report.AgentConnection) bool { return sameButPorts(o, one) }); i >= 0 {
			out.Connections[i].Ports = append(out.Connections[i].Ports, port)
			return
		}
		out.Connections = append(out.Connections, one)
	}
	here := c.ownAddress(m.system)
	servers := c.serverAddresses(m)
	job := c.agentJob(m)
	for _, server := range servers {
		for _, port := range distinct(slices.Concat(ports(agent.ServerPort), agent.ServerTLS)) {
			add(attls.Outbound, port, p.take(report.FromAgent, server, attls.Connection{Direction: attls.Outbound,
				Local: netip.AddrPortFrom(here, 0), Remote: netip.AddrPortFrom(server, port), Job: job}))
		}
		for _, port := range ports(agent.ListenerPorts) {
			add(attls.Inbound, port, p.inbound(job, report.FromServer, netip.AddrPortFrom(here, port), server))
		}
	}
	loopback := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	for _, port := range ports(agent.ISPFPort) {
		to := netip.AddrPortFrom(loopback, port)
		add(attls.Inbound, port, p.inbound(job, report.FromISPF, to, loopback))
		add(attls.Outbound, port, p.take(report.FromISPF, loopback, attls.Connection{Direction: attls.Outbound,
			Local: netip.AddrPortFrom(loopback, 0), Remote: to}))
	}
	return out
}

// sameButPorts says whether two connections differ in nothing but their ports.
func sameButPorts(a, b report.AgentConnection) bool {
	var placeA, placeB report.Location
	if a.Location != nil && b.Location != nil {
		placeA, placeB = *a.Location, *b.Location
	}
	a.Location, b.Location = nil, nil
	return a.PolicyMatch == b.PolicyMatch && placeA == placeB && a.Direction == b.Direction
}

func ports(p *report.Parameter) []uint16 {
	if p == nil {
		return nil
	}
	return p.Ports
}

// ownAddress is a system's address; not valid when none is known, or several are.
func (c *compiler) ownAddress(s *estate.System) netip.Addr {
	all := s.Addresses
	if len(all) == 0 {
		all = c.known(s.Host)
	}
	if len(all) != 1 {
		return netip.Addr{}
	}
	return all[0]
}

// known are the addresses of a host as far as this run has looked it up.
func (c *compiler) known(host string) []netip.Addr {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a.Unmap()}
	}
	return c.resolved[host].addresses
}

// serverAddresses are those of the CAE server that an agent connects to: what SERVER_ADDRESS says, else those of the estate's servers. One
// that is not valid stands for an address that nobody said.
func (c *compiler) serverAddresses(m *monitored) []netip.Addr {
	if p := m.facts.Agent.ServerAddress; p != nil {
		if all := c.known(p.Value); len(all) > 0 {
			return all
		}
	}
	var out []netip.Addr
	for _, s := range c.estate.Systems {
		if m.facts.Agent.ServerSystem != "" && s.Name != m.facts.Agent.ServerSystem {
			continue
		}
		for _, l := range s.Listeners {
			if serversOwn(l) {
				out = append(out, l.Addresses...)
				if len(l.Addresses) == 0 {
					out = append(out, c.known(l.Host)...)
				}
			}
		}
	}
	if len(out) == 0 {
		return []netip.Addr{{}}
	}
	slices.SortFunc(out, netip.Addr.Compare)
	return slices.Compact(out)
}

// agentJob is the agent's job: of its listeners, as the estate file says, else the one that NETSTAT shows on its ports.
func (c *compiler) agentJob(m *monitored) string {
	for _, l := range m.system.Listeners {
		if l.Jobname != "" && (l.Role == report.RoleCAEAgent || l.Role == report.RoleCAEISPF) {
			return l.Jobname
		}
	}
	for _, port := range slices.Concat(ports(m.facts.Agent.ListenerPorts), ports(m.facts.Agent.ISPFPort)) {
		if job, _ := c.listening(m.system, netip.AddrPortFrom(netip.Addr{}, port)); job != "" {
			return job
		}
	}
	return ""
}
