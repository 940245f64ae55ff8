package assess

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
)

const (
	sslv3  = cipher.SSLv3
	tlsv10 = cipher.TLSv10
)

func in(class cipher.Class) func(cipher.ID) bool {
	return func(id cipher.ID) bool { return cipher.Describe(id).In(class) }
}

func isCBC(id cipher.ID) bool { return cipher.Describe(id).In("cbc") }

func isRSAExport(id cipher.ID) bool {
	s := cipher.Describe(id)
	return s.Export && s.KeyExchange == "RSA" && !id.IsSSL2()
}

// isShortBlock says whether a suite's block has 64 bits, in CBC mode.
func isShortBlock(id cipher.ID) bool {
	s := cipher.Describe(id)
	return s.In("cbc") && (s.In("3des") || s.In("des") || s.In("idea") || s.In("rc2"))
}

// isDHE says whether a suite's key exchange is ephemeral in a finite field, anonymous ones too.
func isDHE(id cipher.ID) bool {
	return strings.HasPrefix(cipher.Describe(id).KeyExchange, "DHE")
}

// suitesThat is a vulnerability that a listener has which accepts a suite of some kind, in some versions or in any. It has none only where
// every suite was asked of the versions that have such suites.
func suitesThat(holds func(cipher.ID) bool, versions ...cipher.Version) func(*Case) found {
	if len(versions) == 0 {
		versions = cipher.Versions()
	}
	versions = slices.DeleteFunc(slices.Clone(versions), func(v cipher.Version) bool { return !slices.ContainsFunc(cipher.Enumerable(v), holds) })
	return func(c *Case) found {
		picked := c.pick(c.versionsThat(scan.Yes, versions), holds)
		if len(picked) > 0 {
			return found{fact: scan.Yes, basis: "accepted: " + someSuites(picked), evidence: c.suiteEvidence(picked)}
		}
		return c.none(versions, "no such suite is accepted")
	}
}

// someSuites is suiteWords, but for what is more than two in a version: the endpoint lists them all.
func someSuites(picked []accepted) string {
	const most = 2
	var out []string
	for _, a := range picked {
		said := suiteWords([]accepted{{a.version, a.suites[:min(most, len(a.suites))]}})
		if more := len(a.suites) - most; more > 0 {
			said += fmt.Sprintf(" and %d more", more)
		}
		out = append(out, said)
	}
	return strings.Join(out, "; ")
}

// none is no, where every suite of some versions was asked; else unknown, with why.
func (c *Case) none(versions []cipher.Version, basis string) found {
	if open := c.versionsThat(scan.Unknown, versions); len(open) > 0 {
		return found{why: "whether " + versionNames(open) + " is spoken is not known: " + c.why(versionKeywords(open)...), evidence: c.evidenceOf(open...)}
	}
	spoken := c.versionsThat(scan.Yes, versions)
	if len(spoken) == 0 {
		return found{fact: scan.No, basis: versionNames(versions) + " refused", evidence: c.evidenceOf(versions...)}
	}
	open := slices.DeleteFunc(slices.Clone(spoken), func(v cipher.Version) bool {
		return c.Endpoint.Protocol(v).Enumeration == scan.EnumerationFull
	})
	if len(open) > 0 {
		return found{why: "not every suite of " + versionNames(open) + " was asked: " + c.why(suiteKeywords(open)...), evidence: c.evidenceOf(open...)}
	}
	return found{fact: scan.No, basis: basis, evidence: c.refusals(spoken...)}
}

// sweet32: single DES and export suites have a finding of their own.
func sweet32() func(*Case) found {
	short := suitesThat(isShortBlock)
	good := func(id cipher.ID) bool { return isShortBlock(id) && !isInsecure(id) }
	return func(c *Case) found {
		f := short(c)
		if f.fact == scan.Yes && len(c.pick(c.supported(), good)) == 0 {
			f.finding = SuiteInsecure
		}
		return f
	}
}

// beast: where SSLv3 alone has it, or TLS 1.0 should not be spoken at all, that version has a finding of its own.
func beast() func(*Case) found {
	cbc := suitesThat(isCBC, sslv3, tlsv10)
	return func(c *Case) found {
		f := cbc(c)
		switch {
		case f.fact != scan.Yes:
		case len(c.pick(c.versionsThat(scan.Yes, []cipher.Version{tlsv10}), isCBC)) == 0:
			f.finding = ProtocolInsecure
		case c.judged() && !c.mayHave(tlsv10):
			f.finding = ProtocolUnexpected
		}
		return f
	}
}
