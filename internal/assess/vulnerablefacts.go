package assess

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// below13 are the versions that a vulnerability of the handshake of old can be in.
func below13() []cipher.Version { return []cipher.Version{sslv3, tlsv10, cipher.TLSv11, cipher.TLSv12} }

// insecureRenegotiation is one that a listener takes in a version in which it does not answer renegotiation_info (RFC 5746 section 3.6): the attack
// has the victim's handshake look like the client's renegotiation. A listener that refuses a client's may still begin one by itself, as some do
// to ask for a client's certificate: whether it does is not asked.
func (c *Case) insecureRenegotiation() found {
	no, open := found{}, found{}
	for _, f := range c.Endpoint.Features {
		if f.Name != scan.FeatureSecureRenegotiation || f.Answer == scan.Unknown {
			continue
		}
		renegotiates := c.Endpoint.Feature(scan.FeatureClientRenegotiation, f.Version)
		evidence := slices.Concat(f.Evidence, renegotiates.Evidence)
		without := f.Version.String() + ": renegotiation_info is not answered, and "
		switch {
		case f.Answer == scan.Yes:
			no = no.and("renegotiation_info is answered in "+f.Version.String(), f.Evidence)
		case renegotiates.Answer == scan.Yes:
			return found{fact: scan.Yes, basis: without + "a client's renegotiation is accepted", evidence: evidence}
		case renegotiates.Answer == scan.No:
			open = found{why: without + "a client's renegotiation is refused (" + renegotiates.Basis + "), but whether the listener begins one itself is not asked", evidence: evidence}
		default:
			open = found{why: without + "whether a renegotiation is accepted is not known: " + c.whyNotRenegotiated(renegotiates), evidence: evidence}
		}
	}
	switch {
	case open.why != "":
		return open
	case no.fact == scan.No:
		return no
	}
	return c.oldHandshake("renegotiation_info was not asked about")
}

// whyNotRenegotiated says why a renegotiation has no answer in a version. Package scan/probes asks for one in TLS 1.2.
func (c *Case) whyNotRenegotiated(f scan.Feature) string {
	switch {
	case f.Basis != "":
		return f.Basis
	case f.Version != cipher.TLSv12:
		return "it is tried in TLSv1.2 alone"
	}
	return c.why("renegotiation")
}

// and adds one more reason for no.
func (f found) and(basis string, evidence []string) found {
	if f.basis != "" {
		basis = f.basis + "; " + basis
	}
	return found{fact: scan.No, basis: basis, evidence: append(f.evidence, evidence...)}
}

// oldHandshake is of a vulnerability of versions below TLS 1.3 about which nothing was found: it has none where none of them is spoken.
func (c *Case) oldHandshake(why string) found {
	if len(c.versionsThat(scan.No, below13())) == len(below13()) {
		return found{fact: scan.No, basis: "no version below TLS 1.3 is spoken", evidence: c.evidenceOf(below13()...)}
	}
	return found{why: why}
}

// crime: compression of TLS itself.
func (c *Case) crime() found {
	no := found{}
	for _, f := range c.Endpoint.Features {
		switch {
		case f.Name != scan.FeatureCompression:
		case f.Answer == scan.Yes:
			return found{fact: scan.Yes, basis: list(append([]string{"compression is negotiated"}, f.Values...)), evidence: f.Evidence}
		case f.Answer == scan.No:
			no = found{fact: scan.No, basis: "compression is not negotiated", evidence: append(no.evidence, f.Evidence...)}
		case no.fact == scan.Unknown:
			no = found{why: f.Basis, evidence: f.Evidence}
		}
	}
	if no.fact == scan.Unknown && no.why == "" {
		return c.oldHandshake("compression was not asked about")
	}
	return no
}

// logjamBits is the size up to which the paper holds a finite-field group to be within reach of states ("Imperfect Forward Secrecy: How
// Diffie-Hellman Fails in Practice", CCS 2015, section 4).
const logjamBits = 1024

// logjam: export suites have a finding of their own; a short group does not. It has none only where the group was seen in every version that
// takes DHE suites.
func logjam() func(*Case) found {
	exported := suitesThat(func(id cipher.ID) bool { return isDHE(id) && cipher.Describe(id).Export })
	return func(c *Case) found {
		f := exported(c)
		if f.fact == scan.Yes {
			f.finding = SuiteInsecure
		}
		if short := c.shortestGroup(); short.Bits > 0 && short.Bits <= logjamBits {
			return c.shortGroup(short.Bits)
		}
		if f.fact != scan.No {
			return f
		}
		for _, a := range c.pick(c.supported(), isDHE) {
			if !slices.ContainsFunc(c.Endpoint.DH, func(dh scan.DHParameters) bool { return dh.Version == a.version }) {
				return found{why: a.version.String() + ": a DHE suite is accepted, and its group was not seen", evidence: c.suiteEvidence([]accepted{a})}
			}
		}
		f.basis = "no export suite is accepted, and no Diffie-Hellman of 1024 bits or less was used"
		return f
	}
}

// shortestGroup is the first of those that have the fewest bits; the zero value where none was used.
func (c *Case) shortestGroup() (short scan.DHParameters) {
	for _, dh := range c.Endpoint.DH {
		if short.Bits == 0 || dh.Bits < short.Bits {
			short = dh
		}
	}
	return short
}

// shortGroup names each version in which a group of so many bits was used.
func (c *Case) shortGroup(bits int) found {
	var versions, evidence []string
	for _, dh := range c.Endpoint.DH {
		if dh.Bits == bits {
			versions, evidence = append(versions, dh.Version.String()), append(evidence, dh.Evidence)
		}
	}
	slices.Sort(versions)
	size := fmt.Sprintf("%d bits", bits)
	basis := list(slices.Compact(versions)) + ": Diffie-Hellman with " + size
	if slices.ContainsFunc(c.Endpoint.Feature(scan.FeatureDHESharedGroup, 0).Values, func(v string) bool { return strings.HasPrefix(v, size+": ") }) {
		basis += ", in a group that many share"
	}
	return found{fact: scan.Yes, basis: basis, evidence: evidence}
}

// speakersOfSSL2 are the endpoints that serve a key over SSLv2, and those of which that is not known, by the SHA-256 of the SubjectPublicKeyInfo.
type speakersOfSSL2 struct{ known, open map[string][]string }

func speakers(endpoints []report.Endpoint) speakersOfSSL2 {
	out := speakersOfSSL2{map[string][]string{}, map[string][]string{}}
	for i := range endpoints {
		e := &endpoints[i]
		ssl2 := e.Protocol(cipher.SSLv2).Supported
		for _, p := range e.Presented {
			in := out.open
			switch leaf := e.Certificates[p.Leaf]; {
			case leaf == nil:
				continue
			case slices.Contains(p.Versions, cipher.SSLv2):
				in = out.known
				fallthrough
			case ssl2 == scan.Unknown:
				in[leaf.SPKISHA256] = with(in[leaf.SPKISHA256], e.ID)
			}
		}
	}
	return out
}

// others are the endpoints beside one.
func others(ids []string, id string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(other string) bool { return other == id })
}

// drown: SSLv2 here has a finding of its own. Where another endpoint of the run speaks it with the same key, what was recorded here can be
// decrypted there.
func (c *Case) drown() found {
	ssl2 := c.Endpoint.Protocol(cipher.SSLv2)
	if ssl2.Supported == scan.Yes {
		return found{fact: scan.Yes, basis: "SSLv2 is spoken", finding: ProtocolInsecure, evidence: ssl2.Evidence}
	}
	open := found{}
	for _, leaf := range c.leaves(c.Endpoint.Presented) {
		if served := others(c.ssl2.known[leaf.SPKISHA256], c.Endpoint.ID); len(served) > 0 {
			return found{fact: scan.Yes, basis: "the key of " + certificateName(leaf.Certificate) + " is served over SSLv2 by " + list(served),
				evidence: leaf.evidence}
		}
		if unsure := others(c.ssl2.open[leaf.SPKISHA256], c.Endpoint.ID); len(unsure) > 0 {
			open = found{why: "the key of " + certificateName(leaf.Certificate) + " is served by " + firstFew(unsure) + " too, and whether over SSLv2 is not known",
				evidence: leaf.evidence}
		}
	}
	switch {
	case ssl2.Supported == scan.Unknown:
		return found{why: "whether SSLv2 is spoken is not known: " + c.why(versionKeywords([]cipher.Version{cipher.SSLv2})...), evidence: ssl2.Evidence}
	case open.why != "":
		return open
	}
	return found{fact: scan.No, basis: "SSLv2 is refused, and no endpoint of this report serves the key over it", evidence: c.evidenceOf(cipher.SSLv2)}
}
