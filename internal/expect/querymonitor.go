package expect

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/querymon"
	"github.com/portseal/portseal/report"
)

// monitored is one system as its Query Monitor files describe it.
type monitored struct {
	system   *estate.System
	settings querymon.Settings
	files    [2]*querymon.File // the server's, the agent's; nil where there is none
	facts    report.QueryMonitor
}

// queryMonitor makes the facts about Query Monitor of the systems that the run looks at with all their listeners: of a part of the
// listeners nobody could say that one is missing.
func (c *compiler) queryMonitor(made map[*estate.Listener][]Endpoint) (facts []report.QueryMonitor, notes []Notice) {
	var all []*monitored
	for _, s := range c.estate.Systems {
		all = append(all, read(s))
	}
	for _, m := range all {
		s := m.system
		if s.QueryMonitor == nil && len(s.Netstat) == 0 {
			continue
		}
		if slices.ContainsFunc(s.Listeners, func(l *estate.Listener) bool { return made[l] == nil }) {
			if s.QueryMonitor != nil && slices.ContainsFunc(s.Listeners, func(l *estate.Listener) bool { return made[l] != nil }) {
				notes = append(notes, Notice{s.QueryMonitor.At, "query_monitor: not judged, since this run looks at a part of the listeners of " + s.Name})
			}
			continue
		}
		m.declare(made)
		c.findServer(m, all)
		for _, f := range m.files {
			m.facts.Lines = append(m.facts.Lines, f.Lines()...)
		}
		notes = append(notes, m.netstat(c.netstat(s), c.policy[s])...)
		m.facts.Policy = c.agentPolicy(m)
		notes = append(notes, m.unsaid()...)
		facts = append(facts, m.facts)
	}
	return facts, notes
}

// read parses the parameter files of a system.
func read(s *estate.System) *monitored {
	m := &monitored{system: s, facts: report.QueryMonitor{System: s.Name}}
	q := s.QueryMonitor
	if q == nil {
		return m
	}
	m.settings = querymon.Settings{AliasParam: q.AliasParam, RC4OffParam: q.RC4OffParam, RC4OffValue: q.RC4OffValue, RC4Port: q.RC4Port,
		ListenerPorts: q.ListenerPorts}
	if q.ServerParams != nil {
		m.files[0] = querymon.ParseServer(q.ServerParams.Name, q.ServerParams.Data)
	}
	if q.AgentParams != nil {
		m.files[1] = querymon.ParseAgent(q.AgentParams.Name, q.AgentParams.Data)
	}
	m.facts.Server, m.facts.Agent = m.settings.Server(m.files[0]), m.settings.Agent(m.files[1])
	m.facts.Configured = m.settings.Configured(m.facts.Server, m.facts.Agent)
	return m
}

// declare lists the system's listeners that have a role of Query Monitor, or a port that its parameters name.
func (m *monitored) declare(made map[*estate.Listener][]Endpoint) {
	for _, l := range m.system.Listeners {
		for _, port := range l.Ports {
			configured := slices.ContainsFunc(m.facts.Configured, func(c report.ConfiguredPort) bool { return c.Port == port })
			i := slices.IndexFunc(made[l], func(e Endpoint) bool { return e.Target.Port == port })
			if i >= 0 && (l.Role != report.RoleGeneric || configured) {
				m.facts.Declared = append(m.facts.Declared, report.DeclaredPort{Endpoint: made[l][i].Target.ID, Role: l.Role, Port: port,
					Expect: l.Expect, RetireBy: l.RetireBy, ServedBy: l.ServedBy})
			}
		}
	}
}

// serverPorts returns the ports of a role of the CAE server, by parameters and by the estate file.
func (m *monitored) serverPorts(role string) []uint16 {
	var out []uint16
	for _, c := range m.facts.Configured {
		if c.Role == role {
			out = append(out, c.Port)
		}
	}
	for _, l := range m.system.Listeners {
		if l.Role == role {
			out = append(out, l.Ports...)
		}
	}
	return out
}

// isServer says whether a CAE server runs on the system.
func (m *monitored) isServer() bool {
	return m.facts.Server != nil || slices.ContainsFunc(m.system.Listeners, func(l *estate.Listener) bool {
		return l.Role == report.RoleCAEServerTLS || l.Role == report.RoleCAEServerRC4 || l.Role == report.RoleCAEWeb
	})
}

// findServer notes the ports of the CAE server that an agent connects to: of the system that SERVER_ADDRESS names, else of every
// system with a server, since the address may be a name or a VIPA that the estate file does not have.
func (c *compiler) findServer(m *monitored, all []*monitored) {
	agent := m.facts.Agent
	if agent == nil {
		return
	}
	servers := slices.DeleteFunc(slices.Clone(all), func(o *monitored) bool { return !o.isServer() })
	if agent.ServerAddress != nil {
		named := slices.DeleteFunc(slices.Clone(servers), func(o *monitored) bool { return !c.isAt(o.system, agent.ServerAddress.Value) })
		if agent.ServerElsewhere = len(named) == 0; len(named) > 0 {
			servers = named
		}
	}
	if len(servers) == 1 {
		agent.ServerSystem = servers[0].system.Name
	}
	if agent.BackupAddress != nil {
		for _, o := range all {
			if o.isServer() && c.isAt(o.system, agent.BackupAddress.Value) {
				agent.BackupSystem = o.system.Name
			}
		}
	}
	for _, o := range servers {
		agent.ServerTLS = append(agent.ServerTLS, o.serverPorts(report.RoleCAEServerTLS)...)
		agent.ServerRC4 = append(agent.ServerRC4, o.serverPorts(report.RoleCAEServerRC4)...)
	}
	agent.ServerTLS, agent.ServerRC4 = distinct(agent.ServerTLS), distinct(agent.ServerRC4)
}

func distinct(ports []uint16) []uint16 {
	slices.Sort(ports)
	return slices.Compact(ports)
}

// isAt says whether a host name or address is a system's, as far as the estate file and this run's look-ups tell.
func (c *compiler) isAt(s *estate.System, where string) bool {
	hosts, addresses := []string{s.Host}, slices.Clone(s.Addresses)
	for _, l := range s.Listeners {
		hosts, addresses = append(hosts, l.Host), append(addresses, l.Addresses...)
	}
	name := strings.TrimSuffix(where, ".")
	if slices.ContainsFunc(hosts, func(h string) bool { return h != "" && strings.EqualFold(strings.TrimSuffix(h, "."), name) }) {
		return true
	}
	for _, h := range hosts {
		addresses = append(addresses, c.resolved[h].addresses...)
	}
	address, err := netip.ParseAddr(where)
	return err == nil && slices.Contains(addresses, address.Unmap())
}

// unsaid says what is not judged because the estate file does not name a parameter.
func (m *monitored) unsaid() []Notice {
	q := m.system.QueryMonitor
	if m.facts.Server == nil {
		return nil
	}
	has := func(role string) bool {
		return slices.ContainsFunc(m.facts.Declared, func(d report.DeclaredPort) bool { return d.Role == role })
	}
	var out []Notice
	if q.AliasParam == "" && has(report.RoleCAEServerTLS) {
		out = append(out, Notice{q.At, "query_monitor: alias_param is not said, so whether a TLS key alias is set was not judged"})
	}
	if q.RC4OffParam == "" && has(report.RoleCAEServerRC4) {
		out = append(out, Notice{q.At, "query_monitor: rc4_off_param is not said, so only the wire tells whether RC4 is turned off"})
	}
	return out
}
