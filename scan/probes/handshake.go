package probes

import (
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
)

// handshake makes one complete handshake, as the last question: the politest of all, the control after the refusals, and what
// tells a required client certificate from a requested one. It is the only question of depth Quick.
type handshake struct{}

// Name returns "handshake".
func (handshake) Name() string { return "handshake" }

const (
	handshakeQuestion = "handshake"
	dheQuestion       = "handshake/dhe"
	tls13             = cipher.TLSv13
)

// Next asks once; and once more where a listener that asks for a certificate resets or closes, which may be an accident. Depth
// Quick does not repeat it.
func (handshake) Next(t scan.Target, log *scan.Log) []scan.Question {
	if t.Plan.Depth == scan.Quick {
		return askQuick(t, log)
	}
	v := newestTLS(log)
	if v < cipher.TLSv10 {
		return nil // no library completes SSLv3, and there may be nothing to complete at all
	}
	q := scan.Question{ID: handshakeQuestion, Handshake: &scan.Handshake{MinVersion: v, MaxVersion: v, ServerName: t.ServerName}}
	if v != tls13 {
		q.Handshake.Suites = suitesSeen(log, v)
	}
	r, asked := read(log, q.ID)
	if !asked {
		return []scan.Question{q}
	}
	if h := r.Handshake; h != nil && h.CertificateRequested == scan.Yes && h.Alert == nil && (r.End == scan.EndReset || r.End == scan.EndClose) &&
		(h.Completed != scan.Yes || h.After == scan.AfterAlert) {
		return onceMore(log, r, func() scan.Question { return q })
	}
	return nil
}

// askQuick asks with what the first library speaks; and where all of that is refused by handshake_failure, once more with
// finite-field DHE, which only the other library has.
func askQuick(t scan.Target, log *scan.Log) []scan.Question {
	const handshakeFailure = 40 // RFC 5246 section 7.2.2
	r, asked := read(log, handshakeQuestion)
	if !asked {
		return []scan.Question{{ID: handshakeQuestion, Handshake: &scan.Handshake{ServerName: t.ServerName}}}
	}
	if code, ok := r.End.Alert(); !ok || code != handshakeFailure || r.outcome() != alerted {
		return nil
	}
	return ask(log, dheQuestion, func() scan.Question {
		return scan.Question{ID: dheQuestion, Handshake: &scan.Handshake{
			ServerName: t.ServerName, MaxVersion: cipher.TLSv12, Suites: dheSuites()}}
	})
}

func dheSuites() []cipher.ID {
	return slices.DeleteFunc(cipher.Enumerable(cipher.TLSv12), func(id cipher.ID) bool {
		return cipher.Describe(id).KeyExchange != "DHE" || cipher.Describe(id).Authentication != "RSA"
	})
}

// suitesSeen returns the suites that the listener chose in a version so far.
func suitesSeen(log *scan.Log, v cipher.Version) []cipher.ID {
	var out []cipher.ID
	seen := map[cipher.ID]bool{}
	for _, r := range readAll(log) {
		if got, suite := r.chosen(); got == v && r.outcome() == answered && !seen[suite] {
			seen[suite] = true
			out = append(out, suite)
		}
	}
	return out
}

// handshakeReading returns the last complete handshake that was tried, and whether it is the second that ended alike, by no accident.
func handshakeReading(log *scan.Log) (r reading, repeated, ok bool) {
	id := handshakeQuestion
	if log.Asked(dheQuestion) {
		id = dheQuestion
	}
	first, ok := read(log, id)
	if !ok || first.Handshake == nil {
		return first, false, false
	}
	if second, twice := read(log, id+again); twice && second.Handshake != nil {
		return second, second.End == first.End && lasting(log, first.Exchange, second.Exchange), true
	}
	return first, false, true
}

// Derive writes, for depth Quick, the version and suite that were negotiated; elsewhere other probes know more.
func (handshake) Derive(t scan.Target, log *scan.Log, o *scan.Observation) {
	r, _, ok := handshakeReading(log)
	if !ok {
		return
	}
	if t.Plan.Depth == scan.Quick {
		deriveQuick(r, o)
	}
	if h := r.Handshake; h.Completed != scan.Yes && h.CertificateRequested != scan.Yes && h.Error != "" {
		o.NotTested = append(o.NotTested, scan.NotTested{Question: handshakeQuestion, Why: "not completed: " + h.Error})
	}
}

func deriveQuick(r reading, o *scan.Observation) {
	version, suite := r.chosen()
	for i := range o.Protocols {
		if p := &o.Protocols[i]; p.Version == version && r.offered() {
			p.Supported = scan.Yes
			p.Enumeration = scan.EnumerationPartial
			p.CipherSuites = []scan.CipherSuite{suiteOf(suite)}
			p.Evidence = []string{r.ID}
		}
	}
}
