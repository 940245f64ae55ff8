package diff

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// features compares what both looks know of each feature: whether the listener has it, and what its values are.
func (c *comparison) features(p *pair) {
	type key struct {
		name    string
		version cipher.Version
	}
	was := map[key]scan.Feature{}
	for _, f := range p.old.Features {
		was[key{f.Name, f.Version}] = f
	}
	for _, is := range p.now.Features {
		k := key{is.Name, is.Version}
		old := was[k]
		delete(was, k)
		c.feature(p, old, is)
	}
	for _, f := range p.old.Features {
		if _, left := was[key{f.Name, f.Version}]; left {
			c.feature(p, f, scan.Feature{Name: f.Name, Version: f.Version})
		}
	}
}

func (c *comparison) feature(p *pair, was, is scan.Feature) {
	if c.missed(p, was, is) {
		return
	}
	what := is.Name
	if is.Version != 0 {
		what = is.Version.String() + "/" + is.Name
	}
	c.fact(p, "features", was.Answer, is.Answer, [2]string{report.FeatureAdded, report.FeatureGone}, what, "")
	if was.Answer == scan.Yes && is.Answer == scan.Yes {
		if old, now := strings.Join(was.Values, ", "), strings.Join(is.Values, ", "); old != now {
			c.differs(report.FeatureChanged, p.id, what, old, now)
		}
	}
}

// missed says whether a look may have missed what the other shows: the finite-field groups are those that the answers to questions about suites happened to
// have, so one that has not asked for every suite does not know of all.
func (c *comparison) missed(p *pair, was, is scan.Feature) bool {
	if is.Name != scan.FeatureDHESharedGroup && is.Name != scan.FeatureDHESafePrime || was.Answer == is.Answer && slices.Equal(was.Values, is.Values) {
		return false
	}
	less := func(e *report.Endpoint, shown, other scan.Feature) bool {
		return !everySuite(e) && !slices.ContainsFunc(shown.Values, func(v string) bool { return !slices.Contains(other.Values, v) })
	}
	old, now := less(p.old, was, is), less(p.now, is, was)
	c.skipUnless(!old, !now, p.id, "finite-field groups of every suite")
	return old || now
}

// everySuite says whether all suites of the versions from SSLv3 to TLS 1.2 were asked for.
func everySuite(e *report.Endpoint) bool {
	return !slices.ContainsFunc(cipher.Versions()[1:], func(v cipher.Version) bool {
		p := e.Protocol(v)
		return v != cipher.TLSv13 && p.Supported != scan.No && p.Enumeration != scan.EnumerationFull
	})
}
