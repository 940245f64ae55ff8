package migration

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// ofNetstat looks for clients on a server's RC4 ports, in the listings of both ends, and for a listing that shows that there are none.
func (v *view) ofNetstat(m *report.Migration, server string) []report.Obstacle {
	var out []report.Obstacle
	found := func(answer scan.Fact, system, what, from string) {
		out = append(out, report.Obstacle{Answer: answer, About: report.AboutNetstat, Server: server, System: system, What: what, From: from})
	}
	if q := v.qm[server]; q != nil && q.Server != nil {
		for _, l := range q.Lines {
			if l.Location.File == q.Server.File && l.Kind != "placeholder" && strings.EqualFold(l.Parameter, "CQM_CAE_AGENT_LISTENER_PORT") {
				found(scan.Unknown, server, "which port is the RC4 port is not certain: "+l.Message, place(&l.Location))
			}
		}
	}
	ports := v.ports(server, report.RoleCAEServerRC4)
	if len(ports) == 0 {
		what := "which port is the RC4 port is not known"
		if q := v.qm[server]; q != nil && isOff(q.Server) {
			what = "the parameters turn RC4 off, and no port shows that the server was restarted with them"
		}
		found(scan.Unknown, server, what+": want a listener of role cae-server-rc4, or query_monitor: rc4_port", "")
		return out
	}
	for _, system := range v.systems {
		for _, fresh := range []bool{true, false} {
			for _, s := range v.onRC4(server, system, fresh) {
				if s.State != established {
					found(scan.Unknown, system, fmt.Sprintf("%s is on RC4 port %d in a state that cannot be read (%.20q)", who(s), s.Port, s.State), place(&s.Location))
				} else if fresh {
					found(scan.No, system, fmt.Sprintf("%s is connected to RC4 port %d", who(s), s.Port), place(&s.Location))
				} else {
					found(scan.Unknown, system, fmt.Sprintf("%s was connected to RC4 port %d by a listing that is too old to say whether it still is",
						who(s), s.Port), place(&s.Location))
				}
			}
		}
	}
	if why, from := v.lacksListing(server, ports); why != "" {
		for _, system := range v.agents() {
			c := m.Cell(system, report.EndAgentOut)
			if c == nil || c.Observed != report.MigrationRC4 && (c.Observed != report.MigrationTLS || !v.ownListing(system)) {
				found(scan.Unknown, system, fmt.Sprintf("nothing shows that the agent is not on an RC4 port: %s; nor does a complete one of %s show it on a TLS port",
					why, system), from)
			}
		}
	}
	return out
}

// onRC4 are the connections of a system's listings that are on a server's RC4 port: as the server's own, or as those of an agent that may
// be connected to it.
func (v *view) onRC4(server, system string, fresh bool) []report.ShownConnection {
	ports := v.ports(server, report.RoleCAEServerRC4)
	a := v.agent(system)
	return slices.DeleteFunc(v.connections(system, fresh, func(state string) bool { return state != "" && !slices.Contains(harmless(), state) }), func(s report.ShownConnection) bool {
		switch {
		case !slices.Contains(ports, s.Port):
			return true
		case portOf(s.Local) == s.Port:
			return system != server
		case a == nil:
			return true
		}
		return a.ServerSystem != "" && a.ServerSystem != server && a.BackupSystem != server || slices.Contains(a.ServerTLS, s.Port)
	})
}

func who(s report.ShownConnection) string {
	return strings.TrimSpace(fmt.Sprintf("%s %s", s.Job, s.Foreign))
}

// lacksListing says why no listing of the server's system shows who is on its RC4 ports; empty when one does. It must be complete,
// recent, and show the RC4 port's own socket: a listing of one port, or of AT-TLS connections alone, does not show who is elsewhere.
func (v *view) lacksListing(server string, ports []uint16) (why, from string) {
	q := v.qm[server]
	if q == nil || len(q.Listings) == 0 {
		return "there is no NETSTAT listing of " + server, ""
	}
	for _, l := range q.Listings {
		from = l.File
		if why = v.stale(l); why != "" {
			why = "the NETSTAT listing of " + server + " " + why
			continue
		}
		if cut := incomplete(q, l); cut != "" {
			why = "the NETSTAT listing of " + server + " " + cut
			continue
		}
		for _, port := range ports {
			if !listens(q, l, port) && !v.isClosed(server, port) {
				why = fmt.Sprintf("the NETSTAT listing of %s does not show RC4 port %d, so it does not show who is on it: want NETSTAT CONN without a filter", server, port)
			}
		}
		if why == "" {
			return "", ""
		}
	}
	return why, from
}

// incomplete says why somebody may be missing from a listing; empty when it does not look so. A file that was cut between two lines does not.
func incomplete(q *report.QueryMonitor, l report.NetstatListing) string {
	switch {
	case l.Truncated || q.LeftOut > 0:
		return "is not complete"
	case len(l.Unread) > 0:
		return "has lines that cannot be read, the first at " + place(&l.Unread[0])
	}
	return ""
}

// listens says whether a listing shows a socket that listens on a port.
func listens(q *report.QueryMonitor, l report.NetstatListing, port uint16) bool {
	return slices.ContainsFunc(q.Connections, func(c report.ShownConnection) bool {
		return c.State == "LISTEN" && c.Location.File == l.File && portOf(c.Local) == port
	})
}

// ownListing says whether a recent and complete listing of an agent's system shows all its connections: one with the agent's own listening
// socket was not made for the server's TLS port alone.
func (v *view) ownListing(system string) bool {
	q := v.qm[system]
	own := append(v.ports(system, report.RoleCAEAgent), v.ports(system, report.RoleCAEISPF)...)
	return q != nil && slices.ContainsFunc(q.Listings, func(l report.NetstatListing) bool {
		return v.stale(l) == "" && incomplete(q, l) == "" && slices.ContainsFunc(own, func(port uint16) bool { return listens(q, l, port) })
	})
}

// isClosed says whether the wire showed a port closed.
func (v *view) isClosed(system string, port uint16) bool {
	return slices.ContainsFunc(v.endpoints(system, report.RoleCAEServerRC4), func(e *report.Endpoint) bool {
		return e.Target.Port == port && e.State == scan.StateClosed
	})
}
