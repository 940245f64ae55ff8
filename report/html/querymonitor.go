package html

import (
	"slices"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// connection is how the listeners of one role of Query Monitor answered.
type connection struct {
	Letter, Name                 string
	TLS, NotTLS, Closed, Unknown int
}

// Connections are Query Monitor's listeners by role and by what the wire shows; none when the estate has no such listener. What is
// configured, and whether RC4 may be turned off, is the migration matrix's.
func (p *page) Connections() []connection {
	roles := []struct{ role, letter, name string }{
		{report.RoleCAEWeb, "A", "browser to server"},
		{report.RoleCAEServerTLS, "B", "agent to server, TLS port"},
		{report.RoleCAEServerRC4, "B", "agent to server, RC4 port"},
		{report.RoleCAEAgent, "B", "server to agent"},
		{report.RoleCAEISPF, "C", "ISPF to agent"},
	}
	rows := make([]connection, len(roles))
	for i, r := range roles {
		rows[i].Letter, rows[i].Name = r.letter, r.name
	}
	for i := range p.rep.Endpoints {
		e := &p.rep.Endpoints[i]
		k := slices.IndexFunc(roles, func(r struct{ role, letter, name string }) bool { return r.role == e.Role })
		if k < 0 {
			continue
		}
		switch r := &rows[k]; e.State {
		case scan.StateTLS, scan.StateStartTLS:
			r.TLS++
		case scan.StateNonTLS:
			r.NotTLS++
		case scan.StateClosed:
			r.Closed++
		default:
			r.Unknown++
		}
	}
	return slices.DeleteFunc(rows, func(r connection) bool { return r.TLS+r.NotTLS+r.Closed+r.Unknown == 0 })
}
