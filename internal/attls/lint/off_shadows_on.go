package lint

import (
	"fmt"
	"slices"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// offShadowsOn finds rules that turn TLS off for connections that a rule below is to protect.
func offShadowsOn() Rule {
	return Rule{
		ID: "ATTLS-OFF-SHADOWS-ON", Severity: report.High,
		Title: "A rule with TTLSEnabled Off takes the connections of one with TTLSEnabled On",
		Why:   "They are in clear text, and nothing fails: the rule that should protect them is in the policy, but is not asked.",
		Remediation: "Narrow the rule with TTLSEnabled Off by Jobname or address, or give it the lower Priority. A hole that is meant is accepted " +
			"with # portseal:ignore ATTLS-OFF-SHADOWS-ON reason.",
		References: []string{ordering, reference("TTLSGroupAction")},
		Check: func(in *Input) []report.Finding {
			var out []report.Finding
			never := map[*attls.Rule]bool{}
			for _, s := range in.neverMatched() {
				never[s.Rule] = true
				if in.cleared(s) {
					out = append(out, found(s.Rule.At, "no connection gets the TLS of rule "+s.Rule.Name+": "+s.Why+", and TTLSEnabled is Off there"))
				}
			}
			holes := map[*attls.Rule]int{}
			for o := range in.Policy.Overlaps() {
				if never[o.Second] || holes[o.Second] == maxNames || !in.clearsPorts(o) {
					continue
				}
				holes[o.Second]++
				f := found(o.First.At, fmt.Sprintf("TTLSEnabled is Off for rule %s (%s), which is asked before rule %s (%s) and so leaves ports of it in clear text",
					o.First.Name, portsOf(o.First), o.Second.Name, line(o.Second.At, o.First.At)))
				f.Severity = report.Medium
				if o.OfFirst == attls.ShareAll { // an exception, if it is meant
					f.Severity = report.Low
				}
				out = append(out, f)
			}
			return out
		},
	}
}

// portsOf is "LocalPortRange 5610".
func portsOf(r *attls.Rule) string {
	if r.LocalPorts.Any() {
		return "RemotePortRange " + r.RemotePorts.String()
	}
	return "LocalPortRange " + r.LocalPorts.String()
}

// cleared says whether a rule with TLS is shadowed by rules of which one at least is without.
func (in *Input) cleared(s attls.Shadowed) bool {
	return in.turned(s.Rule, true) && slices.ContainsFunc(s.By, func(r *attls.Rule) bool { return in.turned(r, false) })
}

// clearsPorts says whether a rule without TLS has a higher priority than one with it, and takes all connections of ports that
// the other names. An exception for a job, an address, or a port of a rule for a whole job is the usual form of a hole that is meant.
func (in *Input) clearsPorts(o attls.Overlap) bool {
	named := func(off, on attls.PortSet) bool { return off.Any() || !on.Any() }
	return o.First.Priority > o.Second.Priority && o.OfSecond == attls.SharePorts && in.turned(o.First, false) && in.turned(o.Second, true) &&
		named(o.First.LocalPorts, o.Second.LocalPorts) && named(o.First.RemotePorts, o.Second.RemotePorts) && !in.exempts(o.First)
}

// exempts says whether an estate has a reason for a rule without TLS: at all of its local ports the program does TLS itself, or
// none is wanted.
func (in *Input) exempts(off *attls.Rule) bool {
	if in.System == nil || off.LocalPorts.Any() || off.LocalPorts.Unread {
		return false
	}
	native := []string{report.RoleCAEWeb, report.RoleCAEServerTLS, report.RoleCAEServerRC4}
	exempt := map[uint16]bool{}
	for _, l := range in.System.Listeners {
		for _, port := range l.Ports {
			before, seen := exempt[port]
			exempt[port] = (before || !seen) && (l.Expect == report.ExpectPlaintext || slices.Contains(native, l.Role))
		}
	}
	for _, r := range off.LocalPorts.Ranges {
		for port := int(r.From); port <= int(r.To); port++ {
			if !exempt[uint16(port)] {
				return false
			}
		}
	}
	return true
}
