package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// protocols compares versions and, in those that both have, suites and their order. The suites of a version that came or went say
// nothing more.
func (c *comparison) protocols(p *pair) {
	for _, v := range cipher.Versions() {
		was, is := p.old.Protocol(v), p.now.Protocol(v)
		c.fact(p, "versions", was.Supported, is.Supported, [2]string{report.VersionAdded, report.VersionGone}, v.String(), "")
		if was.Supported != scan.Yes || is.Supported != scan.Yes {
			continue
		}
		c.suites(p, was, is)
		c.order(p, was, is)
	}
}

func (c *comparison) suites(p *pair, was, is scan.Protocol) {
	var all []scan.CipherSuite
	for _, s := range slices.Concat(was.CipherSuites, is.CipherSuites) {
		if !slices.ContainsFunc(all, func(have scan.CipherSuite) bool { return have.Code == s.Code }) {
			all = append(all, s)
		}
	}
	for _, s := range all {
		c.fact(p, "cipher suites of "+was.Version.String(), accepts(was, p.oldX, s.Code), accepts(is, p.nowX, s.Code),
			[2]string{report.SuiteAdded, report.SuiteGone}, was.Version.String()+"/"+s.Code.String(), s.Name)
	}
}

// accepts says whether a suite is accepted in a version that is supported. A verify proves that nothing is accepted outside what the
// estate allows, and that none of those is that good practice always judges.
func accepts(p scan.Protocol, x *report.Expectation, id cipher.ID) scan.Fact {
	is := func(s scan.CipherSuite) bool { return s.Code == id }
	switch {
	case slices.ContainsFunc(p.CipherSuites, is):
		return scan.Yes
	case slices.ContainsFunc(p.RefusedSuites, is), p.Enumeration == scan.EnumerationFull:
		return scan.No
	case p.Enumeration != scan.EnumerationOutsideRefused:
		return scan.Unknown
	}
	s := cipher.Describe(id)
	if s.In("rc4") || s.In("insecure") || x != nil && len(x.CipherSuites) > 0 && !slices.Contains(x.CipherSuites, id) {
		return scan.No
	}
	return scan.Unknown
}

// order compares whose order counts, and where it is the listener's, that order of the suites that both have.
func (c *comparison) order(p *pair, was, is scan.Protocol) {
	settled := func(p scan.Protocol) bool { return p.Preference == "server" || p.Preference == "client" }
	v := was.Version.String()
	if !c.skipUnless(settled(was), settled(is), p.id, "order of suites") {
		return
	}
	c.differs(report.PreferenceChanged, p.id, v, was.Preference, is.Preference)
	ordered := func(p scan.Protocol) bool { return p.Preference == "server" && p.Enumeration == scan.EnumerationFull }
	if !ordered(was) || !ordered(is) {
		return
	}
	common := func(of, other scan.Protocol) string {
		var names []string
		for _, s := range of.CipherSuites {
			if slices.ContainsFunc(other.CipherSuites, func(o scan.CipherSuite) bool { return o.Code == s.Code }) {
				names = append(names, s.Code.String())
			}
		}
		return strings.Join(names, " ")
	}
	c.differs(report.OrderChanged, p.id, v, common(was, is), common(is, was))
}

// groups compares the groups of each version.
func (c *comparison) groups(p *pair) {
	type key struct {
		v cipher.Version
		g cipher.Group
	}
	was, is, names := map[key]scan.Fact{}, map[key]scan.Fact{}, map[key]string{}
	var keys []key
	note := func(facts []scan.GroupFact, into map[key]scan.Fact) {
		for _, g := range facts {
			k := key{g.Version, g.Code}
			into[k] = g.Supported
			if _, seen := names[k]; !seen {
				keys = append(keys, k)
			}
			names[k] = g.Name
		}
	}
	note(p.old.Groups, was)
	note(p.now.Groups, is)
	for _, k := range keys {
		if p.old.Protocol(k.v).Supported == scan.Yes && p.now.Protocol(k.v).Supported == scan.Yes {
			c.fact(p, "groups of "+k.v.String(), was[k], is[k], [2]string{report.GroupAdded, report.GroupGone}, k.v.String()+"/"+names[k], "")
		}
	}
}

// dh compares finite-field parameters. Which of them shows depends on the suites that were asked for (OpenSSL takes larger ones for
// AES-256), so both reports must have asked for all.
func (c *comparison) dh(p *pair) {
	for _, v := range cipher.Versions() {
		was, is := parameters(p.old, v), parameters(p.now, v)
		if len(was) == 0 || len(is) == 0 {
			continue
		}
		full := func(e *report.Endpoint) bool { return e.Protocol(v).Enumeration == scan.EnumerationFull }
		if slices.Equal(was, is) || c.skipUnless(full(p.old), full(p.now), p.id, "finite-field parameters of "+v.String()) {
			c.differs(report.DHChanged, p.id, v.String(), strings.Join(was, "; "), strings.Join(is, "; "))
		}
	}
}

func parameters(e *report.Endpoint, v cipher.Version) []string {
	var out []string
	for _, d := range e.DH {
		if d.Version == v {
			out = append(out, fmt.Sprintf("%d bits, prime %s", d.Bits, short(d.Prime)))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// short is the beginning of a hash, enough to tell two apart.
func short(sum string) string { return sum[:min(16, len(sum))] }
