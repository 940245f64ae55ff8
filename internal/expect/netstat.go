package expect

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/netstat"
	"github.com/portseal/portseal/report"
)

// maxShown bounds the connections that a report lists: a listing may have tens of thousands.
const maxShown = 500

// maxUnread bounds the lines of a listing that a report names as unread.
const maxUnread = 20

// netstat reads the NETSTAT outputs of a system, once.
func (c *compiler) netstat(s *estate.System) []*netstat.Output {
	if out, done := c.netstats[s]; done {
		return out
	}
	var out []*netstat.Output
	for _, f := range s.Netstat {
		out = append(out, netstat.Parse(f.Name, f.Data, f.Collected))
	}
	c.netstats[s] = out
	return out
}

// listening is the job of the socket that listens on a port, and where NETSTAT shows it; "" when no job does, or several do. An address
// that is not known is any.
func (c *compiler) listening(s *estate.System, on netip.AddrPort) (job string, at report.Location) {
	for _, o := range c.netstat(s) {
		for _, n := range o.Connections {
			address := n.Local.Addr().Unmap()
			if n.State != netstat.Listen || n.Job == "" || n.Local.Port() != on.Port() ||
				on.Addr().IsValid() && !address.IsUnspecified() && address != on.Addr() {
				continue
			}
			if job != "" && job != n.Job {
				return "", report.Location{}
			}
			if job == "" {
				job, at = n.Job, n.At
			}
		}
	}
	return job, at
}

// netstat keeps the connections on Query Monitor's ports that NETSTAT shows, with what the policy does with them.
func (m *monitored) netstat(outputs []*netstat.Output, p *policy) []Notice {
	var notes []Notice
	for _, o := range outputs {
		listing := report.NetstatListing{File: o.Path, Truncated: o.Truncated}
		if !o.Collected.IsZero() {
			at := o.Collected.UTC().Truncate(time.Second)
			listing.Collected = &at
		}
		if len(o.Headers) > 0 {
			listing.Clock = o.Headers[0].Clock
		}
		for _, p := range o.Problems[:min(len(o.Problems), maxUnread)] {
			listing.Unread = append(listing.Unread, p.At)
		}
		m.facts.Listings = append(m.facts.Listings, listing)
		if len(o.Problems) > 0 {
			p := o.Problems[0]
			notes = append(notes, Notice{p.At, fmt.Sprintf("netstat: %s (%d in all)", p.Message, len(o.Problems))})
		}
	}
	newest := slices.Clone(outputs)
	slices.SortStableFunc(newest, func(a, b *netstat.Output) int { return b.Collected.Compare(a.Collected) })
	for _, o := range newest { // what two listings show is known from the newer one
		for _, c := range o.Connections {
			m.show(c, p)
		}
	}
	return notes
}

// show keeps a connection that is on one of the ports of Query Monitor, here or at the server that the agent connects to.
func (m *monitored) show(c netstat.Connection, p *policy) {
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
	if c.State != netstat.Listen && m.shown(c) { // each listing shows by itself which ports it covers
		return
	}
	if len(m.facts.Connections) == maxShown {
		m.facts.LeftOut++
		return
	}
	m.facts.Connections = append(m.facts.Connections, report.ShownConnection{Job: c.Job, ID: c.ID, Local: socket(c.Local), Foreign: socket(c.Foreign),
		State: string(c.State), Policy: c.Policy, Rule: c.Rule, Port: port, Location: c.At, Now: m.now(c, p)})
}

// now is what the policy does with a connection that NETSTAT shows, when it is made today; nil where that is not certain.
func (m *monitored) now(c netstat.Connection, p *policy) *report.PolicyMatch {
	if c.State != netstat.Established || !p.counts() {
		return nil
	}
	direction := attls.Outbound
	if m.here(c.Local.Port()) {
		direction = attls.Inbound
	}
	conn := attls.Connection{Direction: direction, Local: c.Local, Remote: c.Foreign, Job: c.Job}
	covered := p.rules.Coverage([]attls.Connection{conn})[0]
	t := taken{PolicyMatch: report.PolicyMatch{From: c.Job, ClearText: covered.ClearText, Why: covered.Why}, rule: covered.Match.Rule}
	if !covered.Match.Certain() {
		if p.asInFiles(&t, covered.Match, conn); t.Assumes == "" || strings.Contains(t.Assumes, "Userid ") {
			return nil
		}
	}
	t.name()
	return &t.PolicyMatch
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
