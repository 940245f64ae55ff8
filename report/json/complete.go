package json

import (
	"slices"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// Complete returns a copy of rep in which every list and map that the document always has is there, empty where it was
// nil: in JSON null would be a third kind of "none". Digest and Write go through it, so both see the same document.
// The report itself is not changed; what needs no change is shared with it.
func Complete(rep *report.Report) *report.Report {
	c := *rep
	c.Run.Arguments = list(c.Run.Arguments)
	c.Summary.ByState = table(c.Summary.ByState)
	c.Summary.BySeverity = table(c.Summary.BySeverity)
	c.Endpoints = each(c.Endpoints, completeEndpoint)
	c.Certificates = each(c.Certificates, func(x *report.Certificate) { x.DER = list(x.DER) })
	c.Keyrings = each(c.Keyrings, func(x *report.Keyring) {
		x.Anchors, x.Personal = list(x.Anchors), list(x.Personal)
	})
	c.Expectations = list(c.Expectations)
	c.Findings = list(c.Findings)
	c.Waivers = list(c.Waivers)
	c.Profiles = each(c.Profiles, func(x *report.Profile) {
		x.Items, x.Results = each(x.Items, func(i *report.ProfileItem) { i.Applies = list(i.Applies) }), list(x.Results)
	})
	if c.Policies != nil {
		c.Policies = &report.Policies{Files: list(c.Policies.Files), Systems: each(c.Policies.Systems, func(x *report.PolicySystem) { x.Files = list(x.Files) })}
	}
	if c.Drift != nil {
		drift := *c.Drift
		drift.Changes = list(drift.Changes)
		c.Drift = &drift
	}
	c.Rules = list(c.Rules)
	return &c
}

func completeEndpoint(e *report.Endpoint) {
	if slices.ContainsFunc(e.Evidence, func(x scan.Exchange) bool { return x.Sent == nil || x.Received == nil }) {
		e.Evidence = each(e.Evidence, func(x *scan.Exchange) { x.Sent, x.Received = list(x.Sent), list(x.Received) })
	}
	if e.Protocols != nil {
		e.Protocols = each(e.Protocols, func(p *scan.Protocol) {
			if p.Refused != nil {
				refused := *p.Refused
				refused.Evidence = list(refused.Evidence)
				p.Refused = &refused
			}
		})
	}
	if e.Presented != nil {
		e.Presented = each(e.Presented, func(p *scan.Presented) {
			p.Sent, p.Versions, p.Evidence = list(p.Sent), list(p.Versions), list(p.Evidence)
		})
	}
	if slices.ContainsFunc(e.Evidence, func(x scan.Exchange) bool { return x.Sent == nil || x.Received == nil }) { // it is most of a report
		e.Evidence = each(e.Evidence, func(x *scan.Exchange) { x.Sent, x.Received = list(x.Sent), list(x.Received) })
	}
}

// each returns a copy of the list with every element completed, never nil.
func each[T any](in []T, complete func(*T)) []T {
	out := list(slices.Clone(in))
	for i := range out {
		complete(&out[i])
	}
	return out
}

func list[T any](in []T) []T {
	if in == nil {
		return []T{}
	}
	return in
}

func table[K comparable, V any](in map[K]V) map[K]V {
	if in == nil {
		return map[K]V{}
	}
	return in
}
