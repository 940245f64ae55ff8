package profile

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/certchain"
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
	return worst(all, unknown("which certificate is served is not known ("+f.why("certificate", "handshake", "chain")+")"))
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
			len(c.Hashes) > 0 && s.Signature.Hash != "" && !slices.Contains(c.Hashes, s.Signature.Hash):
			return failed(s.name()+" is signed by "+s.Signature.Name, s.evidence)
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

func judgeChain(f *facts, _ report.ProfileCheck) verdict {
	var all []verdict
	for _, c := range f.endpoint.Chains {
		if f.expect != nil && !slices.Contains(f.expect.TrustedBy, c.Keyring) {
			continue
		}
		switch c.Trusted {
		case certchain.Yes:
			all = append(all, pass(""))
		case certchain.No:
			all = append(all, failed("key ring "+c.Keyring+" does not trust it: "+c.Reason, nil))
		default:
			all = append(all, unknown("whether key ring "+c.Keyring+" trusts it is not known: "+c.Reason))
		}
	}
	return worst(all, unknown("no key ring is named that must trust it; trusted_by of the estate, or --keyring, names one"))
}

func judgeName(f *facts, _ report.ProfileCheck) verdict {
	names := []string{f.endpoint.Target.SNI}
	switch {
	case f.expect != nil && len(f.expect.Names) > 0:
		names = f.expect.Names
	case names[0] == "":
		names = []string{f.endpoint.Target.Host}
	}
	return f.each(ofLeaf, func(s sent) verdict {
		var all []verdict
		for _, name := range names {
			switch m := certchain.CoversName(s.Certificate, name); {
			case m.Covered == certchain.Unknown:
				all = append(all, unknown(m.Detail))
			case m.Covered == certchain.No, m.By == "cn":
				all = append(all, failed("does not cover "+name+": "+m.Detail, s.evidence))
			default:
				all = append(all, pass(""))
			}
		}
		return worst(all, unknown("there is no name to match"))
	})
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

func judgeRings(f *facts, _ report.ProfileCheck) verdict {
	var names []string
	if f.expect != nil {
		names = append(names, f.expect.TrustedBy...)
		if f.expect.ServedBy != "" {
			names = append(names, f.expect.ServedBy)
		}
	}
	slices.Sort(names)
	var all []verdict
	for _, name := range slices.Compact(names) {
		ring, ok := f.rings[name]
		if !ok {
			all = append(all, unknown("key ring "+name+" was not read"))
			continue
		}
		for _, sum := range slices.Concat(ring.Anchors, ring.Personal) {
			if c := f.certificates[sum]; c != nil {
				all = append(all, inDate(c.Subject+" of key ring "+name, c, f.at, 0, nil))
			} else {
				all = append(all, unknown("certificate "+sum+" of key ring "+name+" is not in the report"))
			}
		}
	}
	return worst(all, unknown("the estate names no key ring for the listener (served_by, trusted_by)"))
}

func judgeInventory(f *facts, c report.ProfileCheck) verdict {
	if c.Of == ofCertificates {
		return f.each(ofSent, func(sent) verdict { return pass("the report holds every certificate that was sent") })
	}
	for _, p := range f.endpoint.Protocols {
		if p.Supported == scan.Unknown {
			return unknown("whether " + p.Version.String() + " is supported is not known (" + f.why("versions/"+p.Version.String()) + ")")
		}
		if p.Supported == scan.Yes && p.Enumeration != scan.EnumerationFull {
			return unknown("not every suite of " + p.Version.String() + " was asked for; --probes deep does")
		}
	}
	if len(f.endpoint.Protocols) == 0 {
		return unknown("no version was asked about")
	}
	return pass("the report lists the versions, and all suites of each")
}
