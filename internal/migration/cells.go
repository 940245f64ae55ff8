package migration

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// cell gathers the facts of one end; nil when the system has no such end.
func (v *view) cell(system, end string) *report.MigrationCell {
	c := &report.MigrationCell{Facts: []report.MigrationFact{}}
	switch end {
	case report.EndWeb:
		if len(v.ports(system, report.RoleCAEWeb)) == 0 {
			return nil
		}
		v.listeners(c, system, report.RoleCAEWeb)
	case report.EndServer:
		if !v.isServer(system) {
			return nil
		}
		v.serverParameters(c, system)
		v.listeners(c, system, report.RoleCAEServerTLS, report.RoleCAEServerRC4)
	case report.EndAgentOut:
		if !v.isAgent(system) {
			return nil
		}
		v.agentOut(c, system)
	case report.EndAgentIn:
		if len(v.ports(system, report.RoleCAEAgent)) == 0 {
			return nil
		}
		v.agentEnd(c, system, report.RoleCAEAgent)
	case report.EndISPF:
		if len(v.ports(system, report.RoleCAEISPF)) == 0 {
			return nil
		}
		v.agentEnd(c, system, report.RoleCAEISPF)
		for _, e := range v.endpoints(system, report.RoleCAEISPF) {
			c.MayStay = mayStay(v.expect[e.ID])
		}
	}
	return c
}

func add(c *report.MigrationCell, kind string, state report.MigrationState, says, from string) {
	c.Facts = append(c.Facts, report.MigrationFact{Kind: kind, State: state, Says: says, From: from})
}

// agentEnd is an end where the agent listens.
func (v *view) agentEnd(c *report.MigrationCell, system, role string) {
	if a := v.agent(system); a != nil {
		state, says := report.MigrationRC4, "ATTLS_ENABLED is not set"
		if a.ATTLS != nil {
			says = fmt.Sprintf("ATTLS_ENABLED(%.20s)", a.ATTLS.Value)
		}
		if isOn(a.ATTLS) {
			state = report.MigrationTLS
		}
		add(c, report.FactParameters, state, says, placeOf(a.ATTLS, a.File))
	}
	for _, e := range v.endpoints(system, role) {
		v.policy(c, v.expect[e.ID])
	}
	v.listeners(c, system, role)
	v.served(c, system, role)
}

// policy is what the AT-TLS policy says of a listener's real peers, or of the vantage where no peer is known.
func (v *view) policy(c *report.MigrationCell, x *report.Expectation) {
	if x == nil || x.Policy == nil {
		return
	}
	p := x.Policy
	if !p.Installs {
		add(c, report.FactPolicy, report.MigrationUnknown, "Policy Agent would install nothing of it", strings.Join(p.Files, ", "))
		return
	}
	matches := p.From(report.FromPeer)
	if len(matches) == 0 {
		matches = p.From(report.FromVantage)
	}
	for _, m := range matches {
		addMatch(c, m, "connections from "+m.Address, p.Files)
	}
}

// addMatch adds what a policy does with a connection: without AT-TLS it is the product's own RC4, or clear text.
func addMatch(c *report.MigrationCell, m report.PolicyMatch, what string, files []string) {
	state, says := report.MigrationUnknown, "no rule takes "+what
	if m.Rule != "" {
		says = fmt.Sprintf("rule %s takes %s", m.Rule, what)
	}
	switch m.ClearText {
	case scan.Yes:
		state, says = report.MigrationRC4, says+": no AT-TLS"
	case scan.No:
		state = report.MigrationTLS
	}
	from := place(m.Location)
	if from == "" {
		from = strings.Join(files, ", ")
	}
	add(c, report.FactPolicy, state, says, from)
}

// listeners adds what the estate file says of listeners and what the wire showed, each as one fact of all of them and the ports in words.
func (v *view) listeners(c *report.MigrationCell, system string, roles ...string) {
	var declared, seen []report.MigrationState
	var saying, showing, from []string
	source := ""
	for _, role := range roles {
		for _, e := range v.endpoints(system, role) {
			if x := v.expect[e.ID]; x != nil {
				declared = append(declared, v.declared(x))
				saying = append(saying, strings.TrimSpace(fmt.Sprintf("%d %s %s", e.Target.Port, x.Expect, until(x))))
				if source == "" {
					source = v.source(e.ID, "expect")
				}
			}
			state, words := v.wire(e)
			seen = append(seen, state)
			showing, from = append(showing, fmt.Sprintf("%d %s", e.Target.Port, words)), append(from, e.ID)
		}
		listed := v.endpoints(system, role)
		for _, port := range v.ports(system, role) {
			if !slices.ContainsFunc(listed, func(e *report.Endpoint) bool { return e.Target.Port == port }) {
				seen = append(seen, report.MigrationUnknown)
				showing = append(showing, fmt.Sprintf("%d is not in the estate file, so it was not looked at", port))
			}
		}
	}
	if len(declared) > 0 {
		add(c, report.FactEstate, together(declared), strings.Join(saying, "; "), source)
	}
	if len(seen) > 0 {
		add(c, report.FactWire, together(seen), strings.Join(showing, "; "), strings.Join(from, ", "))
	}
}

// declared is what the estate file lets a listener be on the day of the report.
func (v *view) declared(x *report.Expectation) report.MigrationState {
	dated := x.RetireBy != "" && v.rep.Run.JudgedAt.UTC().Format(time.DateOnly) <= x.RetireBy
	switch {
	case x.Expect == report.ExpectLegacyRC4, x.Expect == report.ExpectClosed && x.Role == report.RoleCAEServerRC4 && dated:
		return report.MigrationRC4
	case x.Expect == report.ExpectTLS:
		return report.MigrationTLS
	case x.Expect == report.ExpectClosed:
		return report.MigrationClosed
	}
	return report.MigrationUnknown
}

func until(x *report.Expectation) string {
	if x.RetireBy == "" {
		return ""
	}
	return "(RC4 until " + x.RetireBy + ")"
}
