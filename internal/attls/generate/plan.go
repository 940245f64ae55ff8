package generate

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/report"
)

// Options is what an estate file does not say, or says otherwise.
type Options struct {
	Release    attls.Release
	AgentJob   string // Jobname of the agent: a name, or its beginning and *
	ScannerJob string // of a scanner on the system; empty: there is none

	// Key rings as OWNER/RING: Ring where the others say nothing.
	Ring, RingInbound, RingServer, RingISPF string

	Label string // of the agent's certificate
}

// plan is what the policy is made from.
type plan struct {
	estate, system string
	release        attls.Release
	agent, ispf    []*estate.Listener // those that speak TLS
	rc4            []*estate.Listener // those that stay as they are
	servers        []*estate.Listener

	job, scanner              string
	ringIn, ringOut, ringISPF string
	label, clientAuth         string
	in, out                   terms
}

// terms are what a side of a connection may negotiate.
type terms struct {
	versions []cipher.Version
	suites   []cipher.ID
}

// newPlan gathers what is known. The error names all that is missing, and where it would be said.
func newPlan(e *estate.Estate, s *estate.System, o Options) (plan, error) {
	p := plan{estate: e.Name, system: s.Name, release: o.Release}
	for _, l := range s.Listeners {
		agent := l.Role == report.RoleCAEAgent || l.Role == report.RoleCAEISPF
		switch {
		case agent && l.Expect != report.ExpectTLS && l.Expect != report.ExpectAny:
			p.rc4 = append(p.rc4, l)
		case l.Role == report.RoleCAEAgent:
			p.agent = append(p.agent, l)
		case l.Role == report.RoleCAEISPF:
			p.ispf = append(p.ispf, l)
		}
	}
	for _, other := range e.Systems {
		for _, l := range other.Listeners {
			if l.Role == report.RoleCAEServerTLS && l.Expect == report.ExpectTLS {
				p.servers = append(p.servers, l)
			}
		}
	}
	if len(p.agent)+len(p.ispf) == 0 {
		return p, fmt.Errorf("system %s has no listener of role %s or %s that speaks TLS, so it needs no rule: the CAE server, a Java program, does "+
			"TLS itself", s.Name, report.RoleCAEAgent, report.RoleCAEISPF)
	}
	var f faults
	if len(p.servers) == 0 {
		f.add("the estate has no listener of role %s that speaks TLS: want the port of the CAE server that the agent connects to", report.RoleCAEServerTLS)
	}
	p.jobs(s, o, &f)
	p.rings(e, s, o, &f)
	p.terms(&f)
	p.label = cmp.Or(o.Label, same(&f, p.own(), "label", func(l *estate.Listener) string { return l.Label }))
	switch {
	case p.label == "":
		f.add("the label of the agent's certificate is not known: want label in listener %s, or --label", p.names())
	case strings.HasPrefix(p.label, "#") || strings.Contains(p.label, " #"):
		f.add("label %q: a policy takes what follows the # for a comment; want a label without it", p.label)
	}
	p.clientAuth = same(&f, p.own(), "client_auth", func(l *estate.Listener) string { return l.ClientAuth })
	return p, errors.Join(f...)
}

// own are the listeners that one inbound rule serves.
func (p *plan) own() []*estate.Listener { return slices.Concat(p.agent, p.ispf) }

// names is "SYSA/agent, SYSA/ispf".
func (p *plan) names() string { return listenerNames(p.own()) }

func listenerNames(all []*estate.Listener) string {
	var out []string
	for _, l := range all {
		out = append(out, l.System.Name+"/"+l.Name)
	}
	return strings.Join(out, ", ")
}

// faults are all that is missing.
type faults []error

func (f *faults) add(format string, arguments ...any) {
	*f = append(*f, fmt.Errorf(format, arguments...))
}

// same is what the listeners that say it say of a key; they must agree.
func same(f *faults, all []*estate.Listener, key string, of func(*estate.Listener) string) string {
	said := ""
	for _, l := range all {
		value := of(l)
		if said != "" && value != "" && value != said {
			f.add("%s of %s differ (%s, %s): one rule serves them; want the same, or rules of your own", key, listenerNames(all), said, value)
			return said
		}
		said = cmp.Or(said, value)
	}
	return said
}

// terms are what the estate says, else TLS 1.2 and 1.3 with the forward-secret GCM suites that System SSL has.
func (p *plan) terms(f *faults) {
	p.in, p.out = p.termsOf(f, p.own()), p.termsOf(f, p.servers)
}

func (p *plan) termsOf(f *faults, all []*estate.Listener) terms {
	var t terms
	same(f, all, "versions", func(l *estate.Listener) string { return fmt.Sprint(l.Versions) })
	same(f, all, "cipher_suites", func(l *estate.Listener) string { return fmt.Sprint(l.CipherSuites) })
	for _, l := range all {
		if t.versions == nil {
			t.versions = l.Versions
		}
		if t.suites == nil {
			t.suites = l.CipherSuites
		}
	}
	if t.versions == nil {
		t.versions = []cipher.Version{cipher.TLSv12, cipher.TLSv13}
		if !p.knows(protocol(cipher.TLSv13)) {
			t.versions = t.versions[:1]
		}
	}
	if t.suites == nil {
		t.suites = []cipher.ID{0x1302, 0x1301, 0xC030, 0xC02F, 0xC02C, 0xC02B}
	}
	usable := func(id cipher.ID, v cipher.Version) bool {
		s := cipher.Describe(id)
		return s.SystemSSL && s.Usable(v)
	}
	t.suites = slices.DeleteFunc(slices.Clone(t.suites), func(id cipher.ID) bool {
		return !slices.ContainsFunc(t.versions, func(v cipher.Version) bool { return usable(id, v) })
	})
	for _, v := range t.versions {
		if v == cipher.SSLv2 || !p.knows(protocol(v)) {
			f.add("versions of %s: %s cannot be written for z/OS %s", listenerNames(all), v, p.release)
		} else if !slices.ContainsFunc(t.suites, func(id cipher.ID) bool { return usable(id, v) }) {
			f.add("cipher_suites of %s: System SSL has none of them for %s", listenerNames(all), v)
		}
	}
	return t
}

// knows says whether the release takes a parameter of an environment action.
func (p *plan) knows(keyword string) bool {
	parameter, ok := syntax.Lookup("TTLSEnvironmentAdvancedParms", keyword)
	return ok && parameter.KnownIn(string(p.release), "")
}

// protocol is a version as a policy names it.
func protocol(v cipher.Version) string {
	if v == cipher.TLSv10 {
		return "TLSv1"
	}
	return v.String()
}

// addresses are those of the servers; not complete when one is known by its name only.
func (p *plan) addresses() (all []netip.Addr, complete bool) {
	complete = true
	for _, l := range p.servers {
		found := l.Addresses
		if a, err := netip.ParseAddr(l.Host); err == nil && len(found) == 0 {
			found = []netip.Addr{a.Unmap()}
		}
		complete = complete && len(found) > 0
		all = append(all, found...)
	}
	slices.SortFunc(all, netip.Addr.Compare)
	return slices.Compact(all), complete
}

// portsOf are the ports of listeners, each once.
func portsOf(all []*estate.Listener) []uint16 {
	var out []uint16
	for _, l := range all {
		out = append(out, l.Ports...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
