package profile

import (
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/nearest"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// featureNames are the features of package scan/probes that a check may ask about.
func featureNames() []string {
	return append([]string{"extended-master-secret", "secure-renegotiation", "downgrade-sentinel"}, deepFeatures()...)
}

// deepFeatures are those that are asked about at depth deep alone; before that they are not known.
func deepFeatures() []string {
	return []string{"encrypt-then-mac", "ocsp-staple", "fallback-scsv", "compression", "heartbeat", "truncated-hmac", "client-renegotiation", "early-data"}
}

// ofDeeperLook says whether a check asks what the endpoint was not asked about for its depth: that it has no answer makes no run incomplete.
func (f *facts) ofDeeperLook(c report.ProfileCheck) bool {
	deep := func(name string) bool { return slices.Contains(deepFeatures(), name) }
	return c.Kind == kindFeatures && (slices.ContainsFunc(c.Required, deep) || slices.ContainsFunc(c.Forbidden, deep)) && !assess.Deep(f.endpoint)
}

// ofMACs are the features of records with a MAC of their own (RFC 7366 section 3, RFC 6066 section 7): where no suite has one they are nowhere, and
// nothing is missing.
func ofMACs(name string) bool { return name == "encrypt-then-mac" || name == "truncated-hmac" }

// withMACs are the versions in which a suite with a MAC of its own may be accepted: that all are refused is not known of the others.
func (f *facts) withMACs(versions []cipher.Version) []cipher.Version {
	return slices.DeleteFunc(slices.Clone(versions), func(v cipher.Version) bool {
		p := f.endpoint.Protocol(v)
		return v >= cipher.TLSv13 || !slices.ContainsFunc(cipher.Enumerable(v), func(id cipher.ID) bool {
			return !cipher.Describe(id).In("aead") && f.status(p, id) != scan.No
		})
	})
}

func featureWord(d *decoder, key string, n *node) string {
	s := d.word(key, n)
	if s != "" && !slices.Contains(featureNames(), s) {
		d.fail(n, "%s: %q is no feature that can be asked about; %swant %s", key, s, nearest.Meant(s, featureNames()), nearest.AnyOf(featureNames()))
	}
	return s
}

func featureParams() []param {
	return []param{
		listParam("required", featureWord, func(c *report.ProfileCheck) *[]string { return &c.Required }),
		listParam("forbidden", featureWord, func(c *report.ProfileCheck) *[]string { return &c.Forbidden }),
		inVersions(),
	}
}

func featuresWords(c report.ProfileCheck) string {
	return setsWords(c, "features of the handshake", func(w string) string { return w })
}

// judgeFeatures asks for each feature in each of the check's versions that is spoken, where the feature is one of versions. A feature that a version has no answer
// of is not known.
func judgeFeatures(f *facts, c report.ProfileCheck) verdict {
	spoken, open := f.inVersions(c, cipher.Versions())
	if v, none := notSpoken(f, spoken, open); none {
		return v
	}
	r := result{left: true}
	var evidence []string
	nowhere := func(name string) bool { return ofMACs(name) && len(f.withMACs(spoken)) == 0 }
	for _, name := range slices.DeleteFunc(slices.Clone(c.Required), nowhere) {
		answer, shown := f.feature(name, spoken, scan.Yes)
		evidence = append(evidence, shown...)
		r.note(name, answer, scan.Yes, &r.missing)
	}
	for _, name := range slices.DeleteFunc(slices.Clone(c.Forbidden), nowhere) {
		answer, shown := f.feature(name, spoken, scan.No)
		evidence = append(evidence, shown...)
		r.note(name, answer, scan.No, &r.bad)
	}
	return ofResult(r, "negotiated", evidence, "--probes deep asks about what no other question shows", f.platform())
}

// note enters the answer about a feature: among the faults where it is not what it should be.
func (r *result) note(name string, answer, want scan.Fact, faults *[]string) {
	switch answer {
	case want:
	case scan.Unknown:
		r.open = append(r.open, name)
	default:
		*faults = append(*faults, name)
	}
}

// feature is what is known of a feature in some versions: an answer that is not wanted, of whichever of them, before an unknown one, and that before the wanted.
func (f *facts) feature(name string, versions []cipher.Version, want scan.Fact) (answer scan.Fact, evidence []string) {
	known, open := false, false
	for _, x := range f.endpoint.Features {
		switch {
		case x.Name != name || x.Version != 0 && !slices.Contains(versions, x.Version):
		case x.Answer == scan.Unknown:
			open = true
		case x.Answer != want:
			return x.Answer, x.Evidence
		default:
			known = true
			evidence = append(evidence, x.Evidence...)
		}
	}
	if known && !open {
		return want, evidence
	}
	return scan.Unknown, nil
}
