package expect

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/lint"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/report"
)

// policy is the AT-TLS policy of one system, with what its rules are matched by: what pasearch shows of it where that is at hand, else
// what its files say.
type policy struct {
	*attls.Policy // nil: neither says anything
	rules         interface {
		Coverage([]attls.Connection) []attls.Covered
	}
	system    *estate.System
	release   attls.Release
	files     []string         // that Policy is of
	source    *attls.Policy    // what the policy files say; nil without any
	problems  []syntax.Problem // of the files that lead to it
	installed *report.Installed
}

// policies reads the policy of each system that has one.
func (c *compiler) policies() map[*estate.System]*policy {
	out := map[*estate.System]*policy{}
	for _, s := range c.estate.Systems {
		p := &policy{system: s}
		if len(s.ATTLS) > 0 {
			p = readPolicy(s)
			p.rules, p.source = p.Policy, p.Policy
		}
		if s.PASearch != nil {
			p.install()
		}
		if len(s.ATTLS) > 0 || s.PASearch != nil {
			out[s] = p
		}
	}
	return out
}

// counts says whether a policy is there, and in force as far as that is known.
func (p *policy) counts() bool { return p != nil && p.Policy != nil && p.installs() }

// listed says whether the policy is what pasearch shows.
func (p *policy) listed() bool { return p.installed != nil && p.installed.Used }

// readPolicy reads a system's files in the order of the estate file. A main file of Policy Agent among them leads to the others.
func readPolicy(s *estate.System) *policy {
	p := &policy{system: s, release: attls.Release(s.ZOSRelease)}
	var files []syntax.Source
	for _, f := range s.ATTLS {
		p.files = append(p.files, f.Name)
		files = append(files, syntax.Source{Path: f.Name, Data: f.Data})
	}
	sources, problems := syntax.FollowAll(files, func(_, name string) (syntax.Source, error) {
		return syntax.Source{}, fmt.Errorf("%s is not among the attls files of system %s", name, s.Name)
	})
	p.Policy, p.problems = attls.Load(sources), problems
	return p
}

// installs says whether Policy Agent would take the policy in.
func (p *policy) installs() bool {
	return p.listed() || p.Policy.Installs() && !slices.ContainsFunc(p.problems, func(f syntax.Problem) bool { return f.Hard })
}

// policyFindings are the faults of the policy files of the systems that the run looks at.
func policyFindings(policies map[*estate.System]*policy, systems []*estate.System, rings []*estate.Keyring) []report.Finding {
	type fault struct {
		id, detail string
		at         report.Location
	}
	var out []report.Finding
	at, of := map[fault]int{}, map[int][]string{}
	for _, s := range systems {
		p := policies[s]
		if p == nil || p.source == nil {
			continue
		}
		for _, f := range lint.Run(&lint.Input{Policy: p.source, Problems: p.problems, Release: attls.Release(s.ZOSRelease), System: LintSystem(s, rings)}) {
			key := fault{f.ID, f.Detail, *f.Location}
			i, known := at[key]
			if !known {
				i = len(out)
				at[key], out = i, append(out, f)
			}
			of[i] = append(of[i], s.Name)
		}
	}
	for i, names := range of {
		if len(names) > 1 {
			out[i].Detail += "; it is the policy of " + strings.Join(names, ", ")
		}
	}
	return out
}

// LintSystem is what an estate says of a system, as far as policies are judged by it; rings are all of the estate's.
func LintSystem(s *estate.System, rings []*estate.Keyring) *lint.System {
	out := &lint.System{Name: s.Name}
	for _, l := range s.Listeners {
		out.Listeners = append(out.Listeners, lint.Listener{Name: l.Name, Role: l.Role, Expect: l.Expect, StartTLS: l.StartTLS, Ports: l.Ports,
			Job: l.Jobname})
	}
	for _, k := range rings {
		if k.Ring == nil || k.Ring.Listing == nil || !k.Ring.Listing.Whole || k.System != "" && k.System != s.Name {
			continue
		}
		owner, name, _ := strings.Cut(k.Ring.Listing.Ring, "/")
		ring := lint.Ring{Owner: owner, Name: name}
		for _, e := range k.Ring.PersonalEntries() {
			if e.OnRing != certchain.Yes { // it may be one of those that the listing has and no file proves: they are counted below
				continue
			}
			ring.Labels = append(ring.Labels, e.Label)
			ring.Default = ring.Default || e.Default == certchain.Yes
		}
		for _, l := range k.Ring.UnprovenPersonal() {
			ring.Labels = append(ring.Labels, l.Label)
			ring.Default = ring.Default || l.Default == certchain.Yes
		}
		ring.Personal = len(ring.Labels)
		out.Rings = append(out.Rings, ring)
	}
	return out
}

// serversOwn says whether the CAE server itself, a Java program, does the listener's TLS: AT-TLS is to leave it alone.
func serversOwn(l *estate.Listener) bool {
	return l.Role == report.RoleCAEWeb || l.Role == report.RoleCAEServerTLS || l.Role == report.RoleCAEServerRC4
}

// peersOf are the real clients of a listener: those that the estate file names; for an agent's ports the hosts of the CAE servers, and
// for the ISPF port the system itself.
func (c *compiler) peersOf(l *estate.Listener) []netip.Addr {
	switch {
	case len(l.Peers) > 0:
		return l.Peers
	case l.Role == report.RoleCAEISPF:
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}
	case l.Role != report.RoleCAEAgent:
		return nil
	}
	var out []netip.Addr
	for _, s := range c.estate.Systems {
		if i := slices.IndexFunc(s.Listeners, serversOwn); i >= 0 {
			out = append(out, c.addresses(s.Listeners[i]).addresses...)
		}
	}
	slices.SortFunc(out, netip.Addr.Compare)
	return slices.Compact(out)
}
