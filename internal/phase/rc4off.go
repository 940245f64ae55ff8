package phase

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// rc4Off checks that the RC4 port is closed, and that nobody is lost by it.
func (j *judge) rc4Off() string {
	asked := j.o.System
	for _, s := range j.servers() {
		all := j.endpoints(s, report.RoleCAEServerRC4)
		for _, e := range all {
			c := report.PhaseCheck{Name: e.ID + " is closed", Result: report.CheckUnknown, Evidence: stateWords(e), Endpoint: e.ID, Next: j.turnOff(s)}
			switch e.State {
			case scan.StateClosed:
				c.Result = report.CheckOK
			case scan.StateNonTLS, scan.StateOpen, scan.StateTLS:
				c.Result = report.CheckFailed
			}
			j.add(c)
		}
		if len(all) == 0 {
			j.add(report.PhaseCheck{Name: s + " RC4 port", Result: report.CheckUnknown, Evidence: "no listener of role cae-server-rc4 is listed", Next: "D TCPIP,,N,CONN (" + s + ")"})
		}
		j.server(s, report.RoleCAEServerTLS, true)
		j.server(s, report.RoleCAEWeb, false)
	}
	j.o.System = "" // an agent of any system may be lost
	agents := j.having(report.EndAgentOut)
	j.o.System = asked
	for _, s := range agents {
		j.reachable(s)
		j.connected(s, j.restartAgent(s))
	}
	if len(agents) == 0 {
		j.add(report.PhaseCheck{Name: "agents", Result: report.CheckUnknown, Evidence: "the estate file has none: want listeners of role cae-agent, and query_monitor: agent_params", Next: "D TCPIP,,N,CONN"})
	}
	return "none: RC4 is off; D TCPIP,,N,CONN shows what is connected"
}

// turnOff is the command that closes a server's RC4 port; while something stands in the way of that, what to look at instead.
func (j *judge) turnOff(server string) string {
	for _, o := range j.m.RC4.Obstacles {
		if o.Server == "" || o.Server == server {
			return fmt.Sprintf("D TCPIP,,N,CONN (%s), and leave RC4 on: %s", server, strings.TrimPrefix(o.System+": "+o.What, ": "))
		}
	}
	return restartServer(server) + ", with RC4 turned off"
}

// reachable checks that an agent is there, with TLS.
func (j *judge) reachable(system string) {
	cell := j.m.Cell(system, report.EndAgentIn)
	if cell == nil {
		return
	}
	c := report.PhaseCheck{Name: system + " agent is there", Next: j.restartAgent(system), Evidence: string(cell.State)}
	for _, f := range cell.Facts {
		if f.Kind == report.FactWire {
			c.Evidence = f.Says
		}
	}
	c.Result = map[report.MigrationState]string{report.MigrationTLS: report.CheckOK, report.MigrationUnknown: report.CheckUnknown}[cell.State]
	if c.Result == "" {
		c.Result = report.CheckFailed
	}
	if all := j.endpoints(system, report.RoleCAEAgent); len(all) > 0 {
		c.Endpoint = all[0].ID
	}
	j.add(c)
}

// backout checks that every listener shows what it showed in the baseline.
func (j *judge) backout() string {
	before := map[string]*report.Endpoint{}
	for i := range j.o.Baseline.Endpoints {
		before[j.o.Baseline.Endpoints[i].ID] = &j.o.Baseline.Endpoints[i]
	}
	inScope := func(e *report.Endpoint) bool { return j.o.System == "" || e.System == j.o.System }
	for i := range j.rep.Endpoints {
		e := &j.rep.Endpoints[i]
		if !inScope(e) {
			continue
		}
		c := report.PhaseCheck{Name: e.ID + " is as before", Endpoint: e.ID, Result: report.CheckOK, Evidence: stateWords(*e),
			Next: fmt.Sprintf("F PAGENT,UPDATE with the old policy, and restart with the old parameters (%s)", e.System)}
		if old := before[e.ID]; old == nil {
			c.Worse(report.CheckUnknown, "the baseline does not have it", "")
		} else {
			compare(&c, old, e)
		}
		delete(before, e.ID)
		j.add(c)
	}
	for _, old := range j.o.Baseline.Endpoints {
		if before[old.ID] != nil && inScope(&old) {
			j.add(report.PhaseCheck{Name: old.ID + " is as before", Result: report.CheckUnknown, Evidence: "the baseline has it, and it was not looked at", Next: "check again with the whole system"})
		}
	}
	if len(j.p.Checks) == 0 {
		j.add(report.PhaseCheck{Name: strings.TrimSpace(j.o.System + " listeners"), Result: report.CheckUnknown, Evidence: "there is none to compare", Next: "D TCPIP,,N,CONN"})
	}
	return "none: all is as in the baseline of " + j.o.Baseline.Run.Started.UTC().Format("2006-01-02 15:04 UTC")
}
