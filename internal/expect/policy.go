package expect

import (
	"net/netip"
	"slices"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/kept"
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
	files := contentsOf(s)
	for _, f := range files {
		p.files = append(p.files, f.Path)
	}
	sources, problems := kept.Sources(s.Name, files)
	p.Policy, p.problems = attls.Load(sources), problems
	return p
}

// installs says whether Policy Agent would take the policy in.
func (p *policy) installs() bool {
	return p.listed() || p.Policy.Installs() && !slices.ContainsFunc(p.problems, func(f syntax.Problem) bool { return f.Hard })
}

// policySources are the policy files of the systems that the run looks at, as a report keeps them.
func policySources(systems []*estate.System) (kept.Set, error) {
	var all []kept.System
	for _, s := range systems {
		if len(s.ATTLS) > 0 {
			all = append(all, kept.System{PolicySystem: report.PolicySystem{System: s.Name, ZOSRelease: s.ZOSRelease, Listeners: listenersOf(s)},
				Contents: contentsOf(s)})
		}
	}
	return kept.Keep(all)
}

func contentsOf(s *estate.System) []syntax.Source {
	var out []syntax.Source
	for _, f := range s.ATTLS {
		out = append(out, syntax.Source{Path: f.Name, Data: f.Data})
	}
	return out
}

func listenersOf(s *estate.System) []report.PolicyListener {
	var out []report.PolicyListener
	for _, l := range s.Listeners {
		out = append(out, report.PolicyListener{Name: l.Name, Role: l.Role, Expect: l.Expect, StartTLS: l.StartTLS, Ports: l.Ports, Jobname: l.Jobname})
	}
	return out
}

// LintSystem is what an estate says of a system, as far as policies are judged by it; rings are all of the estate's.
func LintSystem(s *estate.System, rings []*estate.Keyring) *lint.System {
	var all []*certchain.Ring
	for _, k := range rings {
		if k.Ring != nil {
			all = append(all, k.Ring)
		}
	}
	return kept.LintSystem(report.PolicySystem{System: s.Name, Listeners: listenersOf(s)}, all)
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
