package phase

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// restartServer is how a CAE server takes in new parameters: CQMCAESV is the started task of IBM's sample.
func restartServer(system string) string { return "P CQMCAESV, then S CQMCAESV (" + system + ")" }

// tlsPort is the server's parameter with the port for agents with TLS.
const tlsPort = "CQM_TLS_CAE_AGNT_LSTNR_PORT"

// before checks what is prepared: nothing has been changed yet.
func (j *judge) before() string {
	j.policies()
	j.rings()
	servers := j.servers()
	for _, s := range servers {
		j.prepared(s)
		j.rc4Open(s)
	}
	return restartServer(strings.Join(servers, ", "))
}

// serverTLS checks that the CAE server has its TLS port, and lost nothing.
func (j *judge) serverTLS() string {
	for _, s := range j.servers() {
		j.prepared(s)
		j.server(s, report.RoleCAEServerTLS, true)
		j.rc4Open(s)
		j.server(s, report.RoleCAEWeb, false)
	}
	next := "<system of the first agent>"
	for _, s := range j.m.Systems {
		if c := j.m.Cell(s.System, report.EndAgentIn); c != nil && c.State != report.MigrationTLS {
			next = s.System
			break
		}
	}
	return "F PAGENT,UPDATE (" + next + "), with its AT-TLS rules; then restart its agent"
}

// servers are the systems of the step's CAE servers. A step for an agent's system concerns all servers.
func (j *judge) servers() []string {
	out := j.having(report.EndServer)
	if len(out) == 0 {
		asked := j.o.System
		j.o.System = ""
		out = j.having(report.EndServer)
		j.o.System = asked
	}
	if len(out) == 0 {
		j.add(report.PhaseCheck{Name: "CAE server", Result: report.CheckUnknown, Evidence: "the estate file has none: want listeners of role cae-server-tls and cae-server-rc4",
			Next: "D TCPIP,,N,CONN"})
	}
	return out
}

// server checks the server's listeners of a role: all that has to be right but whom its agents trust, which is each agent's step.
func (j *judge) server(system, role string, needed bool) {
	all := j.endpoints(system, role)
	for _, e := range all {
		j.speaks(e, restartServer(system)+", after its key alias and ports are corrected", "CHAIN-UNTRUSTED")
	}
	if needed && len(all) == 0 {
		j.add(report.PhaseCheck{Name: system + " TLS port", Result: report.CheckUnknown, Evidence: "no listener of role " + role + " is listed", Next: "D TCPIP,,N,CONN (" + system + ")"})
	}
}

// policies checks the policy files by themselves: what is installed differs from them until each agent's step.
func (j *judge) policies() {
	c := report.PhaseCheck{Name: "AT-TLS policy files", Evidence: "no fault", Next: "F PAGENT,UPDATE only when the policy files are corrected"}
	var files []string
	for _, in := range j.rep.Run.Inputs {
		if in.Kind == "attls" {
			files = append(files, in.Path)
		}
	}
	if len(files) == 0 {
		c.Result, c.Evidence, c.Next = report.CheckUnknown, "no AT-TLS policy was given: want attls: [FILE] of each system with an agent", "pasearch -t"
		j.add(c)
		return
	}
	j.sound(c, j.findings(func(f report.Finding) bool {
		return f.Endpoint == "" && strings.HasPrefix(f.ID, "ATTLS-") && !ofInstalled(f.ID) && f.Location != nil
	}))
}

// ofInstalled says whether a finding is about what pasearch shows.
func ofInstalled(id string) bool {
	return slices.ContainsFunc([]string{"ATTLS-INSTALLED-", "ATTLS-PASEARCH-", "ATTLS-NOT-IN"}, func(p string) bool { return strings.HasPrefix(id, p) })
}

// rings checks the key rings by themselves.
func (j *judge) rings() {
	c := report.PhaseCheck{Name: "key rings", Evidence: fmt.Sprintf("%d without fault", len(j.rep.Keyrings)),
		Next: "RACDCERT ID(<owner>) LISTRING(<ring>), connect what is missing, then SETROPTS RACLIST(DIGTCERT DIGTRING) REFRESH"}
	if len(j.rep.Keyrings) == 0 {
		c.Result, c.Evidence = report.CheckUnknown, "no key ring was given"
		j.add(c)
		return
	}
	j.sound(c, j.findings(func(f report.Finding) bool { return strings.HasPrefix(f.ID, "RING-") && f.ID != "RING-CERT-MISMATCH" }))
}

// prepared checks the CAE server's parameters, whether or not it was restarted with them.
func (j *judge) prepared(system string) {
	s := j.query(system).Server
	c := report.PhaseCheck{Name: system + " server parameters", Next: restartServer(system) + ", after its STDENV is corrected"}
	switch {
	case s == nil:
		c.Result, c.Evidence = report.CheckUnknown, "not given: want query_monitor: {server_params: FILE} of "+system
	case s.TLSPort == nil:
		c.Result, c.Evidence, c.From = report.CheckFailed, tlsPort+" is not set", s.File+":1:1"
		for _, l := range j.query(system).Lines {
			if l.Location.File == s.File && strings.EqualFold(l.Parameter, tlsPort) {
				c.Evidence, c.From = l.Message, place(&l.Location)
			}
		}
	default:
		c.Evidence = s.TLSPort.Name + "=" + s.TLSPort.Value
		c.From = place(&s.TLSPort.Location)
		j.sound(c, j.findings(func(f report.Finding) bool {
			return strings.HasPrefix(f.ID, "QM-") && f.Location != nil && f.Location.File == s.File && f.ID != "QM-RC4-NOT-OFF"
		}))
		return
	}
	j.add(c)
}

// rc4Open checks that agents that were not moved can still connect.
func (j *judge) rc4Open(system string) {
	all := j.endpoints(system, report.RoleCAEServerRC4)
	for _, e := range all {
		c := report.PhaseCheck{Name: e.ID + " is still open", Result: report.CheckOK, Evidence: stateWords(e), Endpoint: e.ID, Next: restartServer(system) + ", with RC4 allowed"}
		switch e.State {
		case scan.StateNonTLS, scan.StateOpen:
		case scan.StateClosed, scan.StateTLS:
			c.Result = report.CheckFailed
		default:
			c.Result = report.CheckUnknown
		}
		j.add(c)
	}
	if len(all) == 0 {
		j.add(report.PhaseCheck{Name: system + " RC4 port", Result: report.CheckUnknown, Evidence: "no listener of role cae-server-rc4 is listed", Next: "D TCPIP,,N,CONN (" + system + ")"})
	}
}
