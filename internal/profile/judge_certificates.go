package profile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// pssAny stands for RSASSA-PSS with any hash.
const pssAny = "RSASSA-PSS"

const day = 24 * time.Hour

// sent is a certificate that the listener sent.
type sent struct {
	*certchain.Certificate
	leaf     bool
	evidence []string
}

func (s sent) name() string {
	switch {
	case s.Subject == "":
		return "certificate " + s.SHA256[:min(16, len(s.SHA256))]
	case s.leaf:
		return s.Subject
	}
	return "the CA " + s.Subject
}

// each judges every certificate that the listener sent, or its leaves alone.
func (f *facts) each(of string, judge func(s sent) verdict) verdict {
	var all []verdict
	seen := map[string]bool{}
	for _, p := range f.endpoint.Presented {
		for i, sum := range p.Sent {
			if i > 0 && of == ofLeaf || seen[sum] {
				continue
			}
			seen[sum] = true
			if c := f.certificates[sum]; c != nil {
				all = append(all, judge(sent{c, i == 0, p.Evidence}))
			} else {
				all = append(all, unknown("certificate "+sum[:min(16, len(sum))]+" is not in the report"))
			}
		}
	}
	return f.ofAll(worst(all, unknown("which certificate is served is not known ("+f.why("certificate", "handshake", "chain")+")")))
}

// ofAll takes a pass of the certificates that were seen for one of all only where every version was asked for its certificates: what one
// handshake shows, as in a quick look, says nothing of the certificate of another key type or version.
func (f *facts) ofAll(v verdict) verdict {
	if v.outcome != report.OutcomePass {
		return v
	}
	var open []cipher.Version
	for _, version := range []cipher.Version{cipher.TLSv12, cipher.TLSv13} {
		p := f.endpoint.Protocol(version)
		if p.Supported == scan.Unknown || p.Supported == scan.Yes && (p.Enumeration == scan.EnumerationPartial || p.Enumeration == scan.EnumerationNone) {
			open = append(open, version)
		}
	}
	if len(open) == 0 {
		return v
	}
	return unknown("what was seen meets it; whether there are other certificates in " + versionNames(open) + " is not known (" +
		f.why("certificate", "versions/", "suites/") + ")")
}

// ownHash is the hash that a signature scheme without a choice of one uses: RFC 8032 for EdDSA, FIPS 204 for ML-DSA. "" where it is not known,
// as of an algorithm that portseal does not know.
func ownHash(scheme string) string {
	switch {
	case scheme == "Ed25519":
		return "SHA-512"
	case scheme == "Ed448", strings.HasPrefix(scheme, "ML-DSA-"):
		return "SHAKE256"
	}
	return ""
}

func judgeKey(f *facts, c report.ProfileCheck) verdict {
	of := c.Of
	if of == "" {
		of = ofLeaf
	}
	return f.each(of, func(s sent) verdict {
		k := s.Key
		least, sized := c.MinBits[k.Algorithm]
		switch {
		case k.Algorithm == "":
			return unknown("the key of " + s.name() + " is of an unknown kind: " + k.String())
		case len(c.Algorithms) > 0 && !slices.Contains(c.Algorithms, k.Algorithm),
			len(c.Curves) > 0 && k.Algorithm == "ECDSA" && !slices.Contains(c.Curves, k.Curve),
			sized && k.Bits > 0 && k.Bits < least:
			return failed(s.name()+" has a key "+k.String(), s.evidence)
		case sized && k.Bits == 0:
			return unknown("the size of the key " + k.String() + " of " + s.name() + " could not be read")
		}
		return pass("")
	})
}

func judgeSignature(f *facts, c report.ProfileCheck) verdict {
	of := c.Of
	if of == "" {
		of = ofLeaf
	}
	return f.each(of, func(s sent) verdict {
		hash := cmp.Or(s.Signature.Hash, ownHash(s.Signature.Name))
		is := func(names []string) bool {
			return slices.ContainsFunc(names, func(n string) bool {
				return s.Signature.Name == n || n == pssAny && strings.HasPrefix(s.Signature.Name, pssAny)
			})
		}
		switch {
		case s.SelfSigned() == certchain.Yes:
			return notApplicable("what is served is signed by its own key, which shows nothing")
		case s.Signature.Name == "":
			return unknown("by what " + s.name() + " is signed could not be read")
		case is(c.Forbidden), len(c.Allowed) > 0 && !is(c.Allowed),
			len(c.Hashes) > 0 && hash != "" && !slices.Contains(c.Hashes, hash):
			return failed(s.name()+" is signed by "+s.Signature.Name, s.evidence)
		case len(c.Hashes) > 0 && hash == "":
			return unknown("the hash with which " + s.name() + " is signed is not known: " + s.Signature.Name)
		}
		return pass("")
	})
}

// judgeLifespan counts as RFC 5280 section 4.1.2.5 does: both ends belong to the time.
func judgeLifespan(f *facts, c report.ProfileCheck) verdict {
	return f.each(ofLeaf, func(s sent) verdict {
		if s.NotBefore.IsZero() || s.NotAfter.IsZero() {
			return unknown("the validity of " + s.name() + " could not be read")
		}
		span := s.NotAfter.Sub(s.NotBefore) + time.Second
		if span > time.Duration(c.MaxDays)*day {
			return failed(fmt.Sprintf("%s is issued for %d days", s.name(), (span+day-1)/day), s.evidence)
		}
		return pass("")
	})
}

func judgeValidity(f *facts, c report.ProfileCheck) verdict {
	return f.each(c.Of, func(s sent) verdict {
		return inDate(s.name(), s.Certificate, f.at, c.MinDaysLeft, s.evidence)
	})
}

func inDate(name string, c *certchain.Certificate, at time.Time, left int, evidence []string) verdict {
	switch {
	case c.NotBefore.IsZero() || c.NotAfter.IsZero():
		return unknown("the validity of " + name + " could not be read")
	case at.Before(c.NotBefore):
		return failed(name+" is valid only from "+c.NotBefore.Format(time.DateOnly)+" on", evidence)
	case at.After(c.NotAfter):
		return failed(name+" expired on "+c.NotAfter.Format(time.DateOnly), evidence)
	case at.Add(time.Duration(left) * day).After(c.NotAfter):
		return failed(name+" expires on "+c.NotAfter.Format(time.DateOnly), evidence)
	}
	return pass("")
}

func judgeUsage(f *facts, c report.ProfileCheck) verdict {
	return f.each(ofLeaf, func(s sent) verdict {
		if s.ParsedBy == certchain.ParsedByNone {
			return unknown("the extensions of " + s.name() + " could not be read")
		}
		var lacks []string
		for _, u := range c.KeyUsage {
			if !slices.Contains(s.KeyUsage, u) {
				lacks = append(lacks, "keyUsage "+u)
			}
		}
		for _, u := range c.ExtKeyUsage {
			if !slices.Contains(s.ExtKeyUsage, u) {
				lacks = append(lacks, "extKeyUsage "+u)
			}
		}
		if c.SAN && !s.HasSAN {
			lacks = append(lacks, "subjectAltName")
		}
		if len(lacks) > 0 {
			return failed(s.name()+" lacks "+strings.Join(lacks, ", "), s.evidence)
		}
		return pass("")
	})
}
