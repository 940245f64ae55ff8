package lint

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// taking is what a policy does with a connection, as far as it is known.
type taking struct {
	sure  []*attls.Rule // give TLS to some connection of this kind for certain
	maybe []*attls.Rule // may do so: which job or user it is, or what the rule does, is not known
	off   *attls.Rule   // takes what those leave, with TTLSEnabled Off
}

func (t taking) none() bool { return len(t.sure)+len(t.maybe) == 0 }

// taking asks the policy. own are all ports of the program that is asked about: a rule for a job or user that is not known is
// the program's own when it names no other port.
func (in *Input) taking(c attls.Connection, own []uint16) taking {
	m := in.Policy.Coverage([]attls.Connection{c})[0].Match
	var t taking
	add := func(r *attls.Rule, sure bool) {
		enabled := in.Effective(r).Enabled
		switch {
		case !enabled.Known || enabled.Value && !sure:
			t.maybe = append(t.maybe, r)
		case enabled.Value:
			t.sure = append(t.sure, r)
		case r == m.Rule:
			t.off = r
		}
	}
	ordered := len(m.Ambiguous) == 0 // else which of them is asked first is not certain
	for _, u := range m.Unsaid {
		named := slices.ContainsFunc(u.Wants, func(want string) bool {
			return strings.HasPrefix(want, "Jobname ") || strings.HasPrefix(want, "Userid ")
		})
		add(u.Rule, !u.Possible && (!named || meant(u.Rule, c, own)))
	}
	for _, r := range m.Ambiguous {
		add(r, false)
	}
	if m.Rule != nil {
		add(m.Rule, ordered)
	}
	return t
}

// fewPorts bounds what a range may hold that is meant for one program, where the program's ports are not known.
const fewPorts = 100

// meant says whether a rule names the port of a connection and no port but the program's own.
func meant(r *attls.Rule, c attls.Connection, own []uint16) bool {
	ports, port := r.LocalPorts, c.Local.Port()
	if c.Direction == attls.Outbound {
		ports, port = r.RemotePorts, c.Remote.Port()
	}
	if ports.Any() || ports.Contains(port) != scan.Yes {
		return false
	}
	return !slices.ContainsFunc(ports.Ranges, func(p attls.PortRange) bool {
		if own == nil {
			return p.From <= port && port <= p.To && p.To-p.From >= fewPorts
		}
		for n := int(p.From); n <= int(p.To); n++ {
			if !slices.Contains(own, uint16(n)) {
				return true
			}
		}
		return false
	})
}

// to is a connection to a port of the system, from anywhere, accepted by a job (empty: not known).
func to(port uint16, job string) attls.Connection {
	return attls.Connection{Direction: attls.Inbound, Local: netip.AddrPortFrom(netip.Addr{}, port), Job: job}
}

// portsOf are the ports of the system's listeners with one of these roles; nil when there is none.
func (in *Input) portsOf(roles ...string) []uint16 {
	var out []uint16
	for _, l := range in.listeners(roles...) {
		out = append(out, l.Ports...)
	}
	return out
}

// listeners are those of the system with one of these roles.
func (in *Input) listeners(roles ...string) []Listener {
	if in.System == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(in.System.Listeners), func(l Listener) bool { return !slices.Contains(roles, l.Role) })
}

// isJava says whether the role is one of Query Monitor's server, a Java program that does TLS itself.
func isJava(role string) bool { return slices.Contains(javaRoles(), role) }

func javaRoles() []string {
	return []string{report.RoleCAEWeb, report.RoleCAEServerTLS, report.RoleCAEServerRC4}
}

// first is the first of several places that is one.
func first(places ...report.Location) report.Location {
	for _, at := range places {
		if at != (report.Location{}) {
			return at
		}
	}
	return report.Location{}
}
