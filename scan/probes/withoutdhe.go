package probes

import (
	"slices"
	"strconv"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
)

// withoutDHEQuestion is a version's hello without DHE.
func withoutDHEQuestion(v cipher.Version) string { return versionQuestion(v) + "/without-dhe" }

// mayFailAtDHE says whether a version's hello ended as it does where a listener fails at its very first choice. Of a version that a plan does not name
// no more is asked than whether it is refused, and of a port that has answered nothing only TLS 1.2.
func mayFailAtDHE(t scan.Target, log *scan.Log, v cipher.Version) bool {
	if v == cipher.SSLv2 || v == cipher.TLSv13 || proving(t) && !named(t, v) || longHellosFail(log) {
		return false
	}
	if v != cipher.TLSv12 && !slices.ContainsFunc(readAll(log), reading.spokeTLS) {
		return false
	}
	return failedInside(log, versionQuestion(v))
}

// otherThanDHE returns a version's suites but those with DHE.
func otherThanDHE(v cipher.Version) []cipher.ID {
	return slices.DeleteFunc(cipher.Enumerable(v), isDHE)
}

// withoutDHE goes on where an enumeration ended because the listener chose a suite that it cannot serve: Dovecot without ssl_dh chooses DHE, finds that
// it has no parameters, and closes, whatever else was offered. So where the rest was refused by a close, a reset or internal_error, and no DHE suite was
// accepted, the rest is offered once more without DHE; not before the last question was repeated, which may yet be answered.
func withoutDHE(t scan.Target, log *scan.Log, v cipher.Version, c catch[cipher.ID]) catch[cipher.ID] {
	if c.next != nil || v == cipher.TLSv13 || len(c.accepted) == 0 || slices.ContainsFunc(c.accepted, isDHE) || !failedInside(log, c.last) {
		return c
	}
	rest := hunt[cipher.ID]{
		all: slices.DeleteFunc(otherThanDHE(v), func(id cipher.ID) bool { return slices.Contains(c.accepted, id) }),
		id:  func(n int) string { return suiteQuestion(v, "without-dhe/"+strconv.Itoa(n)) },
		ask: func(id string, list []cipher.ID) scan.Question {
			return question(log, id, offer(t, log, v, list), flightDone(v))
		},
		pick: func(r reading) (cipher.ID, bool) {
			got, suite := r.chosen()
			return suite, got == v
		},
		version: v,
	}
	if longHellosFail(log) {
		rest.limit = narrowSuites
	}
	more := rest.run(log)
	out := c.join(more)
	out.next = more.next
	if c.full {
		out.refused -= len(more.accepted)
	}
	return out
}

// failedInside says whether a question ended, each time it was put, as it does when something fails inside the listener.
func failedInside(log *scan.Log, id string) bool {
	const internalError = 80
	r, repeat := settled(log, id)
	alert, ok := r.End.Alert()
	return !repeat && (r.outcome() == closed || r.outcome() == reset) || ok && alert == internalError
}
