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
	ports := v.ports(server, report.RoleCAEServerRC4)
	if len(ports) == 0 {
		if q := v.qm[server]; q == nil || !isOff(q.Server) {
			found(scan.Unknown, server, "which port is the RC4 port is not known: want a listener of role cae-server-rc4, or query_monitor: rc4_port", "")
		}
		return out
	}
	for _, system := range v.systems {
		for _, fresh := range []bool{true, false} {
			for _, s := range v.onRC4(server, system, fresh) {
				if fresh {
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
			if c := m.Cell(system, report.EndAgentOut); c == nil || c.Observed != report.MigrationTLS && c.Observed != report.MigrationRC4 {
				found(scan.Unknown, system, fmt.Sprintf("nothing shows that the agent is not on an RC4 port: %s; nor does NETSTAT of %s show it on a TLS port",
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
	return slices.DeleteFunc(v.established(system, fresh), func(s report.ShownConnection) bool {
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
		if l.Truncated || q.LeftOut > 0 {
			why = "the NETSTAT listing of " + server + " is not complete"
			continue
		}
		for _, port := range ports {
			open := slices.ContainsFunc(q.Connections, func(c report.ShownConnection) bool {
				return c.State == "LISTEN" && c.Location.File == l.File && portOf(c.Local) == port
			})
			if !open && !v.isClosed(server, port) {
				why = fmt.Sprintf("the NETSTAT listing of %s does not show RC4 port %d, so it does not show who is on it: want NETSTAT CONN without a filter", server, port)
			}
		}
		if why == "" {
			return "", ""
		}
	}
	return why, from
}

// isClosed says whether the wire showed a port closed.
func (v *view) isClosed(system string, port uint16) bool {
	return slices.ContainsFunc(v.endpoints(system, report.RoleCAEServerRC4), func(e *report.Endpoint) bool {
		return e.Target.Port == port && e.State == scan.StateClosed
	})
}
