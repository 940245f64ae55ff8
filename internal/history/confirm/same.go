package confirm

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// opaque is the kind of listener whose first octets are random: nothing follows from them.
const opaque = "opaque"

// Same says whether two looks at an endpoint were asked the same, from the same vantage, and showed the same. Both are whole, as a scan leaves
// them, with the certificates in their evidence. Verdicts are not compared: they follow.
func Same(earlier, now report.Endpoint) bool {
	if !whole(&earlier) || !whole(&now) {
		return false
	}
	a, err := json.Marshal(facts(earlier))
	if err != nil {
		return false
	}
	b, err := json.Marshal(facts(now))
	return err == nil && bytes.Equal(a, b)
}

// whole says whether the endpoint was dialled, and nothing cut that short: neither an interruption nor a budget nor the scanner's own
// machine.
func whole(e *report.Endpoint) bool {
	local := func(f *scan.Failure) bool { return f != nil && f.Kind == scan.KindLocal }
	return !e.Interrupted && len(e.Evidence) > 0 && !local(e.Failure) &&
		!slices.ContainsFunc(e.NotTested, func(n scan.NotTested) bool { return n.Question == scan.TheRest || n.Question == scan.All }) &&
		!slices.ContainsFunc(e.Evidence, func(x scan.Exchange) bool { return local(x.Failure) })
}

// facts is an endpoint without what comes out otherwise in every look, and without what is judged. The number of a plan may change when other
// endpoints get other plans: what was asked is compared.
func facts(e report.Endpoint) report.Endpoint {
	e.Started, e.Finished, e.Source, e.Cost = time.Time{}, time.Time{}, "", scan.Cost{}
	e.Plan, e.Confirmed, e.Chains, e.ServedBy, e.Logged, e.ClientAuthCandidates, e.Vulnerabilities = "", nil, nil, nil, nil, nil, nil
	if e.NonTLS != nil && e.NonTLS.Kind == opaque {
		e.NonTLS = &scan.NonTLS{Kind: opaque}
	}
	e.Protocols = each(e.Protocols, func(p *scan.Protocol) {
		p.Evidence = nil
		if p.Refused != nil {
			refused := *p.Refused
			refused.Evidence = nil
			p.Refused = &refused
		}
	})
	e.DH = each(e.DH, func(d *scan.DHParameters) { d.Evidence = "" })
	e.Presented = each(e.Presented, func(p *scan.Presented) { p.Evidence = nil })
	e.StartUps = each(e.StartUps, func(s *scan.StartUp) { s.Evidence = nil })
	e.Features = each(e.Features, func(f *scan.Feature) { f.Evidence = nil })
	e.Members = each(e.Members, func(a *scan.MemberAnswer) { a.Evidence, a.Connections = nil, 0 })
	if e.ClientAuth != nil {
		c := *e.ClientAuth
		c.Evidence = nil
		c.Outcomes = each(c.Outcomes, func(o *scan.ClientOutcome) { o.Evidence = nil })
		e.ClientAuth = &c
	}
	e.Evidence = each(e.Evidence, asked)
	return e
}

// asked leaves of an exchange what was asked, which is the plan, and how it ended. A hello's octets follow from its question; those of a
// complete handshake are a library's, with random numbers. A message may name ports.
func asked(x *scan.Exchange) {
	x.ID, x.At, x.Received, x.Preamble, x.Secret = "", time.Time{}, nil, nil, nil
	x.SourcePort = min(x.SourcePort, 1) // whether a connection stood
	if len(x.Sent) == 0 {
		x.Sent = nil // a report has it empty where a scan has none
	}
	if x.Handshake != nil {
		h := *x.Handshake
		h.Error = ""
		x.Handshake, x.Sent = &h, nil
	}
	if x.Failure != nil {
		f := *x.Failure
		f.Message = ""
		x.Failure = &f
	}
}

// each is a copy of a list with every element changed.
func each[T any](in []T, change func(*T)) []T {
	out := slices.Clone(in)
	for i := range out {
		change(&out[i])
	}
	return out
}
