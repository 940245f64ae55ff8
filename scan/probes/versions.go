package probes

import (
	"slices"
	"strconv"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// versions asks whether the target is TLS at all, and about each version by itself: a listener may speak 1.0 and 1.2 but not
// 1.1, for AT-TLS has one switch a version. Each hello lists every suite of its version (in a plan with a partition, those outside
// first and those inside last), so it is also the control of the questions that must be refused.
type versions struct{}

// Name returns "versions".
func (versions) Name() string { return "versions" }

const (
	helloQuestion   = "hello"   // the one ClientHello of depth Hello
	connectQuestion = "connect" // the bare connection of depth Connect
)

func versionQuestion(v cipher.Version) string { return "versions/" + v.String() }

// narrowQuestion names the hello with one part of a version's suites; the first part has the commonest.
func narrowQuestion(v cipher.Version, part int) string {
	id := "versions/" + v.String() + "/narrow"
	if part > 0 {
		id += "/" + strconv.Itoa(part)
	}
	return id
}

// Next opens with the likeliest version, goes on to the others once the target is known to speak TLS or to refuse by closing,
// and stops where it speaks something else or nothing.
func (versions) Next(t scan.Target, log *scan.Log) []scan.Question {
	switch t.Plan.Depth {
	case scan.Quick:
		return nil
	case scan.Connect:
		return ask(log, connectQuestion, func() scan.Question { return scan.Question{ID: connectQuestion} })
	case scan.Hello:
		return ask(log, helloQuestion, func() scan.Question {
			return question(log, helloQuestion, hello.New(cipher.TLSv12, narrow(cipher.TLSv12)[0], t.ServerName, ""), hello.Answered)
		})
	}
	opening := openingVersions(t)
	var out []scan.Question
	for _, v := range opening {
		out = append(out, ask(log, versionQuestion(v), func() scan.Question { return askVersion(t, log, v) })...)
	}
	if len(out) > 0 {
		return out
	}
	switch reach(log) {
	case reachNothing:
		return nil
	case reachSilent:
		if slices.Contains(opening, cipher.TLSv13) {
			return nil // silent to a short hello too: TLS 1.3 has but few suites
		}
		return ask(log, narrowQuestion(opening[0], 0), func() scan.Question { return askNarrow(t, log, opening[0], 0) })
	}
	for _, v := range cipher.Versions() {
		out = append(out, pursue(log, versionQuestion(v), func() scan.Question { return askVersion(t, log, v) })...)
	}
	out = append(out, askPostQuantum(t, log)...)
	for _, v := range cipher.Versions() {
		if mayFailAtDHE(t, log, v) {
			out = append(out, ask(log, withoutDHEQuestion(v), func() scan.Question {
				return question(log, withoutDHEQuestion(v), firstOffer(t, v, otherThanDHE(v)), flightDone(v))
			})...)
		}
	}
	if len(out) == 0 && !readsLongHellos(log) {
		out = append(out, ask(log, narrowQuestion(cipher.TLSv12, 0), func() scan.Question { return askNarrow(t, log, cipher.TLSv12, 0) })...)
	}
	if len(out) == 0 && longHellosFail(log) {
		for _, v := range cipher.Versions()[1:] {
			part := decisivePart(log, v)
			out = append(out, pursue(log, narrowQuestion(v, part), func() scan.Question { return askNarrow(t, log, v, part) })...)
		}
	}
	return out
}

// openingVersions are asked first. To prove something a single hello comes first: a port that turns out to be no TLS is then
// left with one question more.
func openingVersions(t scan.Target) []cipher.Version {
	if !proving(t) {
		return []cipher.Version{cipher.TLSv12, cipher.TLSv13}
	}
	if len(t.Plan.Versions) == 0 {
		return []cipher.Version{cipher.TLSv12}
	}
	return []cipher.Version{slices.Max(t.Plan.Versions)}
}

// ask returns the question unless it was put.
func ask(log *scan.Log, id string, build func() scan.Question) []scan.Question {
	if log.Asked(id) {
		return nil
	}
	return []scan.Question{build()}
}

func askVersion(t scan.Target, log *scan.Log, v cipher.Version) scan.Question {
	outside, inside := partition(t, log, v)
	h := firstOffer(t, v, slices.Concat(outside, inside))
	return question(log, versionQuestion(v), h, flightDone(v))
}

func askNarrow(t scan.Target, log *scan.Log, v cipher.Version, part int) scan.Question {
	return question(log, narrowQuestion(v, part), firstOffer(t, v, narrow(v)[part]), flightDone(v))
}

// narrow returns a version's suites in parts that make short hellos.
func narrow(v cipher.Version) [][]cipher.ID {
	return slices.Collect(slices.Chunk(cipher.Enumerable(v), narrowSuites))
}

// decisivePart returns the first of a version's short hellos that was not refused, or the last: a version is refused when all of
// its parts are.
func decisivePart(log *scan.Log, v cipher.Version) int {
	last := len(narrow(v)) - 1
	for part := range last {
		r, _ := settled(log, narrowQuestion(v, part))
		if _, ok, _ := refused(log, narrowQuestion(v, part)); !ok || r.outcome() == answered {
			return part
		}
	}
	return last
}

// readsLongHellos says whether any long hello was answered, or refused by an alert that speaks of versions or suites: only then is a
// refusal of the others one of these, and not one of length. The hello of TLS 1.3 is short and shows nothing.
func readsLongHellos(log *scan.Log) bool {
	const handshakeFailure, protocolVersion, insufficientSecurity = 40, 70, 71
	return slices.ContainsFunc(cipher.Versions()[1:], func(v cipher.Version) bool {
		r, ok := read(log, versionQuestion(v))
		if !ok || v == cipher.TLSv13 {
			return false
		}
		a := r.flight.Alert
		return longHelloAnswered(log, v) || r.outcome() == alerted && a != nil &&
			(a.Description == handshakeFailure || a.Description == protocolVersion || a.Description == insufficientSecurity)
	})
}

// longHelloAnswered says whether a version's long hello was answered, as it is or without DHE.
func longHelloAnswered(log *scan.Log, v cipher.Version) bool {
	return v != cipher.TLSv13 && slices.ContainsFunc([]string{versionQuestion(v), withoutDHEQuestion(v)}, func(id string) bool {
		r, ok := read(log, id)
		return ok && r.outcome() == answered
	})
}

// longHellosRefused says whether every long hello that was asked about a version was ended by the listener, in one way each time it was put. A network
// that fails at random has several, or shows in what else it loses; silence is nobody's word.
func longHellosRefused(log *scan.Log) bool {
	ends := map[outcome]bool{}
	for _, v := range cipher.Versions()[1:] {
		for _, id := range []string{versionQuestion(v), versionQuestion(v) + again} {
			if r, ok := read(log, id); ok && v != cipher.TLSv13 {
				ends[r.outcome()] = true
			}
		}
	}
	return len(ends) == 1 && (ends[alerted] || (ends[reset] || ends[closed]) && !accidents(log))
}

// longHellosFail says whether this listener answers short hellos and has answered no long one.
func longHellosFail(log *scan.Log) bool {
	return scan.MemoNow(log, "long hellos fail", func() bool { return onlyShortHellos(log) })
}

func onlyShortHellos(log *scan.Log) bool {
	short := false
	for _, v := range cipher.Versions()[1:] {
		if longHelloAnswered(log, v) {
			return false
		}
		if r, ok := read(log, narrowQuestion(v, 0)); ok && r.outcome() == answered && v != cipher.TLSv13 {
			short = true
		}
	}
	return short
}

// versionAnswer returns the answer that shows a version, or the question whose refusal is the version's.
func versionAnswer(log *scan.Log, v cipher.Version) (r reading, id string) {
	id = versionQuestion(v)
	if v != cipher.SSLv2 && longHellosFail(log) {
		id = narrowQuestion(v, decisivePart(log, v))
	}
	if v == cipher.TLSv13 && postQuantumOnly(log) {
		id = postQuantumQuestion
	}
	if r, ok := read(log, withoutDHEQuestion(v)); ok && r.outcome() == answered {
		return r, withoutDHEQuestion(v)
	}
	r, _ = read(log, id)
	if second, ok := read(log, id+again); ok && second.outcome() == answered {
		r = second
	}
	return r, id
}

// supports says whether a version is spoken, and by which exchange that is known.
func supports(log *scan.Log, v cipher.Version) (scan.Fact, reading) {
	type known struct {
		fact     scan.Fact
		question string // a reading is large, and every target that waits for its turn has this of every version
	}
	k := scan.MemoNow(log, "supports/"+v.String(), func() known {
		fact, r := findSupport(log, v)
		return known{fact, r.Question}
	})
	r, _ := read(log, k.question)
	return k.fact, r
}

func findSupport(log *scan.Log, v cipher.Version) (scan.Fact, reading) {
	r, id := versionAnswer(log, v)
	if r.outcome() == answered {
		if v == cipher.SSLv2 {
			return scan.FactOf(r.flight.SSL2 != nil), r
		}
		got, _ := r.chosen()
		if got > v {
			return scan.Unknown, r // it was not offered, so it says nothing
		}
		return scan.FactOf(got == v), r
	}
	if _, ok, _ := refused(log, id); ok {
		return scan.No, r
	}
	return scan.Unknown, r
}

// Derive writes the state, and whether each version is supported.
func (versions) Derive(t scan.Target, log *scan.Log, o *scan.Observation) {
	deriveState(t, log, o)
	for _, v := range cipher.Versions() {
		p := scan.Protocol{Version: v, Enumeration: scan.EnumerationNone}
		fact, r := supports(log, v)
		p.Supported = fact
		if r.ID != "" {
			p.Evidence = append(p.Evidence, r.ID)
		}
		if fact == scan.No {
			p.Refused = versionRefusal(log, v, r)
		}
		if fact == scan.Unknown && (o.State == scan.StateTLS || o.State == scan.StateStartTLS) && asksVersions(t) {
			_, id := versionAnswer(log, v)
			_, _, why := refused(log, id)
			o.NotTested = append(o.NotTested, scan.NotTested{Question: versionQuestion(v), Why: why})
		}
		o.Protocols = append(o.Protocols, p)
	}
}

// asksVersions says whether the plan asks about each version: Quick, Hello and Connect do not.
func asksVersions(t scan.Target) bool {
	return t.Plan.Depth == scan.Standard || t.Plan.Depth == scan.Prove || t.Plan.Depth == scan.Deep
}

func versionRefusal(log *scan.Log, v cipher.Version, r reading) *scan.Refusal {
	count := len(cipher.Enumerable(v))
	_, id := versionAnswer(log, v)
	if r.outcome() == answered {
		return &scan.Refusal{Count: count, Basis: basisVersion, Evidence: []string{r.ID}}
	}
	if id == versionQuestion(v) {
		ref, _, _ := refused(log, id)
		return refusalOf(count, []refusal{ref})
	}
	var parts []refusal
	for part := range narrow(v) {
		ref, _, _ := refused(log, narrowQuestion(v, part))
		parts = append(parts, ref)
	}
	return refusalOf(count, parts)
}
