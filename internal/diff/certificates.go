package diff

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// leaves are the certificates that a listener serves, by key type; those that it serves only without a server name apart. Each has the
// chains that were sent beside it.
type leaves map[string]map[string][]string

// withoutName is the end of the key types of what is served only to who sends no server name.
const withoutName = "/without a name"

func sameKeys(a, b map[string][]string) bool {
	return len(a) == len(b) && contained(keysOf(a), keysOf(b))
}

// swap is a certificate in the old report and what is served in its place in the new one: the same, or another.
type swap struct{ what, old, now string }

// certificates compares what is served for each key type, and returns which certificate stands for which.
func (c *comparison) certificates(p *pair) []swap {
	if p.old.Target.SNI != p.now.Target.SNI {
		c.skip(p.id, "certificates", "the server name that was sent is another")
		return nil
	}
	was, is := c.old.leaves(p.old), c.now.leaves(p.now)
	if !c.skipUnless(len(was) > 0, len(is) > 0, p.id, "certificates") {
		return nil
	}
	var all []swap
	kinds := slices.Concat(slices.Collect(maps.Keys(was)), slices.Collect(maps.Keys(is)))
	slices.Sort(kinds)
	for _, kind := range slices.Compact(kinds) {
		switch named, nameless := strings.CutSuffix(kind, withoutName); {
		case nameless && sameKeys(was[kind], was[named]) && sameKeys(is[kind], is[named]):
			// what is served with a name says it all
		case was[kind] == nil:
			c.kindAlone(p, p.old, report.CertificateAdded, kind, "", c.now.names(is[kind]))
		case is[kind] == nil:
			c.kindAlone(p, p.now, report.CertificateGone, kind, c.old.names(was[kind]), "")
		default:
			swaps := c.swaps(p, kind, was[kind], is[kind])
			c.chains(p, swaps, was[kind], is[kind])
			all = append(all, swaps...)
		}
	}
	return all
}

// leaves reads the presented chains of an endpoint.
func (s *side) leaves(e *report.Endpoint) leaves {
	out := leaves{}
	for _, p := range e.Presented {
		kind := s.keyType(p.Leaf)
		if p.SNI != e.Target.SNI {
			kind += withoutName
		}
		if out[kind] == nil {
			out[kind] = map[string][]string{}
		}
		beside := strings.Join(p.Sent[min(1, len(p.Sent)):], " ")
		if !slices.Contains(out[kind][p.Leaf], beside) {
			out[kind][p.Leaf] = append(out[kind][p.Leaf], beside)
		}
	}
	return out
}

// keyType is the algorithm of a certificate's key.
func (s *side) keyType(sum string) string {
	cert := s.certificates[sum]
	if cert == nil {
		return "unknown"
	}
	word, _, _ := strings.Cut(cert.Key, " ")
	return word
}

// kindAlone is about a key type that only one report shows. Whether it came or went is known where the other has asked for it.
func (c *comparison) kindAlone(p *pair, other *report.Endpoint, kind, what, old, now string) {
	if askedForKey(other, what) {
		c.add(kind, p.id, what, old, now)
		return
	}
	c.skipUnless(other == p.now, other == p.old, p.id, "certificates of every key type")
}

// askedForKey says whether an endpoint would have shown a certificate of a key type in every version that it speaks: below TLS 1.3 when
// all suites are known, under TLS 1.3 when it was asked for by its signature schemes.
func askedForKey(e *report.Endpoint, kind string) bool {
	names := map[string][]string{"RSA": {"rsa"}, "ECDSA": {"ecdsa"}, "Ed25519": {"other", "eddsa"}, "Ed448": {"other", "eddsa"}}[kind] // eddsa: of reports before
	if names == nil {
		return false
	}
	about := func(question string) bool {
		what, ok := strings.CutPrefix(question, "certificates/"+cipher.TLSv13.String()+"/")
		asked := strings.Split(strings.TrimSuffix(what, "#2"), "+")
		return ok && slices.ContainsFunc(names, func(name string) bool { return slices.Contains(asked, name) })
	}
	spoken := false
	for _, v := range cipher.Versions()[1:] {
		p := e.Protocol(v)
		switch {
		case p.Supported == scan.Unknown:
			return false
		case p.Supported == scan.No:
			continue
		case v == cipher.TLSv13:
			if !slices.ContainsFunc(e.Evidence, func(x scan.Exchange) bool { return about(x.Question) && x.Failure == nil }) ||
				slices.ContainsFunc(e.NotTested, func(n scan.NotTested) bool { return about(n.Question) || n.Question == scan.TheRest }) {
				return false
			}
		case p.Enumeration != scan.EnumerationFull:
			return false
		}
		spoken = true
	}
	return spoken
}

// swaps finds which certificate of a key type took the place of which. A report that shows only some of them contradicts none: only
// where each shows one that the other does not has something changed.
func (c *comparison) swaps(p *pair, what string, was, is map[string][]string) []swap {
	var out []swap
	var gone, fresh []string
	for _, sum := range slices.Sorted(maps.Keys(was)) {
		if is[sum] != nil {
			out = append(out, swap{what, sum, sum})
			continue
		}
		gone = append(gone, sum)
	}
	for _, sum := range slices.Sorted(maps.Keys(is)) {
		if was[sum] == nil {
			fresh = append(fresh, sum)
		}
	}
	if len(gone) == 0 || len(fresh) == 0 {
		if len(gone)+len(fresh) > 0 {
			c.skipUnless(len(gone) > 0, len(fresh) > 0, p.id, "further certificates of a key type")
		}
		return out
	}
	for _, kind := range []string{report.CertificateRenewed, report.CertificateRolledBack, report.CertificateReplaced} {
		for i := 0; i < len(gone); i++ {
			j := slices.IndexFunc(fresh, func(sum string) bool { return c.succession(gone[i], sum) == kind })
			if j < 0 {
				continue
			}
			c.add(kind, p.id, what, c.old.name(gone[i]), c.now.name(fresh[j]))
			out = append(out, swap{what, gone[i], fresh[j]})
			gone, fresh = slices.Delete(gone, i, i+1), slices.Delete(fresh, j, j+1)
			i--
		}
	}
	return out
}

// succession says what a certificate is to the one before it. Renewed is the same key, or the same subject and issuer: of a self-signed
// one the names alone prove nothing, since no authority stands behind them.
func (c *comparison) succession(before, after string) string {
	a, b := c.old.certificates[before], c.now.certificates[after]
	if a == nil || b == nil || a.Key != b.Key {
		return report.CertificateReplaced
	}
	names := a.Subject == b.Subject && a.Issuer == b.Issuer && a.Subject != a.Issuer
	if !names && !sameKey(a, b) {
		return report.CertificateReplaced
	}
	switch d := b.NotAfter.Compare(a.NotAfter); {
	case d > 0:
		return report.CertificateRenewed
	case d < 0:
		return report.CertificateRolledBack
	}
	return report.CertificateReplaced
}

// sameKey compares the public keys themselves.
func sameKey(a, b *report.Certificate) bool {
	x, _ := certchain.Parse(a.DER) // what cannot be parsed has no key that could be the same
	y, _ := certchain.Parse(b.DER)
	return x != nil && y != nil && x.SPKISHA256 != "" && x.SPKISHA256 == y.SPKISHA256
}

// chains compares what is sent beside a certificate that is the same, or its successor.
func (c *comparison) chains(p *pair, swaps []swap, was, is map[string][]string) {
	for _, s := range swaps {
		if s.old != s.now && c.succession(s.old, s.now) == report.CertificateReplaced {
			continue
		}
		only := func(of, other []string) []string {
			return slices.DeleteFunc(slices.Clone(of), func(beside string) bool { return slices.Contains(other, beside) })
		}
		gone, fresh := only(was[s.old], is[s.now]), only(is[s.now], was[s.old])
		if len(gone) > 0 && len(fresh) > 0 {
			c.add(report.ChainChanged, p.id, s.what, c.old.sent(gone), c.now.sent(fresh))
		}
	}
}

// name says which certificate one is.
func (s *side) name(sum string) string {
	cert := s.certificates[sum]
	if cert == nil {
		return short(sum)
	}
	return fmt.Sprintf("%s, %s, of %s, until %s (%s)", cert.Subject, cert.Key, cert.Issuer, cert.NotAfter.UTC().Format(time.DateOnly), short(sum))
}

func (s *side) names(all map[string][]string) string {
	var out []string
	for _, sum := range slices.Sorted(maps.Keys(all)) {
		out = append(out, s.name(sum))
	}
	return strings.Join(out, "; ")
}

// sent names the certificates of chains by their subjects, as far as these tell them apart.
func (s *side) sent(chains []string) string {
	var out []string
	for _, chain := range chains {
		var names []string
		for _, sum := range strings.Fields(chain) {
			name := short(sum)
			if cert := s.certificates[sum]; cert != nil {
				name = fmt.Sprintf("%s (%s)", cert.Subject, name)
			}
			names = append(names, name)
		}
		out = append(out, cmp.Or(strings.Join(names, ", "), "nothing"))
	}
	slices.Sort(out)
	return strings.Join(out, "; or ")
}
