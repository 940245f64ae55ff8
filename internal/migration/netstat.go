package migration

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/portseal/portseal/report"
)

const (
	freshFor = time.Hour       // how long a NETSTAT listing says who is connected
	skew     = 5 * time.Minute // how far the clock of the machine that wrote it may be ahead

	established = "ESTABLISHED"
)

// harmless are the states of RFC 9293 section 3.3.2 in which nobody is connected, or is not any more.
func harmless() []string {
	return []string{"LISTEN", "SYN-SENT", "SYN-RECEIVED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT", "CLOSED"}
}

// established are the ESTABLISHED connections of a system's listings. The fresh ones are observations; old ones only tell what was.
func (v *view) established(system string, fresh bool) []report.ShownConnection {
	return v.connections(system, fresh, func(state string) bool { return state == established })
}

// connections are those of a system's listings that are in one of some states.
func (v *view) connections(system string, fresh bool, in func(state string) bool) []report.ShownConnection {
	q := v.qm[system]
	if q == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(q.Connections), func(c report.ShownConnection) bool {
		return !in(c.State) || v.isFresh(q, c.Location.File) != fresh
	})
}

func (v *view) isFresh(q *report.QueryMonitor, file string) bool {
	return slices.ContainsFunc(q.Listings, func(l report.NetstatListing) bool { return l.File == file && v.stale(l) == "" })
}

// stale says why a listing says nothing about now; empty when it does.
func (v *view) stale(l report.NetstatListing) string {
	if l.Collected == nil {
		return "has no date"
	}
	age := v.rep.Run.JudgedAt.Sub(*l.Collected)
	switch {
	case age > freshFor:
		return fmt.Sprintf("is %s old; want one no older than an hour", ago(age))
	case age < -skew:
		return "is dated after the time that was judged"
	}
	return ""
}

func ago(d time.Duration) string {
	if d >= 48*time.Hour {
		return fmt.Sprintf("%d days", int(d.Hours()/24))
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}

// portOf is the port of ADDRESS:PORT; 0 when there is none.
func portOf(socket string) uint16 {
	a, err := netip.ParseAddrPort(socket)
	if err != nil {
		return 0
	}
	return a.Port()
}

// connected adds where NETSTAT shows the system's agent connected: by its own listing, where the server's port is the foreign one, and by
// the servers' listings, where the foreign address is this system's alone.
func (v *view) connected(c *report.MigrationCell, system string) {
	if a := v.agent(system); a != nil {
		for _, s := range v.established(system, true) {
			if portOf(s.Foreign) == s.Port && portOf(s.Local) != s.Port {
				v.shown(c, s, a.ServerTLS, a.ServerRC4, "connected to "+s.Foreign)
			}
		}
	}
	for _, server := range v.servers() {
		for _, s := range v.established(server, true) {
			from, err := netip.ParseAddrPort(s.Foreign)
			if err == nil && portOf(s.Local) == s.Port && v.owner[from.Addr().Unmap().String()] == system {
				v.shown(c, s, v.ports(server, report.RoleCAEServerTLS), v.ports(server, report.RoleCAEServerRC4), "connected from "+s.Foreign+" to "+server)
			}
		}
	}
}

// shown adds one connection to a server's port.
func (v *view) shown(c *report.MigrationCell, s report.ShownConnection, tls, rc4 []uint16, says string) {
	isTLS, isRC4 := slices.Contains(tls, s.Port), slices.Contains(rc4, s.Port)
	state := report.MigrationUnknown
	switch {
	case isTLS == isRC4:
		return
	case isRC4:
		state, says = report.MigrationRC4, fmt.Sprintf("%s, RC4 port %d", says, s.Port)
	case s.Policy == "no" && portOf(s.Local) != s.Port: // the server is Java: only its agents have a rule
		says = fmt.Sprintf("%s, TLS port %d, without an AT-TLS rule", says, s.Port)
	default:
		state, says = report.MigrationTLS, fmt.Sprintf("%s, TLS port %d", says, s.Port)
	}
	add(c, report.FactNetstat, state, says, place(&s.Location))
}

// served adds what NETSTAT shows on the agent's own ports: whether an AT-TLS rule took the connection.
func (v *view) served(c *report.MigrationCell, system, role string) {
	ports := v.ports(system, role)
	for _, s := range v.established(system, true) {
		if portOf(s.Local) != s.Port || !slices.Contains(ports, s.Port) {
			continue
		}
		switch s.Policy {
		case "yes":
			add(c, report.FactNetstat, report.MigrationTLS, fmt.Sprintf("%s connected on %d under an AT-TLS rule %s", s.Foreign, s.Port, s.Rule), place(&s.Location))
		case "no":
			add(c, report.FactNetstat, report.MigrationRC4, fmt.Sprintf("%s connected on %d without an AT-TLS rule", s.Foreign, s.Port), place(&s.Location))
		}
	}
}
