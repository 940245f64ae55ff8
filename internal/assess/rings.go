package assess

import (
	"maps"
	"slices"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// servingRing is the ring that the listener serves from; nil when the estate names none, or no TLS is expected.
func (c *Case) servingRing() *certchain.Ring {
	if !c.wantsTLS() || c.Expect.ServedBy == "" {
		return nil
	}
	return c.Rings[c.Expect.ServedBy]
}

// seen says whether the listener has shown its chain: then the wire is judged, and not what rings promise.
func (c *Case) seen() bool { return len(c.Endpoint.Presented) > 0 }

// promised returns the certificates of the ring that the listener may serve: one, or any personal one for the CAE server
// without a label. None is returned where that is not known.
func (c *Case) promised(ring *certchain.Ring) []*certchain.Certificate {
	if c.Expect.Label == "" && (c.serverOwnTLS() || c.Alone) {
		if !c.Alone && len(ring.UnprovenPersonal()) > 0 {
			return nil
		}
		var out []*certchain.Certificate
		for _, e := range ring.PersonalEntries() {
			out = append(out, e.Certificate)
		}
		return out
	}
	e, problem := ring.ServedEntry(c.Expect.Label)
	if problem != "" || !e.Usable() {
		return nil
	}
	return []*certchain.Certificate{e.Certificate}
}

// leavesOf returns the server certificates of an expectation's listener: those that were seen, else those which its ring promises.
func (e *Estate) leavesOf(x *report.Expectation) [][]*certchain.Certificate {
	c := &Case{Endpoint: &report.Endpoint{}, Expect: x, Rings: e.Rings, At: e.At}
	if seen := e.endpoint(x.Endpoint); seen != nil {
		c.Endpoint = seen
	}
	var out [][]*certchain.Certificate
	for _, p := range c.Endpoint.Presented {
		if chain := c.Endpoint.Chain(p); len(chain) == len(p.Sent) {
			out = append(out, chain)
		}
	}
	if ring := c.servingRing(); len(out) == 0 && ring != nil {
		for _, leaf := range c.promised(ring) {
			out = append(out, ring.Chain(leaf))
		}
	}
	return out
}

// endpoint finds an endpoint by its id; nil when the run has none of it.
func (e *Estate) endpoint(id string) *report.Endpoint {
	if e.byID == nil {
		e.byID = make(map[string]*report.Endpoint, len(e.Endpoints))
		for i := range e.Endpoints {
			e.byID[e.Endpoints[i].ID] = &e.Endpoints[i]
		}
	}
	return e.byID[id]
}

// expectation finds what is expected of an endpoint; nil for nothing.
func (e *Estate) expectation(endpoint string) *report.Expectation {
	if e.expected == nil {
		e.expected = byEndpoint(e.Expectations)
	}
	return e.expected[endpoint]
}

// ringUse is what the listeners of an estate need of a ring.
type ringUse struct {
	ring    *certchain.Ring
	needed  map[string]bool // certificates by SHA-256
	served  map[string]bool // server certificates that listeners serve from it
	trusted map[string]bool // server certificates that it is to trust
	labels  []string        // that listeners name; "" for the default
	sure    bool            // nothing else can be needed
	days    int             // the most days that a listener wants a certificate to be valid
}

// uses returns how each ring that a listener refers to is used, in the order of their names. It is worked out once.
func (e *Estate) uses() []*ringUse {
	if e.used != nil {
		return e.used
	}
	all := map[string]*ringUse{}
	use := func(name string, x *report.Expectation) *ringUse {
		if e.Rings[name] == nil {
			return nil
		}
		if all[name] == nil {
			all[name] = &ringUse{ring: e.Rings[name], needed: map[string]bool{}, served: map[string]bool{}, trusted: map[string]bool{},
				sure: !e.Narrowed && !e.Alone}
		}
		all[name].days = max(all[name].days, x.MinDaysLeft)
		return all[name]
	}
	for i := range e.Expectations {
		x := &e.Expectations[i]
		chains := e.leavesOf(x)
		if u := use(x.ServedBy, x); u != nil {
			u.serves(x, chains)
		}
		for _, name := range x.TrustedBy {
			if u := use(name, x); u != nil {
				u.trusts(chains, e)
			}
		}
	}
	e.used = []*ringUse{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		e.used = append(e.used, all[name])
	}
	return e.used
}

// serves notes what a listener serves from the ring. Where it may ask for client certificates, any CA of the ring can be needed.
func (u *ringUse) serves(x *report.Expectation, chains [][]*certchain.Certificate) {
	u.labels = append(u.labels, x.Label)
	u.sure = u.sure && len(chains) > 0 && x.ClientAuth == "none"
	for _, chain := range chains {
		if u.served[chain[0].SHA256] {
			continue
		}
		u.served[chain[0].SHA256] = true
		for _, c := range u.ring.Chain(chain[0]) {
			u.needed[c.SHA256] = true
		}
	}
}

// trusts notes what the ring needs to trust a listener.
func (u *ringUse) trusts(chains [][]*certchain.Certificate, e *Estate) {
	u.sure = u.sure && len(chains) > 0
	for _, chain := range chains {
		if u.trusted[chain[0].SHA256] {
			continue // many listeners, one certificate
		}
		u.trusted[chain[0].SHA256] = true
		for _, c := range certchain.Judge(chain, u.ring, e.At).Trusted.Path {
			u.needed[c.SHA256] = true
		}
		// Whoever trusts an intermediate still needs its root where GSK_CERT_VALIDATE_KEYRING_ROOT says so.
		for _, c := range u.ring.Chain(chain[0]) {
			u.needed[c.SHA256] = true
		}
	}
}

// listedAt is a place of a ring's listing as findings have it; nil for none.
func listedAt(p certchain.Place) *report.Location {
	if p.Line == 0 {
		return nil
	}
	l := report.Location(p)
	return &l
}

// entryName names a certificate of a ring: by its label, else by its subject.
func entryName(e certchain.Entry) string {
	if e.Label != "" {
		return `"` + e.Label + `"`
	}
	return certificateName(e.Certificate)
}
