package expect

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/portseal/portseal/internal/netstat"
	"github.com/portseal/portseal/report"
)

// maxShown bounds the connections that a report lists: a listing may have tens of thousands.
const maxShown = 500

// netstat reads the system's NETSTAT outputs and keeps the connections on Query Monitor's ports.
func (m *monitored) netstat() []Notice {
	var notes []Notice
	for _, f := range m.system.Netstat {
		o := netstat.Parse(f.Name, f.Data, f.Collected)
		listing := report.NetstatListing{File: f.Name, Truncated: o.Truncated}
		if !f.Collected.IsZero() {
			at := f.Collected.UTC().Truncate(time.Second)
			listing.Collected = &at
		}
		if len(o.Headers) > 0 {
			listing.Clock = o.Headers[0].Clock
		}
		m.facts.Listings = append(m.facts.Listings, listing)
		if len(o.Problems) > 0 {
			p := o.Problems[0]
			notes = append(notes, Notice{p.At, fmt.Sprintf("netstat: %s (%d in all)", p.Message, len(o.Problems))})
		}
		for _, c := range o.Connections {
			m.show(c)
		}
	}
	return notes
}

// show keeps a connection that is on one of the ports of Query Monitor, here or at the server that the agent connects to.
func (m *monitored) show(c netstat.Connection) {
	port := c.Local.Port()
	if !m.here(port) {
		port = c.Foreign.Port()
		agent := m.facts.Agent
		if agent == nil || !slices.Contains(agent.ServerTLS, port) && !slices.Contains(agent.ServerRC4, port) {
			return
		}
	}
	if c.State == netstat.UDP || !c.Local.IsValid() {
		return
	}
	if m.shown(c) {
		return
	}
	if len(m.facts.Connections) == maxShown {
		m.facts.LeftOut++
		return
	}
	m.facts.Connections = append(m.facts.Connections, report.ShownConnection{Job: c.Job, ID: c.ID, Local: socket(c.Local), Foreign: socket(c.Foreign),
		State: string(c.State), Policy: c.Policy, Rule: c.Rule, Port: port, Location: c.At})
}

// shown says whether another listing has shown the connection, as CONN and ALL of the same minute do, and takes from this one what
// that one left open.
func (m *monitored) shown(c netstat.Connection) bool {
	i := slices.IndexFunc(m.facts.Connections, func(o report.ShownConnection) bool {
		return o.ID == c.ID && o.Local == socket(c.Local) && o.Foreign == socket(c.Foreign) && o.Location.File != c.At.File
	})
	if i < 0 {
		return false
	}
	if o := &m.facts.Connections[i]; o.Policy == "" {
		o.Policy, o.Rule = c.Policy, c.Rule
	}
	return true
}

func socket(s netip.AddrPort) string {
	if !s.IsValid() {
		return ""
	}
	return s.String()
}

// here says whether a port is one of the system's own.
func (m *monitored) here(port uint16) bool {
	return slices.ContainsFunc(m.facts.Configured, func(c report.ConfiguredPort) bool { return c.Port == port }) ||
		slices.ContainsFunc(m.facts.Declared, func(d report.DeclaredPort) bool { return d.Port == port })
}
