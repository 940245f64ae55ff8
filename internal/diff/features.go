package diff

import (
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
