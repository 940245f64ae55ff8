package probes

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

func isDHE(id cipher.ID) bool { return cipher.Describe(id).KeyExchange == "DHE" }

// namedDHE finds the DHE suites below TLS 1.3 that a listener takes from those alone who name the groups of RFC 7919: GnuTLS without DH parameters of
// its own does so. Others (section 4 there) refuse DHE to whoever names groups that they do not have, so the enumeration of suites names none, and
// what is asked here is what it saw refused.
type namedDHE struct{}

// Name returns "named-dhe".
func (namedDHE) Name() string { return "named-dhe" }

// hunt is false where there is nothing to ask: with one DHE suite accepted the listener needs no named group, and SSLv3 cannot name any.
func (namedDHE) hunt(t scan.Target, log *scan.Log, v cipher.Version) (hunt[cipher.ID], bool) {
	if fact, _ := supports(log, v); fact != scan.Yes || v < cipher.TLSv10 || v > cipher.TLSv12 {
		return hunt[cipher.ID]{}, false
	}
	accepted := acceptedSuites(t, log, v)
	if len(accepted) == 0 || slices.ContainsFunc(accepted, isDHE) {
		return hunt[cipher.ID]{}, false
	}
	return hunt[cipher.ID]{
		all:     slices.DeleteFunc(cipher.Enumerable(v), func(id cipher.ID) bool { return !isDHE(id) }),
		version: v,
		id:      func(n int) string { return "named-dhe/" + v.String() + "/" + strconv.Itoa(n) },
		ask: func(id string, list []cipher.ID) scan.Question {
			h := offer(t, log, v, list)
			h.Groups = slices.Concat(h.Groups, cipher.FiniteFieldGroups())
			return question(log, id, h, hello.KeyExchangeDone)
		},
		pick: func(r reading) (cipher.ID, bool) {
			got, suite := r.chosen()
			return suite, got == v
		},
	}, true
}

// Next asks the next step of every version.
func (p namedDHE) Next(t scan.Target, log *scan.Log) (out []scan.Question) {
	for _, v := range cipher.Versions() {
		if h, ok := p.hunt(t, log, v); ok {
			out = append(out, h.questions(log)...)
		}
	}
	return out
}

// Derive adds what was found to the suites of its version, whose refusals are fewer by it.
func (p namedDHE) Derive(t scan.Target, log *scan.Log, o *scan.Observation) {
	for i := range o.Protocols {
		found := &o.Protocols[i]
		h, ok := p.hunt(t, log, found.Version)
		if !ok || !log.Asked(h.id(0)) {
			continue
		}
		c := h.run(log)
		for _, id := range c.accepted {
			found.CipherSuites = append(found.CipherSuites, suiteOf(id))
		}
		found.Evidence = append(found.Evidence, c.evidence...)
		if found.Refused != nil {
			found.Refused.Count -= len(c.accepted)
		}
		if !c.full {
			found.Enumeration = scan.EnumerationPartial
			o.NotTested = append(o.NotTested, scan.NotTested{Question: suiteQuestion(found.Version, "named-dhe"), Why: cmp.Or(c.why, "not asked any further")})
		}
	}
}
