package probes

import (
	"cmp"
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
)

// Derive writes the answers by question, and where they differ takes back what one member's answers cannot say of all.
func (members) Derive(t scan.Target, log *scan.Log, o *scan.Observation) {
	for _, r := range deciding(t, log) {
		if !log.Asked(r.Question + memberMark + "1") {
			continue
		}
		o.Members = append(o.Members, answersTo(log, r)...)
	}
	if !o.MembersDiffer() {
		return
	}
	for i := range o.Protocols {
		onlyShown(&o.Protocols[i], o)
	}
	for i := range o.Groups {
		shown(&o.Groups[i].Supported)
	}
	for i, f := range o.Features {
		if f.Answer == scan.No {
			o.Features[i].Answer, o.Features[i].Basis = scan.Unknown, membersDiffer
		}
	}
	if c := o.ClientAuth; c != nil {
		shown(&c.Requested)
		shown(&c.Required)
	}
	o.NotTested = append(o.NotTested, scan.NotTested{Question: members{}.Name(), Why: membersDiffer})
}

// membersDiffer is why what one connection showed is not said of the listener.
const membersDiffer = "members that differ answer at this address: what one of them refused another may take, and nothing is known of each in full " +
	"unless it is scanned by an address of its own"

// answersTo groups the answers to a question and its repeats, the commonest first.
func answersTo(log *scan.Log, first reading) []scan.MemberAnswer {
	one, ok := memberAnswer(first)
	if !ok {
		return nil
	}
	out := []scan.MemberAnswer{one}
	for _, r := range readAll(log) {
		a, ok := memberAnswer(r)
		if !ok || !aboutMembers(r.Question) || a.Question != first.Question {
			continue
		}
		i := slices.IndexFunc(out, a.Same)
		if i < 0 {
			out = append(out, a)
			continue
		}
		out[i].Connections++
		out[i].Evidence = append(out[i].Evidence, r.ID)
		out[i].Leaf, out[i].Group = cmp.Or(out[i].Leaf, a.Leaf), cmp.Or(out[i].Group, a.Group)
	}
	slices.SortStableFunc(out, func(a, b scan.MemberAnswer) int { return cmp.Compare(b.Connections, a.Connections) })
	return out
}

// onlyShown leaves of a version what a connection has shown: that a member speaks it and takes a suite. A refusal stands only where every
// repeat was refused too.
func onlyShown(p *scan.Protocol, o *scan.Observation) {
	asked, refused := 0, 0
	for _, a := range o.Members {
		if a.Version == p.Version && p.Version != 0 {
			p.Supported = scan.Yes
			p.CipherSuites = with(p.CipherSuites, *a.CipherSuite)
			p.Evidence = with(p.Evidence, a.Evidence...)
		}
		if a.Question == versionQuestion(p.Version) {
			asked += a.Connections
			if a.Version != p.Version {
				refused += a.Connections
			}
		}
	}
	if p.Supported == scan.No && (asked < 2 || refused < asked) {
		p.Supported, p.Refused = scan.Unknown, nil
	}
	if p.Supported == scan.Yes {
		p.Preference, p.RefusedSuites, p.Refused, p.Enumeration = "unknown", nil, nil, scan.EnumerationPartial
	}
	if p.Supported == scan.Unknown && p.Version != cipher.SSLv2 {
		o.NotTested = append(o.NotTested, scan.NotTested{Question: versionQuestion(p.Version), Why: membersDiffer})
	}
}

// with adds to a copy of a list what it does not have.
func with[T comparable](list []T, more ...T) []T {
	out := slices.Clone(list)
	for _, m := range more {
		if !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out
}

// shown takes a "no" back, which one connection said.
func shown(f *scan.Fact) {
	if *f == scan.No {
		*f = scan.Unknown
	}
}
