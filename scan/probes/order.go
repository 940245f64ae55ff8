package probes

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// order finds whose order of suites counts: the accepted suites are offered once more, last first. A listener that picks the
// same one as before goes by its own order, and the order of elimination is then its preference; one that picks the first of the new
// list goes by the client's. Suites with ChaCha20 are left out where there are two others: many listeners go by their own order, and take ChaCha20
// first from a client that names it first (OpenSSL's PrioritizeChaCha, crypto/tls).
type order struct{}

// Name returns "order".
func (order) Name() string { return "order" }

func orderQuestion(v cipher.Version) string { return "order/" + v.String() }

// Next asks once a version's suites are all known.
func (order) Next(t scan.Target, log *scan.Log) []scan.Question {
	var out []scan.Question
	for _, v := range cipher.Versions() {
		if accepted := orderedSuites(t, log, v); len(accepted) > 1 {
			out = append(out, ask(log, orderQuestion(v), func() scan.Question {
				slices.Reverse(accepted)
				return question(log, orderQuestion(v), offer(t, log, v, accepted), hello.Answered)
			})...)
		}
	}
	return out
}

// orderedSuites are the accepted suites whose order is asked about.
func orderedSuites(t scan.Target, log *scan.Log, v cipher.Version) []cipher.ID {
	accepted := acceptedSuites(t, log, v)
	others := slices.DeleteFunc(slices.Clone(accepted), func(id cipher.ID) bool { return strings.HasPrefix(cipher.Describe(id).Encryption, "CHACHA20") })
	if len(others) > 1 {
		return others
	}
	return accepted
}

// acceptedSuites returns a version's suites when the enumeration is complete, otherwise none.
func acceptedSuites(t scan.Target, log *scan.Log, v cipher.Version) []cipher.ID {
	if fact, _ := supports(log, v); fact != scan.Yes || v == cipher.SSLv2 {
		return nil
	}
	if c := suiteHunt(t, log, v); c.full {
		return slices.Clone(c.accepted)
	}
	return nil
}

// Derive writes each version's preference.
func (order) Derive(t scan.Target, log *scan.Log, o *scan.Observation) {
	for i := range o.Protocols {
		p := &o.Protocols[i]
		accepted := orderedSuites(t, log, p.Version)
		r, asked := read(log, orderQuestion(p.Version))
		if !asked || len(accepted) < 2 {
			continue
		}
		p.Preference = "unknown"
		switch _, suite := r.chosen(); {
		case r.outcome() != answered:
			o.NotTested = append(o.NotTested, scan.NotTested{Question: r.Question, Why: "no answer: " + string(r.End)})
		case suite == accepted[0]:
			p.Preference = "server"
		case suite == accepted[len(accepted)-1]:
			p.Preference = "client"
		}
		p.Evidence = append(p.Evidence, r.ID)
	}
}
