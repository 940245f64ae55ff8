package phase

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

// agent checks one system: its policy, its agent, and that the two meet.
func (j *judge) agent(system string) string {
	restart := j.restartAgent(system)
	j.policy(system)
	j.installed(system)
	for _, role := range []string{report.RoleCAEAgent, report.RoleCAEISPF} {
		all := j.endpoints(system, role)
		for _, e := range all {
			if c := j.m.Cell(system, report.EndISPF); role == report.RoleCAEISPF && c != nil && c.MayStay {
				continue
			}
			j.speaks(e, restart)
		}
		if role == report.RoleCAEAgent && len(all) == 0 {
			j.add(report.PhaseCheck{Name: system + " agent's ports", Result: report.CheckUnknown, Evidence: "no listener of role cae-agent is listed", Next: "D TCPIP,,N,CONN (" + system + ")"})
		}
	}
	j.obstacles(system, "agent parameters", report.AboutParameters, report.FactParameters, restart+", after CQMCPRMS is corrected")
	j.obstacles(system, "key ring 2", report.AboutRing, "", "RACDCERT ID(<owner>) CONNECT(CERTAUTH LABEL('<root of the server>') RING(<ring 2>) USAGE(CERTAUTH)), "+
		"then SETROPTS RACLIST(DIGTCERT DIGTRING) REFRESH and F PAGENT,UPDATE with a new EnvironmentUserInstance ("+system+")")
	j.connected(system, restart)
	return "F PAGENT,UPDATE on the system of the next agent; after the last one P CQMCAESV, then S CQMCAESV with RC4 turned off"
}

// restartAgent is how an agent takes in new parameters. Its job is named where the estate file names it.
func (j *judge) restartAgent(system string) string {
	job := "<started task of the agent>"
	for _, x := range j.rep.Expectations {
		if x.System == system && x.Role == report.RoleCAEAgent && x.Jobname != "" && !strings.ContainsAny(x.Jobname, "*%") {
			job = x.Jobname
		}
	}
	return fmt.Sprintf("P %s, then S %s (%s)", job, job, system)
}

// policy checks that AT-TLS rules take the agent's connections, to its ports and to the server.
func (j *judge) policy(system string) {
	c := report.PhaseCheck{Name: system + " AT-TLS rules", Result: report.CheckOK, Next: "F PAGENT,UPDATE (" + system + ")"}
	for _, end := range []string{report.EndAgentIn, report.EndAgentOut} {
		found := false
		if cell := j.m.Cell(system, end); cell != nil {
			for _, f := range cell.Facts {
				if f.Kind != report.FactPolicy {
					continue
				}
				found = true
				c.Worse(map[report.MigrationState]string{report.MigrationTLS: report.CheckOK, report.MigrationRC4: report.CheckFailed}[f.State], f.Says, f.From)
			}
		}
		if !found && end == report.EndAgentIn {
			c.Worse("", "no AT-TLS policy of "+system+" was given, neither policy files nor output of pasearch", "")
		}
	}
	j.add(c)
}

// installed checks what pasearch shows, where it was given.
func (j *judge) installed(system string) {
	for _, in := range j.rep.Installed {
		if in.System != system {
			continue
		}
		c := report.PhaseCheck{Name: system + " policy is installed", Result: report.CheckOK, From: in.File, Next: "F PAGENT,UPDATE (" + system + "), then pasearch -t",
			Evidence: "pasearch shows " + text.Count(in.Rules, "rule")}
		if !in.Used {
			c.Result, c.Evidence = report.CheckUnknown, "the listing does not show one stack's AT-TLS policy"
		}
		of := "AT-TLS on " + system
		if found := j.findings(func(f report.Finding) bool {
			return ofInstalled(f.ID) && (strings.HasPrefix(f.Detail, of+",") || strings.HasPrefix(f.Detail, of+":"))
		}); len(found) > 0 {
			j.sound(c, found)
			continue
		}
		j.add(c)
	}
}

// obstacles checks what stands in the way of RC4's end, as far as it is this system's.
func (j *judge) obstacles(system, name, about, fact, next string) {
	c := report.PhaseCheck{Name: system + " " + name, Result: report.CheckOK, Next: next}
	for _, o := range j.m.RC4.Obstacles {
		if o.System == system && o.About == about {
			c.Worse(map[scan.Fact]string{scan.No: report.CheckFailed}[o.Answer], o.What, o.From)
		}
	}
	if c.Result != report.CheckOK {
		j.add(c)
		return
	}
	c.Evidence = "trusts every CAE server"
	for _, end := range []string{report.EndAgentOut, report.EndAgentIn} {
		if cell := j.m.Cell(system, end); cell != nil && fact != "" {
			for _, f := range cell.Facts {
				if f.Kind == fact {
					c.Worse(report.CheckOK, f.Says, f.From)
				}
			}
		}
	}
	c.Evidence = strings.TrimPrefix(c.Evidence, "trusts every CAE server; ")
	j.add(c)
}

// connected checks where the agent is connected.
func (j *judge) connected(system, next string) {
	c := report.PhaseCheck{Name: system + " agent is connected with TLS", Result: report.CheckOK, Next: "D TCPIP,,N,CONN (" + system + ")"}
	cell := j.m.Cell(system, report.EndAgentOut)
	shown := false
	if cell != nil {
		for _, f := range cell.Facts {
			if f.Kind == report.FactNetstat {
				shown = true
				c.Worse(map[report.MigrationState]string{report.MigrationTLS: report.CheckOK, report.MigrationRC4: report.CheckFailed}[f.State], f.Says, f.From)
			}
		}
	}
	if !shown {
		c.Worse("", "no NETSTAT listing no older than an hour shows the agent at the CAE server", "")
	}
	if c.Result == report.CheckFailed {
		c.Next = next
	}
	j.add(c)
}
