package assess

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
)

// accepted is the suites of one version that a rule picked.
type accepted struct {
	version cipher.Version
	suites  []scan.CipherSuite
}

// pick returns, version by version, the accepted suites that a predicate holds for.
func (c *Case) pick(versions []cipher.Version, holds func(cipher.ID) bool) []accepted {
	var out []accepted
	for _, v := range versions {
		a := accepted{version: v}
		for _, s := range c.Endpoint.Protocol(v).CipherSuites {
			if holds(s.Code) {
				a.suites = append(a.suites, s)
			}
		}
		if len(a.suites) > 0 {
			out = append(out, a)
		}
	}
	return out
}

// supported returns every version that the listener has, expected or not: good practice is judged in all of them.
func (c *Case) supported() []cipher.Version { return c.versionsThat(scan.Yes, cipher.Versions()) }

// suiteWords is "TLSv1.2: C011 TLS_ECDHE_RSA_WITH_RC4_128_SHA, ...; TLSv1.1: ...".
func suiteWords(picked []accepted) string {
	var out []string
	for _, a := range picked {
		var names []string
		for _, s := range a.suites {
			names = append(names, suiteName(s.Code))
		}
		out = append(out, a.version.String()+": "+list(names))
	}
	return strings.Join(out, "; ")
}

func (c *Case) suiteEvidence(picked []accepted) []string {
	var versions []cipher.Version
	for _, a := range picked {
		versions = append(versions, a.version)
	}
	return c.evidenceOf(versions...)
}

func suiteName(id cipher.ID) string {
	s := cipher.Describe(id)
	if !s.Known {
		return s.Name
	}
	return id.String() + " " + s.Name
}

func suiteNames(ids []cipher.ID) string {
	var out []string
	for _, id := range ids {
		out = append(out, suiteName(id))
	}
	return list(out)
}

func isRC4(id cipher.ID) bool { return cipher.Describe(id).In("rc4") }

func isInsecure(id cipher.ID) bool { return cipher.Describe(id).In("insecure") }

// certificateLess says whether a suite works without a certificate of the server.
func certificateLess(id cipher.ID) bool {
	switch cipher.Describe(id).Authentication {
	case "anon", "PSK", "SRP", "KRB5", "NULL":
		return true
	}
	return false
}

// more warns that the list in a finding is not complete.
func (c *Case) more(picked []accepted) string {
	for _, a := range picked {
		switch c.Endpoint.Protocol(a.version).Enumeration {
		case scan.EnumerationPartial, scan.EnumerationNone, "":
			return "not every suite was asked: there may be more"
		}
	}
	return ""
}

// enumerated says whether all suites of a version outside a set were asked, so that none of them goes unseen.
func (c *Case) enumerated(v cipher.Version) bool {
	e := c.Endpoint.Protocol(v).Enumeration
	return e == scan.EnumerationFull || e == scan.EnumerationOutsideRefused
}

// accepts says whether a suite is accepted in a version. What was not seen to be accepted is only known to be refused when
// the version's suites were enumerated in full, or when the suite was asked on its own and refused.
func (c *Case) accepts(v cipher.Version, id cipher.ID) scan.Fact {
	p := c.Endpoint.Protocol(v)
	is := func(s scan.CipherSuite) bool { return s.Code == id }
	switch {
	case p.Supported == scan.No:
		return scan.No
	case slices.ContainsFunc(p.CipherSuites, is):
		return scan.Yes
	case p.Supported == scan.Yes && p.Enumeration == scan.EnumerationFull, slices.ContainsFunc(p.RefusedSuites, is):
		return scan.No
	}
	return scan.Unknown
}
