package migration

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// verdict says whether RC4 may be turned off. Yes is what is left when nothing stands in the way and nothing is missing.
func (v *view) verdict(m *report.Migration) report.RC4Verdict {
	out := report.RC4Verdict{Servers: []report.RC4Server{}, Obstacles: []report.Obstacle{}}
	out.Obstacles = append(out.Obstacles, v.ofRun()...)
	for _, system := range v.agents() {
		out.Obstacles = append(out.Obstacles, v.ofAgent(system)...)
		for _, end := range []string{report.EndAgentIn, report.EndISPF} {
			if c := m.Cell(system, end); c != nil {
				out.Obstacles = append(out.Obstacles, ofCell(system, c)...)
			}
		}
	}
	for _, server := range v.servers() {
		for _, system := range v.agents() {
			out.Obstacles = append(out.Obstacles, v.ofRing(server, system)...)
		}
		out.Obstacles = append(out.Obstacles, v.ofNetstat(m, server)...)
	}
	slices.SortStableFunc(out.Obstacles, func(a, b report.Obstacle) int { return int(b.Answer) - int(a.Answer) }) // no before unknown
	for _, server := range v.servers() {
		out.Servers = append(out.Servers, report.RC4Server{System: server, Ports: v.ports(server, report.RoleCAEServerRC4),
			MayTurnOff: answer(out.Obstacles, server)})
	}
	out.MayTurnOff = answer(out.Obstacles, "")
	return out
}

// answer is the worst of the obstacles that concern a server; of all for an empty one.
func answer(all []report.Obstacle, server string) scan.Fact {
	out := scan.Yes
	for _, o := range all {
		switch {
		case server != "" && o.Server != "" && o.Server != server:
		case o.Answer == scan.No:
			return scan.No
		default:
			out = scan.Unknown
		}
	}
	return out
}

// ofRun is what the run itself leaves open.
func (v *view) ofRun() []report.Obstacle {
	var out []report.Obstacle
	missing := func(what string) {
		out = append(out, report.Obstacle{About: report.AboutRun, What: what})
	}
	if !v.rep.Run.Complete {
		missing("the run was cut short")
	}
	if s := v.rep.Run.Scope; s.Selected < s.Declared {
		missing(fmt.Sprintf("the run looked at %d of %d listeners: an agent may be among the rest", s.Selected, s.Declared))
	}
	if len(v.servers()) == 0 {
		missing("the estate file has no CAE server: want listeners of role cae-server-tls and cae-server-rc4")
	}
	if len(v.agents()) == 0 {
		missing("the estate file has no agent: want listeners of role cae-agent, and query_monitor: agent_params")
	}
	return out
}

// ofCell is an agent's listener that is still RC4, and may not stay so.
func ofCell(system string, c *report.MigrationCell) []report.Obstacle {
	if c.MayStay || c.State != report.MigrationRC4 && c.State != report.MigrationBoth {
		return nil
	}
	for _, f := range c.Facts {
		if (f.Kind == report.FactWire || f.Kind == report.FactNetstat) && (f.State == report.MigrationRC4 || f.State == report.MigrationBoth) {
			return []report.Obstacle{{Answer: scan.No, About: report.AboutListener, System: system,
				What: "the agent still takes RC4: " + f.Says, From: f.From}}
		}
	}
	return nil
}

// ofRing says whether an agent's ring 2 trusts what a server presents on its TLS ports.
func (v *view) ofRing(server, system string) []report.Obstacle {
	var out []report.Obstacle
	found := func(answer scan.Fact, what, from string) {
		out = append(out, report.Obstacle{Answer: answer, About: report.AboutRing, Server: server, System: system, What: what, From: from})
	}
	listeners := v.endpoints(server, report.RoleCAEServerTLS)
	if len(listeners) == 0 {
		found(scan.Unknown, "no listener of role cae-server-tls is listed for "+server, "")
	}
	for _, e := range listeners {
		x, from := v.expect[e.ID], v.source(e.ID, "trusted_by")
		if e.State == scan.StateNonTLS {
			found(scan.No, e.ID+" does not speak TLS", e.ID)
			continue
		}
		rings := ringsOf(x, system)
		if len(rings) == 0 {
			found(scan.Unknown, fmt.Sprintf("trusted_by of %s names no ring of %s: want RING@%s, the agent's ring 2", e.ID, system, system), from)
		}
		for _, ring := range rings {
			verdicts := slices.DeleteFunc(slices.Clone(e.Chains), func(c report.ChainVerdict) bool { return c.Keyring != ring })
			if len(verdicts) == 0 {
				found(scan.Unknown, fmt.Sprintf("whether ring %s trusts %s is not known: its certificate was not seen (%s)", ring, e.ID, e.State), from)
			}
			for _, c := range verdicts {
				switch c.Trusted.String() {
				case "no":
					found(scan.No, fmt.Sprintf("ring %s does not trust %s: %s", ring, e.ID, c.Reason), from)
				case "unknown":
					found(scan.Unknown, fmt.Sprintf("whether ring %s trusts %s is not known: %s", ring, e.ID, c.Reason), from)
				}
			}
		}
	}
	return out
}

// ringsOf are the rings that must trust a listener and are the system's, or shared by all.
func ringsOf(x *report.Expectation, system string) []string {
	if x == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(x.TrustedBy), func(ring string) bool {
		_, of, owned := strings.Cut(ring, "@")
		return owned && of != system
	})
}
