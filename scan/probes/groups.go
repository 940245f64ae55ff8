package probes

import (
	"slices"
	"strconv"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// groups finds the groups of TLS 1.2 and TLS 1.3, and the size of finite-field parameters. TLS 1.3 is asked with an empty list
// of key shares: the listener names its group in a HelloRetryRequest, so no key is made on either side (RFC 8446 section 4.2.8).
// TLS 1.2 is asked with ECDHE suites only and names its group in ServerKeyExchange. Hybrids with ML-KEM are among those asked.
type groups struct{}

// Name returns "groups".
func (groups) Name() string { return "groups" }

// Next asks the next step of both versions.
func (groups) Next(t scan.Target, log *scan.Log) []scan.Question {
	if proving(t) && !t.Plan.Groups {
		return nil
	}
	var out []scan.Question
	for _, v := range []cipher.Version{cipher.TLSv12, cipher.TLSv13} {
		if h, ok := groupHunt(t, log, v); ok {
			c := h.run(log)
			if c.next != nil {
				out = append(out, *c.next)
			} else if v == cipher.TLSv12 {
				out = append(out, askGroupOrder(t, log, c)...)
			}
		}
	}
	return out
}

func groupQuestion(v cipher.Version, n int) string {
	return "groups/" + v.String() + "/" + strconv.Itoa(n)
}

const groupOrderQuestion = "groups/TLSv1.2/order"

// askGroupOrder asks, where the certificate's own curve ended the hunt, whether the listener goes by the client's order: the curve is
// offered first, then the other groups, which were chosen before it when they were offered before it.
func askGroupOrder(t scan.Target, log *scan.Log, c catch[cipher.Group]) []scan.Question {
	list, keep := ecdheSuites(t, log)
	if !hiddenByCurve(c, keep) {
		return nil
	}
	return ask(log, groupOrderQuestion, func() scan.Question {
		h := offer(t, log, cipher.TLSv12, list)
		h.Groups = append([]cipher.Group{keep}, slices.DeleteFunc(slices.Clone(c.accepted), func(g cipher.Group) bool { return g == keep })...)
		return question(log, groupOrderQuestion, h, hello.KeyExchangeDone)
	})
}

// hiddenByCurve says whether the certificate's own curve may hide groups, and another accepted one can show whose order counts.
func hiddenByCurve(c catch[cipher.Group], keep cipher.Group) bool {
	return !c.full && keep != 0 && c.stray == keep && slices.Contains(c.accepted, keep) && len(c.accepted) > 1
}

// curveHidesNone says whether a listener goes by the client's order of groups: then the certificate's curve, offered last, was chosen
// because it takes none of those before it.
func curveHidesNone(t scan.Target, log *scan.Log, c catch[cipher.Group]) bool {
	_, keep := ecdheSuites(t, log)
	r, asked := read(log, groupOrderQuestion)
	if !asked || !hiddenByCurve(c, keep) || r.outcome() != answered {
		return false
	}
	k := r.flight.ServerKeyExchange
	return k != nil && k.Group == keep
}

// groupHunt is the enumeration of a version's groups; false where the version or its ECDHE suites are not known yet, or absent.
func groupHunt(t scan.Target, log *scan.Log, v cipher.Version) (hunt[cipher.Group], bool) {
	if fact, _ := supports(log, v); fact != scan.Yes {
		return hunt[cipher.Group]{}, false
	}
	id := func(n int) string { return groupQuestion(v, n) }
	if v == cipher.TLSv13 {
		return hunt[cipher.Group]{all: groupCodes(true), version: v, known: knownGroup(log), id: id, order: t.Plan.Depth == scan.Deep,
			control: "the listener does not answer a hello without key shares", ask: func(id string, list []cipher.Group) scan.Question {
				h := hello.New(v, cipher.Enumerable(v), t.ServerName, "")
				h.Groups = list
				return question(log, id, h, hello.Answered)
			}, pick: func(r reading) (cipher.Group, bool) {
				return r.flight.ServerHello.Group, r.flight.ServerHello.Version == v && r.flight.ServerHello.Group != 0
			}}, true
	}
	list, keep := ecdheSuites(t, log)
	if len(list) == 0 {
		return hunt[cipher.Group]{}, false
	}
	return hunt[cipher.Group]{all: groupCodes(false), version: v, known: knownGroups(t, log, list), id: id, order: t.Plan.Depth == scan.Deep && keep == 0, ask: func(id string, left []cipher.Group) scan.Question {
		h := offer(t, log, v, list)
		h.Groups = left
		if keep != 0 && !slices.Contains(left, keep) {
			h.Groups = append(left, keep)
		}
		return question(log, id, h, hello.KeyExchangeDone)
	}, unread: beforeKeyExchange, pick: func(r reading) (cipher.Group, bool) {
		k := r.flight.ServerKeyExchange
		if k == nil || k.Group == 0 || r.flight.ServerHello.Version != v {
			return 0, false
		}
		return k.Group, true
	}}, true
}

// knownGroup is what TLS 1.3 was answered with: it was offered key shares, so this says nothing of order.
func knownGroup(log *scan.Log) []step[cipher.Group] {
	r, _ := settled(log, versionQuestion(cipher.TLSv13))
	if h, err := hello.ParseClientHello(r.Sent); err == nil && r.outcome() == answered && slices.Contains(h.Groups, r.flight.ServerHello.Group) {
		return []step[cipher.Group]{{question: versionQuestion(cipher.TLSv13), offered: h.Groups, apart: true}}
	}
	return nil
}

// knownGroups are the first answers of TLS 1.2 with each group. Those with suites outside the list that the hunt offers say nothing of order. To prove something
// only the version's own counts: suites are then asked about at the same time.
func knownGroups(t scan.Target, log *scan.Log, list []cipher.ID) []step[cipher.Group] {
	var out []step[cipher.Group]
	seen := map[cipher.Group]bool{}
	for n, id := 0, versionQuestion(cipher.TLSv12); log.Asked(id); n++ {
		r, _ := settled(log, id)
		_, suite := r.chosen()
		h, err := hello.ParseClientHello(r.Sent)
		if k := r.flight.ServerKeyExchange; err == nil && k != nil && slices.Contains(h.Groups, k.Group) && !seen[k.Group] {
			seen[k.Group] = true
			out = append(out, step[cipher.Group]{question: id, offered: h.Groups, apart: !slices.Contains(list, suite)})
		}
		if proving(t) {
			break
		}
		id = suiteQuestion(cipher.TLSv12, strconv.Itoa(n))
	}
	return out
}

// beforeKeyExchange is the unread of answers that ended before ServerKeyExchange, which names the group below TLS 1.3.
func beforeKeyExchange(r reading) string {
	if v, _ := r.chosen(); v == cipher.TLSv12 && r.flight.ServerKeyExchange == nil {
		return "the answer ended before it showed what was chosen (" + r.ID + ")"
	}
	return ""
}

// groupCodes returns the groups to ask about: elliptic curves, and for TLS 1.3 the finite-field, hybrid and ML-KEM groups too. A
// server may take a curve outside the versions it was made for, so that is no reason to leave one out.
func groupCodes(tls13 bool) []cipher.Group {
	out := cipher.EllipticGroups()
	if tls13 {
		out = slices.Concat(out, cipher.FiniteFieldGroups(), cipher.PostQuantumGroups())
	}
	return out
}

// ecdheSuites returns the ECDHE suites of TLS 1.2 to ask with. Those that sign with RSA are taken where there are any: an ECDSA
// certificate ties the listener to its own curve, which must then be kept in every question.
func ecdheSuites(t scan.Target, log *scan.Log) (list []cipher.ID, keep cipher.Group) {
	accepted, _ := foundSuites(t, log, cipher.TLSv12)
	if proving(t) {
		_, accepted = partition(t, log, cipher.TLSv12)
	}
	var rsa, all []cipher.ID
	for _, id := range accepted {
		switch s := cipher.Describe(id); {
		case s.KeyExchange != "ECDHE":
		case s.Authentication == "RSA" || s.Authentication == "anon":
			rsa = append(rsa, id)
			all = append(all, id)
		default:
			all = append(all, id)
		}
	}
	leaf := leafKeys(log)
	if len(rsa) > 0 && (leaf.rsa || leaf.curve == 0) {
		return rsa, 0
	}
	return all, leaf.curve
}

// Derive writes the groups of both versions, and finite-field parameters of any.
func (groups) Derive(t scan.Target, log *scan.Log, o *scan.Observation) {
	deriveDH(log, o)
	if proving(t) && !t.Plan.Groups || t.Plan.Depth == scan.Quick {
		return
	}
	for _, v := range []cipher.Version{cipher.TLSv12, cipher.TLSv13} {
		h, ok := groupHunt(t, log, v)
		if !ok {
			continue
		}
		c := h.run(log)
		if v == cipher.TLSv12 && curveHidesNone(t, log, c) {
			c.full = true
		}
		for _, g := range h.all {
			fact := scan.Unknown
			switch {
			case slices.Contains(c.accepted, g):
				fact = scan.Yes
			case c.full && len(c.accepted) > 0:
				fact = scan.No
			}
			o.Groups = append(o.Groups, scan.GroupFact{Version: v, Code: g, Name: cipher.DescribeGroup(g).Name, Supported: fact})
		}
		if why := groupsUnknown(t, log, v, c); why != "" {
			o.NotTested = append(o.NotTested, scan.NotTested{Question: "groups/" + v.String(), Why: why})
		}
	}
}

// groupsUnknown says why groups that were not accepted are not known to be refused.
func groupsUnknown(t scan.Target, log *scan.Log, v cipher.Version, c catch[cipher.Group]) string {
	_, keep := ecdheSuites(t, log)
	switch {
	case c.full && len(c.accepted) > 0:
		return ""
	case c.full:
		return "no ECDHE suite was accepted with any group"
	case v == cipher.TLSv12 && keep != 0 && slices.Contains(c.accepted, keep):
		return "the certificate's own curve, " + cipher.DescribeGroup(keep).Name + ", must be in every question: what it hides is unknown"
	case c.why == "":
		return "not asked any further"
	}
	return c.why
}

// deriveDH writes every finite-field group that the listener used below TLS 1.3.
func deriveDH(log *scan.Log, o *scan.Observation) {
	for _, r := range readAll(log) {
		k := r.flight.ServerKeyExchange
		if r.flight.ServerHello == nil || k == nil || k.DHBits == 0 {
			continue
		}
		fact := scan.DHParameters{Version: r.flight.ServerHello.Version, Bits: k.DHBits, Prime: sha256Hex(k.DHPrime),
			Generator: hexOf(k.DHGenerator), Evidence: r.ID}
		if !slices.ContainsFunc(o.DH, func(d scan.DHParameters) bool {
			return d.Version == fact.Version && d.Prime == fact.Prime && d.Generator == fact.Generator
		}) {
			o.DH = append(o.DH, fact)
		}
	}
}
