package probes

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
)

// order says whose order of suites counts. The elimination mostly shows it; where it does not, the accepted suites are offered once more, last first.
// Where the listener goes by its own order, the order of elimination is its preference.
type order struct{}

// Name returns "order".
func (order) Name() string { return "order" }

func orderQuestion(v cipher.Version) string { return "order/" + v.String() }

// suitePreference is of a version whose suites have been asked about; without any where they have not.
func suitePreference(t scan.Target, log *scan.Log, v cipher.Version) preference[cipher.ID] {
	if found, _ := foundSuites(t, log, v); len(found) == 0 {
		return preference[cipher.ID]{}
	}
	h, c := newSuiteHunt(t, log, v), suiteHunt(t, log, v)
	told := h.telling(c)
	if !c.full && slices.ContainsFunc(told.accepted, usesChaCha20) {
		return preference[cipher.ID]{} // suites that are not known yet may tell more
	}
	return preference[cipher.ID]{id: orderQuestion(v), hunt: h, c: told}
}

// Next asks once a version's suites have been asked about.
func (order) Next(t scan.Target, log *scan.Log) []scan.Question {
	var out []scan.Question
	for _, v := range cipher.Versions() {
		out = append(out, suitePreference(t, log, v).questions(log)...)
	}
	return out
}

// usesChaCha20 says whether the choice of a suite tells nothing of order: many listeners go by their own order, and take ChaCha20 first from a client
// that names it first (OpenSSL's PrioritizeChaCha, crypto/tls).
func usesChaCha20(id cipher.ID) bool {
	return strings.HasPrefix(cipher.Describe(id).Encryption, "CHACHA20")
}

// acceptedSuites returns a version's suites when the enumeration is complete, otherwise none.
func acceptedSuites(t scan.Target, log *scan.Log, v cipher.Version) []cipher.ID {
	if found, all := foundSuites(t, log, v); all {
		return found
	}
	return nil
}

// foundSuites returns a version's suites when there is nothing more to ask about them: the enumeration is complete (all), or lacks but a hello that is
// answered behind its last refusal, a close or a reset. The first question that offers what was found is that hello.
func foundSuites(t scan.Target, log *scan.Log, v cipher.Version) (found []cipher.ID, all bool) {
	if fact, _ := supports(log, v); fact != scan.Yes || v == cipher.SSLv2 {
		return nil, false
	}
	c := suiteHunt(t, log, v)
	r, repeat := settled(log, c.last)
	cut := r.outcome() == closed || r.outcome() == reset
	if c.full || c.next == nil && cut && !repeat && !refusesByAlert(log) {
		found = slices.Clone(c.accepted)
	}
	return found, c.full
}

// Derive writes each version's preference.
func (order) Derive(t scan.Target, log *scan.Log, o *scan.Observation) {
	for i := range o.Protocols {
		p := &o.Protocols[i]
		f, ok := suitePreference(t, log, p.Version).feature(log, "", p.Version)
		if !ok {
			continue
		}
		p.Preference = map[scan.Fact]string{scan.Yes: "server", scan.No: "client", scan.Unknown: "unknown"}[f.Answer]
		p.Evidence = with(p.Evidence, f.Evidence...)
		if r, asked := read(log, orderQuestion(p.Version)); asked && r.outcome() != answered {
			o.NotTested = append(o.NotTested, scan.NotTested{Question: r.Question, Why: "no answer: " + string(r.End)})
		}
	}
}
