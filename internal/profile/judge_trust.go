package profile

import (
	"slices"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

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
	return f.ofAll(worst(all, unknown("no key ring is named that must trust it; trusted_by of the estate, or --keyring, names one")))
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
		if len(ring.Unproven) > 0 {
			all = append(all, unknown("key ring "+name+" has "+fewWords(ring.Unproven)+", which no file holds"))
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
