package probes

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// members finds out whether several servers answer at one address, as behind a distributed DVIPA or a load balancer: it puts hellos again,
// octet for octet, and compares the answers. Connections cannot be steered, so it says how members differ and not what each of them
// takes in full; but nothing is left standing that was seen of one member and may be otherwise with another.
type members struct{}

// Name returns "members".
func (members) Name() string { return "members" }

const (
	memberMark  = "#member" // marks the repeats
	fewRepeats  = 3         // where the plan does not say that there are members
	weakRepeats = 2         // where little speaks for it
)

func aboutMembers(id string) bool { return strings.Contains(id, memberMark) }

// Next repeats the deciding questions, one after the other: were two put side by side, a distributor that deals in turn might give each
// of them the same member every time.
func (members) Next(t scan.Target, log *scan.Log) []scan.Question {
	for _, r := range deciding(t, log) {
		var out []scan.Question
		for n := range repeatsOf(t, log, r) {
			id := r.Question + memberMark + strconv.Itoa(n+1)
			if !log.Asked(id) {
				out = append(out, repeat(log, r, id))
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// repeatsOf is how often a question is put again. Where the plan does not say, a deep look always compares, and others do when there is a
// sign of several servers. Two types of key are a weak one, since a single server may have both: one question is then put twice more, in
// a standard look, and the others only if it was answered in another way.
func repeatsOf(t scan.Target, log *scan.Log, r reading) int {
	switch {
	case t.Plan.Members > 0:
		return t.Plan.Members
	case t.Plan.Depth == scan.Deep, contradicted(log), twoLeavesOfOneKind(log), len(answersTo(log, weakSign(log))) > 1:
		return fewRepeats
	case t.Plan.Depth == scan.Standard && r.Question == weakSign(log).Question && twoKeyTypes(log):
		return weakRepeats
	}
	return 0
}

// weakSign is the question that a weak sign repeats.
func weakSign(log *scan.Log) reading {
	r, _ := read(log, versionQuestion(cipher.TLSv12))
	return r
}

func twoKeyTypes(log *scan.Log) bool {
	k := leafKeysOf(log, cipher.Versions()...)
	return k.rsa && k.curve != 0
}

// twoLeavesOfOneKind says whether two certificates with keys of one kind came, in answer to questions of versions and suites: a single server chooses
// between kinds, and has one of each.
func twoLeavesOfOneKind(log *scan.Log) bool {
	return scan.MemoNow(log, "two leaves of one kind", func() bool {
		seen := map[leafKey]string{}
		for _, r := range readAll(log) {
			if len(r.flight.Certificates) == 0 || ownQuestion(r.Question) || aboutMembers(r.Question) {
				continue
			}
			leaf := r.flight.Certificates[0]
			kind, sum := leafKeyOf(log, leaf), sha256Hex(leaf)
			if kind != (leafKey{}) && cmp.Or(seen[kind], sum) != sum {
				return true
			}
			seen[kind] = sum
		}
		return false
	})
}

// contradicted says whether a version was refused by alert and chosen at another time.
func contradicted(log *scan.Log) bool {
	return scan.MemoNow(log, "contradicted", func() bool {
		for _, v := range cipher.Versions()[1:] {
			if r, ok := read(log, versionQuestion(v)); ok && r.outcome() == alerted && slices.ContainsFunc(readAll(log), func(r reading) bool {
				got, _ := r.chosen()
				return got == v
			}) {
				return true
			}
		}
		return false
	})
}

// deciding returns the questions whose answers decide what else is asked and said: those of the versions, and, where members are known to
// be, the ones in which all remaining suites were refused: one member may take what another refuses.
func deciding(t scan.Target, log *scan.Log) []reading {
	var out []reading
	for _, x := range log.All() {
		version, suite := strings.HasPrefix(x.Question, "versions/"), strings.HasPrefix(x.Question, "suites/")
		if !version && !suite || strings.Contains(x.Question, "#") || ssl2Question(x.Question) {
			continue
		}
		r, _ := read(log, x.Question)
		_, decisive := memberAnswer(r)
		modern := x.Question == versionQuestion(cipher.TLSv12) || x.Question == versionQuestion(cipher.TLSv13)
		switch {
		case !decisive:
		case version && (r.outcome() == answered || modern),
			t.Plan.Members > 0 && r.outcome() == alerted && !strings.Contains(x.Question, "/narrow"):
			out = append(out, r)
		}
	}
	return out
}

// repeat puts the octets of a question again.
func repeat(log *scan.Log, r reading, id string) scan.Question {
	enough := hello.FlightDone
	if h, err := hello.ParseClientHello(r.Sent); err == nil && h.Version == cipher.TLSv13 {
		enough = hello.Flight13Done(keysOf(log, r.Question), r.Sent)
	}
	return scan.Question{ID: id, Send: r.Sent, Enough: func(b []byte) (scan.End, bool) {
		end, done := enough(b)
		return scan.End(end), done
	}}
}

// memberAnswer reads an answer; false for what is none, or may be an accident: a close, a reset, silence, an alert that speaks neither of
// versions nor of suites.
func memberAnswer(r reading) (scan.MemberAnswer, bool) {
	a := scan.MemberAnswer{Question: origin(r.Question), Connections: 1, Evidence: []string{r.ID}}
	switch sh := r.flight.ServerHello; {
	case r.outcome() == alerted && r.flight.Alert != nil && aboutOffer(r.flight.Alert.Description):
		a.Refused = scan.End("alert:" + strconv.Itoa(int(r.flight.Alert.Description)))
		return a, true
	case r.outcome() != answered || sh == nil:
		return a, false
	default:
		suite := suiteOf(sh.Suite)
		a.Version, a.CipherSuite, a.Group = sh.Version, &suite, sh.Group
	}
	if k := r.flight.ServerKeyExchange; k != nil {
		a.Group = k.Group
	}
	if len(r.flight.Certificates) > 0 {
		a.Leaf = sha256Hex(r.flight.Certificates[0])
	}
	return a, true
}

// aboutOffer says whether an alert refuses what was offered: handshake_failure, protocol_version, insufficient_security (RFC 8446 section 6.2).
func aboutOffer(alert uint8) bool {
	const handshakeFailure, protocolVersion, insufficientSecurity = 40, 70, 71
	return alert == handshakeFailure || alert == protocolVersion || alert == insufficientSecurity
}
