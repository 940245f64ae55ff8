package probes

import (
	"slices"
	"strconv"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// suites finds the cipher suites of every version by elimination. To prove a plan it asks one hello with the suites outside the
// named set, which must be refused, and enumerates only a version where one of them was accepted, or that should not be there.
type suites struct{}

// Name returns "suites".
func (suites) Name() string { return "suites" }

func suiteQuestion(v cipher.Version, what string) string { return "suites/" + v.String() + "/" + what }

const outsideQuestion = "outside"

// Next asks the next step of every version.
func (suites) Next(t scan.Target, log *scan.Log) []scan.Question {
	var out []scan.Question
	for _, v := range cipher.Versions() {
		if spoken, _ := supports(log, v); spoken != scan.Yes || v == cipher.SSLv2 {
			continue // SSLv2 tells all its kinds in one answer
		}
		if outside, _ := partition(t, log, v); len(outside) > 0 && !longHellosFail(log) {
			id := suiteQuestion(v, outsideQuestion)
			if q := pursue(log, id, func() scan.Question { return askOutside(t, log, v, id) }); len(q) > 0 {
				out = append(out, q...)
				continue
			}
		}
		if enumerate(t, log, v) {
			if c := suiteHunt(t, log, v); c.next != nil {
				out = append(out, *c.next)
			}
		}
	}
	return append(out, askRequired(t, log)...)
}

// askOutside is the hello that a named version must refuse. It holds GREASE values (RFC 8701), which no listener selects, in
// the place of the named suites, and is padded to the size of the control that was answered.
func askOutside(t scan.Target, log *scan.Log, v cipher.Version, id string) scan.Question {
	outside, inside := partition(t, log, v)
	control := controlOffer(t, log, v, slices.Concat(outside, inside))
	control.Keys = keysOf(log, id) // any: their shares are of one length
	h := controlOffer(t, log, v, slices.Concat(outside, grease(len(inside))))
	if b, err := control.Marshal(); err == nil && v >= cipher.TLSv10 {
		h.PadTo = len(b) - recordHeader
	}
	return question(log, id, h, flightDone(v))
}

// grease returns up to n of the 16 reserved values.
func grease(n int) []cipher.ID {
	var out []cipher.ID
	for i := range uint16(min(n, 16)) {
		out = append(out, cipher.TLS(i<<12|0x0A00|i<<4|0x0A))
	}
	return out
}

// enumerate says whether a version's suites are to be found one by one.
func enumerate(t scan.Target, log *scan.Log, v cipher.Version) bool {
	if !proving(t) {
		return true
	}
	if !named(t, v) || longHellosFail(log) {
		return true // a version that should not be there: say all that it takes; or the suites outside make too long a hello
	}
	outside, _ := partition(t, log, v)
	if len(outside) == 0 {
		return false
	}
	_, r := supports(log, v)
	if _, suite := r.chosen(); slices.Contains(outside, suite) {
		return true
	}
	o, _ := settled(log, suiteQuestion(v, outsideQuestion))
	return o.outcome() == answered
}

// suiteHunt is the enumeration of a version: the version's own question is its first step, the outside question its second.
func suiteHunt(t scan.Target, log *scan.Log, v cipher.Version) catch[cipher.ID] {
	return scan.MemoNow(log, "hunt/"+v.String(), func() catch[cipher.ID] {
		return withoutDHE(t, log, v, newSuiteHunt(t, log, v).run(log))
	})
}

func newSuiteHunt(t scan.Target, log *scan.Log, v cipher.Version) hunt[cipher.ID] {
	outside, inside := partition(t, log, v)
	all := slices.Concat(outside, inside)
	h := hunt[cipher.ID]{
		all:     all,
		version: v,
		id:      func(n int) string { return suiteQuestion(v, strconv.Itoa(n)) },
		ask: func(id string, list []cipher.ID) scan.Question {
			done, with := flightDone(v), offer(t, log, v, list)
			turn(t, log, id, &with)
			if v == cipher.TLSv13 {
				done = hello.Answered // its certificates are found by signature scheme, not by suite
				if withoutShares(log, id) {
					with.KeyShares = nil
				}
			}
			return question(log, id, with, done)
		},
		pick: func(r reading) (cipher.ID, bool) {
			got, suite := r.chosen()
			return suite, got == v
		},
		order: !proving(t),
		aside: usesChaCha20,
		turned: func(id string) bool {
			return turn(t, log, id, &hello.ClientHello{}) || mayWantShares(log, id)
		},
	}
	if longHellosFail(log) {
		h.limit = narrowSuites
		for part, list := range narrow(v) {
			h.known = append(h.known, step[cipher.ID]{question: narrowQuestion(v, part), offered: list})
		}
		return h
	}
	_, control := versionAnswer(log, v)
	offered := all
	if control == withoutDHEQuestion(v) {
		offered = otherThanDHE(v)
	}
	h.known = []step[cipher.ID]{{question: control, offered: offered}}
	if len(outside) > 0 {
		h.known = append(h.known, step[cipher.ID]{question: suiteQuestion(v, outsideQuestion), offered: outside})
	}
	return h
}

// askRequired asks for each suite that must be there, in the newest named version that can use it.
func askRequired(t scan.Target, log *scan.Log) []scan.Question {
	if !proving(t) {
		return nil
	}
	var out []scan.Question
	for _, id := range t.Plan.Required {
		v, ok := requiredIn(t, log, id)
		if !ok {
			continue
		}
		_, r := supports(log, v)
		if _, suite := r.chosen(); suite == id {
			continue // the control has shown it
		}
		name := suiteQuestion(v, "required/"+id.String())
		out = append(out, pursue(log, name, func() scan.Question {
			return question(log, name, offer(t, log, v, []cipher.ID{id}), hello.Answered)
		})...)
	}
	return out
}

func requiredIn(t scan.Target, log *scan.Log, id cipher.ID) (cipher.Version, bool) {
	for _, v := range slices.Backward(cipher.Versions()) {
		if fact, _ := supports(log, v); fact == scan.Yes && named(t, v) && cipher.Describe(id).Usable(v) {
			return v, true
		}
	}
	return 0, false
}

// Derive writes each supported version's suites and refusals.
func (suites) Derive(t scan.Target, log *scan.Log, o *scan.Observation) {
	for i := range o.Protocols {
		p := &o.Protocols[i]
		switch {
		case p.Supported != scan.Yes:
		case p.Version == cipher.SSLv2:
			deriveSSL2(log, p)
		case t.Plan.Depth == scan.Quick:
		case enumerate(t, log, p.Version):
			deriveEnumerated(suiteHunt(t, log, p.Version), p, o)
		default:
			deriveProven(t, log, p, o)
		}
	}
	deriveRequired(t, log, o)
}

func deriveSSL2(log *scan.Log, p *scan.Protocol) {
	_, r := supports(log, cipher.SSLv2)
	for _, kind := range r.flight.SSL2.Kinds {
		p.CipherSuites = append(p.CipherSuites, suiteOf(kind))
	}
	p.Enumeration = scan.EnumerationFull
}

func suiteOf(id cipher.ID) scan.CipherSuite {
	return scan.CipherSuite{Code: id, Name: cipher.Describe(id).Name}
}

func deriveEnumerated(c catch[cipher.ID], p *scan.Protocol, o *scan.Observation) {
	for _, id := range c.accepted {
		p.CipherSuites = append(p.CipherSuites, suiteOf(id))
	}
	for _, e := range c.evidence {
		if !slices.Contains(p.Evidence, e) {
			p.Evidence = append(p.Evidence, e)
		}
	}
	p.Refused = refusalOf(c.refused, c.refusals)
	p.Enumeration = scan.EnumerationFull
	if !c.full {
		p.Enumeration = scan.EnumerationPartial
		why := c.why
		if why == "" {
			why = "not asked any further"
		}
		o.NotTested = append(o.NotTested, scan.NotTested{Question: suiteQuestion(p.Version, "rest"), Why: why})
	}
}

// refusalOf joins refusals into one; the weakest basis names it, since the whole is no better founded than that.
func refusalOf(count int, refusals []refusal) *scan.Refusal {
	if len(refusals) == 0 {
		return nil
	}
	out := &scan.Refusal{Count: count}
	for _, basis := range []string{basisReset, basisClose, basisVersion, basisAlert} {
		for _, r := range refusals {
			if out.Basis == "" && r.basis == basis {
				out.Basis = basis
			}
		}
	}
	for _, r := range refusals {
		out.Evidence = append(out.Evidence, r.evidence...)
	}
	return out
}

// deriveProven writes what the control and the outside question show.
func deriveProven(t scan.Target, log *scan.Log, p *scan.Protocol, o *scan.Observation) {
	_, r := supports(log, p.Version)
	if _, suite := r.chosen(); r.offered() {
		p.CipherSuites = append(p.CipherSuites, suiteOf(suite))
	} else {
		o.NotTested = append(o.NotTested, scan.NotTested{Question: r.Question, Why: notOffered(r)})
	}
	p.Enumeration = scan.EnumerationPartial
	outside, _ := partition(t, log, p.Version)
	if len(outside) == 0 {
		return // nothing is outside the named set, so nothing had to be refused
	}
	ref, ok, why := refused(log, suiteQuestion(p.Version, outsideQuestion))
	if !ok {
		o.NotTested = append(o.NotTested, scan.NotTested{Question: suiteQuestion(p.Version, outsideQuestion), Why: why})
		return
	}
	p.Enumeration = scan.EnumerationOutsideRefused
	p.Refused = refusalOf(len(outside), []refusal{ref})
}

// deriveRequired writes which suites that must be there were accepted, and which were refused.
func deriveRequired(t scan.Target, log *scan.Log, o *scan.Observation) {
	for _, id := range t.Plan.Required {
		v, ok := requiredIn(t, log, id)
		if !ok {
			continue
		}
		i := slices.IndexFunc(o.Protocols, func(p scan.Protocol) bool { return p.Version == v })
		q := suiteQuestion(v, "required/"+id.String())
		r, _ := settled(log, q)
		if got, suite := r.chosen(); r.outcome() == answered && got == v && suite == id {
			o.Protocols[i].Evidence = append(o.Protocols[i].Evidence, r.ID)
			if !slices.Contains(o.Protocols[i].CipherSuites, suiteOf(id)) {
				o.Protocols[i].CipherSuites = append(o.Protocols[i].CipherSuites, suiteOf(id))
			}
			continue
		}
		if ref, ok, why := refused(log, q); ok {
			o.Protocols[i].RefusedSuites = append(o.Protocols[i].RefusedSuites, suiteOf(id))
			o.Protocols[i].Evidence = append(o.Protocols[i].Evidence, ref.evidence...)
		} else if log.Asked(q) {
			o.NotTested = append(o.NotTested, scan.NotTested{Question: q, Why: why})
		}
	}
}
