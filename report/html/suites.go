package html

import (
	"cmp"
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report/words"
	"github.com/portseal/portseal/scan"
)

// suite is a cipher suite and who accepts it.
type suite struct {
	Code, Name, Versions string
	Properties           string
	Bits                 int
	Rating               word
	Where                []link
	All                  bool // every endpoint that speaks TLS
	versions             []cipher.Version
}

// Suites are all suites that are accepted anywhere: those first that should not be, then by how many accept them.
func (p *page) Suites() []suite {
	if p.suites != nil {
		return p.suites
	}
	var out []*suite
	known := map[cipher.ID]*suite{}
	speakers := 0
	for i := range p.rep.Endpoints {
		e := &p.rep.Endpoints[i]
		if words.Spoke(e) {
			speakers++
		}
		for _, v := range e.Protocols {
			for _, s := range v.CipherSuites {
				one := known[s.Code]
				if one == nil {
					one = suiteOf(s)
					known[s.Code] = one
					out = append(out, one)
				}
				if !slices.Contains(one.versions, v.Version) {
					one.versions = append(one.versions, v.Version)
				}
				if l := p.link(e.ID); len(one.Where) == 0 || one.Where[len(one.Where)-1] != l {
					one.Where = append(one.Where, l)
				}
			}
		}
	}
	order := map[words.Kind]int{bad: 0, warn: 1, good: 2}
	slices.SortStableFunc(out, func(a, b *suite) int {
		return cmp.Or(cmp.Compare(order[a.Rating.Kind], order[b.Rating.Kind]), cmp.Compare(len(b.Where), len(a.Where)), cmp.Compare(a.Code, b.Code))
	})
	p.suites = make([]suite, 0, len(out))
	for _, s := range out {
		slices.Sort(s.versions)
		var versions []string
		for _, v := range s.versions {
			versions = append(versions, v.String())
		}
		s.Versions = strings.Join(versions, ", ")
		s.All = len(s.Where) == speakers && speakers > 1
		p.suites = append(p.suites, *s)
	}
	return p.suites
}

// suiteOf says what the registry knows of a suite. The rating is that of the suite alone; what a listener may have is for expectations and
// profiles.
func suiteOf(s scan.CipherSuite) *suite {
	info := cipher.Describe(s.Code)
	out := &suite{Code: s.Code.String(), Name: clean(s.Name), Bits: info.Strength, Rating: good.Says("good")}
	var parts []string
	for _, c := range []cipher.Class{"insecure", "rc4", "3des", "cbc", "aead", "forward-secret", "rsa-kx", "system-ssl"} {
		if info.In(c) {
			parts = append(parts, string(c))
		}
	}
	out.Properties = strings.Join(parts, ", ")
	switch {
	case !info.Known:
		out.Rating = warn.Says("not registered")
	case info.In("insecure") || info.In("rc4") || info.ID.IsSSL2():
		out.Rating = bad.Says("insecure")
	case !info.ForwardSecret || !info.AEAD || info.Strength < 128:
		out.Rating = warn.Says("dated")
	}
	return out
}
