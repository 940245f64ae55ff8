package certchain

import (
	"fmt"
	"slices"
	"time"
)

// fault is why a path is not trusted (No), or why that cannot be said (Unknown). Its zero value is no fault.
type fault struct {
	value  Answer
	code   Reason
	detail string
}

func no(code Reason, format string, args ...any) fault {
	return fault{No, code, fmt.Sprintf(format, args...)}
}

func unknown(code Reason, format string, args ...any) fault {
	return fault{Unknown, code, fmt.Sprintf(format, args...)}
}

// fault judges a path that ends at an anchor. A "no" wins over an "unknown", and of several the one nearest to the leaf.
func (j *judge) fault(p path) fault {
	path := p.certificates
	if len(path) == 1 && j.consumer == JSSE {
		return fault{} // Java looks at nothing in a leaf that is itself a trusted entry (sun.security.validator.PKIXValidator)
	}
	var open fault
	consider := func(f fault) bool {
		if f.value == Unknown && open.code == "" {
			open = f
		}
		return f.value == No
	}
	for i, c := range path {
		anchor := i == len(path)-1
		for _, f := range []fault{
			j.encoding(c), j.validity(c, anchor), j.signature(c, anchor), j.key(c, i == 0), j.authority(path, i), j.extensions(c, anchor),
		} {
			if consider(f) {
				return f
			}
		}
	}
	if f := j.usage(path); consider(f) {
		return f
	}
	if p.unverified != "" {
		consider(unknown(ReasonUnverifiable, "%s", p.unverified))
	}
	if open.code != "" {
		return open
	}
	return j.library(path)
}

func (j *judge) encoding(c *Certificate) fault {
	switch {
	case c.ParsedBy == ParsedByNone:
		return unknown(ReasonUnparseable, "%s cannot be read: %s", quote(c.title()), c.ParseNote)
	case j.consumer == Strict && c.std == nil:
		return no(ReasonUnparseable, "a strict reader refuses %s: %s", quote(c.title()), c.ParseNote)
	}
	return fault{}
}

// validity checks the dates; both are inclusive (RFC 5280 section 4.1.2.5). Java takes an anchor as a name and a key and
// does not look at its dates; System SSL, OpenSSL and crypto/x509 do.
func (j *judge) validity(c *Certificate, anchor bool) fault {
	if anchor && j.consumer == JSSE {
		return fault{}
	}
	const layout = time.DateOnly + " " + time.TimeOnly
	switch {
	case c.NotBefore.IsZero() || c.NotAfter.IsZero():
		return unknown(ReasonUnparseable, "the validity of %s cannot be read", quote(c.title()))
	case j.at.After(c.NotAfter):
		return no(ReasonExpired, "%s expired on %s UTC", quote(c.title()), c.NotAfter.Format(layout))
	case j.at.Before(c.NotBefore):
		return no(ReasonNotYetValid, "%s is valid from %s UTC only", quote(c.title()), c.NotBefore.Format(layout))
	}
	return fault{}
}

// signature refuses the hashes which the consumer refuses; an anchor's own signature protects nothing.
//   - strict: MD2, MD5 and SHA-1, as crypto/x509;
//   - jsse: MD2 and MD5, the default of jdk.certpath.disabledAlgorithms of Java 17 (SHA-1 only below the JDK's own roots);
//   - system-ssl: none by default.
func (j *judge) signature(c *Certificate, anchor bool) fault {
	if anchor {
		return fault{}
	}
	hash := c.Signature.Hash
	refused := map[Consumer][]string{Strict: {"MD2", "MD4", "MD5", "SHA-1"}, JSSE: {"MD2", "MD4", "MD5"}}[j.consumer]
	if slices.Contains(refused, hash) {
		return no(ReasonWeakSignature, "%s is signed with %s, which %s refuses", quote(c.title()), hash, j.consumer)
	}
	return fault{}
}

// key refuses the key sizes which the consumer refuses.
//   - strict: RSA under 1024 bits, as crypto/rsa;
//   - jsse: RSA and DSA under 1024, elliptic curves under 224, in every certificate (Java 17's disabledAlgorithms);
//   - system-ssl: RSA and DSA under 1024, elliptic curves under 192, of the peer's own certificate (defaults of AT-TLS's
//     PeerMinRsaKeySize, PeerMinDsaKeySize and PeerMinECCKeySize).
func (j *judge) key(c *Certificate, leaf bool) fault {
	least := map[Consumer]map[string]int{
		Strict:    {"RSA": 1024, "RSASSA-PSS": 1024},
		JSSE:      {"RSA": 1024, "RSASSA-PSS": 1024, "DSA": 1024, "ECDSA": 224},
		SystemSSL: {"RSA": 1024, "RSASSA-PSS": 1024, "DSA": 1024, "ECDSA": 192},
	}[j.consumer][c.Key.Algorithm]
	if j.consumer == SystemSSL && !leaf || c.Key.Bits == 0 || c.Key.Bits >= least {
		return fault{}
	}
	return no(ReasonWeakKey, "the key of %s is %s; %s wants at least %d bits", quote(c.title()), c.Key, j.consumer, least)
}

// authority checks that an issuer may sign certificates (RFC 5280 section 6.1.4 (k) to (n)). A version 1 certificate can
// only be an anchor.
func (j *judge) authority(path []*Certificate, i int) fault {
	c, anchor := path[i], i == len(path)-1
	if i == 0 {
		return fault{}
	}
	switch {
	case c.IsCA == No:
		return no(ReasonNotCA, "%s signed %s but is no CA certificate", quote(c.title()), quote(path[i-1].title()))
	case c.IsCA != Yes && !(anchor && c.Version < 3):
		text := fmt.Sprintf("%s signed %s but does not say whether it is a CA", quote(c.title()), quote(path[i-1].title()))
		if j.consumer == SystemSSL {
			return unknown(ReasonNotCA, "%s", text)
		}
		return no(ReasonNotCA, "%s", text)
	case c.HasKeyUsage && !slices.Contains(c.KeyUsage, "keyCertSign"):
		return no(ReasonKeyUsage, "the key usage of %s does not allow it to sign certificates", quote(c.title()))
	}
	if anchor && j.consumer == JSSE {
		return fault{} // Java takes no path length from an anchor
	}
	below := 0
	for _, between := range path[1:i] {
		if !between.SelfIssued() {
			below++
		}
	}
	if c.MaxPathLen >= 0 && below > c.MaxPathLen {
		return no(ReasonPathLength, "%s allows %d CA certificates below it, and there are %d", quote(c.title()), c.MaxPathLen, below)
	}
	return fault{}
}

func (j *judge) extensions(c *Certificate, anchor bool) fault {
	if len(c.UnknownCritical) > 0 && (!anchor || j.consumer == Strict) {
		return no(ReasonCriticalExtension, "%s has a critical extension that nothing here knows: %s (RFC 5280 section 4.2)",
			quote(c.title()), c.UnknownCritical[0])
	}
	return fault{}
}

// usage checks key usage and extended key usage of the leaf (RFC 5280 sections 4.2.1.3 and 4.2.1.12), and for the strict
// consumer the extended key usage of every certificate above it, as crypto/x509 and browsers do.
func (j *judge) usage(path []*Certificate) fault {
	leaf := path[0]
	if leaf.HasKeyUsage && !overlap(leaf.KeyUsage, j.keyUsages()) {
		return no(ReasonKeyUsage, "the key usage of %s (%v) does not allow a TLS handshake", quote(leaf.title()), leaf.KeyUsage)
	}
	want := []string{string(j.purposeName()), "anyExtendedKeyUsage"}
	if j.consumer != Strict && j.purposeName() == ServerAuth {
		want = append(want, "msSGC", "nsSGC")
	}
	checked := path[:1]
	if j.consumer == Strict {
		checked = path
	}
	for _, c := range checked {
		if c.HasEKU && !overlap(c.ExtKeyUsage, want) {
			return no(ReasonExtKeyUsage, "the extended key usage of %s (%v) lacks %s", quote(c.title()), c.ExtKeyUsage, want[0])
		}
	}
	return fault{}
}

func (j *judge) purposeName() Purpose {
	if j.purpose == "" {
		return ServerAuth
	}
	return j.purpose
}

func (j *judge) keyUsages() []string {
	if j.purposeName() == ClientAuth {
		return []string{"digitalSignature", "keyAgreement"}
	}
	return []string{"digitalSignature", "keyEncipherment", "keyAgreement"}
}

func overlap(have, want []string) bool {
	return slices.ContainsFunc(have, func(s string) bool { return slices.Contains(want, s) })
}

// weakKey says why a certificate's key is weak by today's measure (NIST SP 800-57 part 1, 112 bits), whatever a consumer accepts, or can be computed
// for how it was made.
func weakKey(c *Certificate) string {
	switch k := c.Key; {
	case c.knownCause != "":
		return k.String() + ": " + c.knownCause
	case k.IsRSA() && k.Bits > 0 && k.Bits < 2048, k.Algorithm == "ECDSA" && k.Bits > 0 && k.Bits < 224:
		return k.String()
	case k.Algorithm == "DSA":
		return k.String() + ", which TLS 1.3 and FIPS 186-5 no longer have"
	}
	return ""
}
