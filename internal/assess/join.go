package assess

import (
	"maps"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// Join returns the endpoints with the answers that key rings give: Chains, the trust matrix of every chain that was sent
// against every ring that must, or must not, trust it (without an expectation: against all rings); and ServedBy, whether
// the listener serves its ring's certificate; ClientAuthCandidates; Vulnerabilities; and Logged, the messages that the scan itself will have caused. Rings go by the names that the expectations use; one that is missing makes
// its cells unknown. The observations' Certificates must be filled in. The given endpoints are not changed.
func Join(endpoints []report.Endpoint, expectations []report.Expectation, rings map[string]*certchain.Ring, at time.Time) []report.Endpoint {
	out := slices.Clone(endpoints)
	expected := byEndpoint(expectations)
	ssl2 := speakers(endpoints)
	faults := make([]any, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for first := range faults { // side by side: most of it is verifying signatures of certificates
		wg.Go(func() {
			defer func() { faults[first] = recover() }()
			for i := first; i < len(out); i += len(faults) {
				join(&Case{Endpoint: &out[i], Expect: expected[out[i].ID], Rings: rings, At: at, ssl2: ssl2})
			}
		})
	}
	wg.Wait()
	for _, fault := range faults {
		if fault != nil {
			panic(fault) // where the caller can recover
		}
	}
	return out
}

// join fills in the answers of one endpoint.
func join(c *Case) {
	e := c.Endpoint
	e.Chains, e.ServedBy, e.ClientAuthCandidates, e.Vulnerabilities, e.Logged = nil, nil, nil, nil, c.logged()
	if !c.tls() {
		return
	}
	e.Chains, e.ClientAuthCandidates, e.Vulnerabilities = c.matrix(), c.clientAuthCandidates(), c.vulnerabilities()
	if c.Expect != nil && c.Expect.ServedBy != "" {
		e.ServedBy = c.servedBy()
	}
}

// byEndpoint indexes expectations; of two for one endpoint the first counts.
func byEndpoint(expectations []report.Expectation) map[string]*report.Expectation {
	out := make(map[string]*report.Expectation, len(expectations))
	for i := range expectations {
		if x := &expectations[i]; out[x.Endpoint] == nil {
			out[x.Endpoint] = x
		}
	}
	return out
}

// matrix judges every chain by every ring.
func (c *Case) matrix() []report.ChainVerdict {
	names := slices.Sorted(maps.Keys(c.Rings))
	if c.Expect != nil {
		names = slices.Concat(c.Expect.TrustedBy, c.Expect.NotTrustedBy)
	}
	var out []report.ChainVerdict
	for _, p := range c.Endpoint.Presented {
		for i, name := range names {
			if slices.Contains(names[:i], name) {
				continue
			}
			v := c.cell(p, name)
			same := func(have report.ChainVerdict) bool {
				return have.Leaf == v.Leaf && have.Keyring == v.Keyring && have.Trusted == v.Trusted &&
					have.TrustedAsSent == v.TrustedAsSent && slices.Equal(have.Path, v.Path)
			}
			if !slices.ContainsFunc(out, same) {
				out = append(out, v)
			}
		}
	}
	return out
}

// cell judges one chain by one ring.
func (c *Case) cell(p scan.Presented, name string) report.ChainVerdict {
	cell := report.ChainVerdict{Leaf: p.Leaf, Keyring: name, Trusted: certchain.Unknown, TrustedAsSent: certchain.Unknown}
	chain := c.Endpoint.Chain(p)
	ring := c.Rings[name]
	switch {
	case ring == nil:
		cell.Reason, cell.Code = "the ring was not read", string(certchain.ReasonNoRing)
		return cell
	case len(chain) != len(p.Sent):
		cell.Reason, cell.Code = "the certificates that were sent are not at hand", string(certchain.ReasonNothingSent)
		return cell
	}
	v := certchain.Judge(chain, ring, c.At)
	cell.Trusted, cell.TrustedAsSent = v.Trusted.Value, v.AsSent.Value
	cell.Reason, cell.Code = v.Trusted.Detail, string(v.Trusted.Code)
	for _, cert := range v.Trusted.Path {
		cell.Path = append(cell.Path, cert.SHA256)
	}
	return cell
}

// servedBy compares what is served with the ring. A listener may have a certificate for each key type: one must be the
// expected one, and every other must be of the ring too.
func (c *Case) servedBy() *report.ServedBy {
	ring := c.Rings[c.Expect.ServedBy]
	out := &report.ServedBy{Keyring: c.Expect.ServedBy, Label: c.Expect.Label, Match: certchain.Unknown}
	leaves := c.leaves(c.primary())
	switch {
	case ring == nil:
		out.Reason = "the ring was not read"
		return out
	case len(leaves) == 0:
		out.Reason = "no certificate was seen"
		return out
	}
	var answers []certchain.Served
	for _, leaf := range leaves {
		answers = append(answers, certchain.ServedBy(leaf.Certificate, ring, c.Expect.Label, c.serverOwnTLS()))
	}
	best := slices.IndexFunc(answers, func(s certchain.Served) bool { return s.Match == certchain.Yes })
	if best < 0 {
		best = max(0, slices.IndexFunc(answers, func(s certchain.Served) bool { return s.Match == certchain.Unknown }))
	}
	s := answers[best]
	for i, leaf := range leaves {
		if i == best || s.Match != certchain.Yes {
			continue
		}
		if other := certchain.ServedBy(leaf.Certificate, ring, "", true); other.Match != certchain.Yes {
			s.Match, s.Detail = other.Match, other.Detail
		}
	}
	out.Match, out.Reason = s.Match, s.Detail
	if out.Label == "" {
		out.Label = s.Label
	}
	return out
}
