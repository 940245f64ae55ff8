package probes

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/scan"
)

// Bases of a refusal.
const (
	basisAlert   = "alert"
	basisClose   = "close"
	basisReset   = "reset"
	basisVersion = "version" // the listener chose an older version than the one asked about
)

const again = "#2" // marks the repeat of a question

// settled returns what became of a question and of its repeat, and whether the question must be put once more: a reset or a
// bare close may be an accident, so it is asked about twice. Silence is not repeated: it stays unknown.
func settled(log *scan.Log, id string) (r reading, repeat bool) {
	r, ok := read(log, id)
	if !ok {
		return reading{}, false
	}
	if o := r.outcome(); o != reset && o != closed {
		return r, false
	}
	second, ok := read(log, id+again)
	if !ok {
		return r, true
	}
	if o := second.outcome(); o == answered || o == alerted {
		return second, false
	}
	return r, false
}

// refusal is why a question counts as refused.
type refusal struct {
	basis    string
	evidence []string
}

// refused says whether a question was refused, and on what basis. An alert is a refusal. A reset or bare close is one only
// if this listener has refused nothing by alert in this run, it repeats two of two, a hello was answered before, between and after, and nothing in
// this run was lost by accident: AT-TLS resets in nearly all its failures, and so do overloaded listeners. One alert speaks of something else: unrecognized_name
// refuses the server name, or that there is none, in whatever version. The SSLv2 hello stands apart: listeners that
// refuse by alert close on it, which costs them no hello between, and its alerts prove nothing about other refusals. whyNot says why a failed question is no
// refusal.
func refused(log *scan.Log, id string) (ref refusal, ok bool, whyNot string) {
	first, asked := read(log, id)
	if !asked {
		return ref, false, "not asked"
	}
	second, twice := read(log, id+again)
	for _, r := range []reading{first, second} {
		switch {
		case r.outcome() == alerted && r.refusesName():
			return ref, false, "alert 112 (unrecognized_name): the listener refuses the server name, or that none was sent; " +
				"that says nothing of versions and suites"
		case r.outcome() == alerted:
			return refusal{basisAlert, []string{r.ID}}, true, ""
		}
	}
	switch o := first.outcome(); {
	case o == silent:
		return ref, false, "no answer within the time limit"
	case o == strange && first.spokeTLS() && first.flight.Err != nil:
		return ref, false, "the answer could not be read: " + first.flight.Err.Error()
	case o == strange:
		return ref, false, "the answer is no TLS record"
	case o == failed:
		return ref, false, first.Failure.Error()
	case o != reset && o != closed:
		return ref, false, notOffered(first)
	case !twice:
		return ref, false, "ended by " + string(first.End) + ", and was not asked again"
	case second.outcome() != o:
		return ref, false, "ended by " + string(first.End) + " once and otherwise the second time"
	case !ssl2Question(id) && refusesByAlert(log):
		return ref, false, "ended by " + string(first.End) + " twice, but this listener refuses by alert"
	case accidents(log):
		return ref, false, "ended by " + string(first.End) + " twice, but " + byAccident
	case !answeredAround(log, first.Exchange, second.Exchange), !refusesByAlert(log) && !answeredBetween(log, first.Exchange, second.Exchange):
		return ref, false, "ended by " + string(first.End) + " twice, but no hello was answered before, between and after"
	}
	basis := basisReset
	if first.outcome() == closed {
		basis = basisClose
	}
	return refusal{basis, []string{first.ID, second.ID}}, true, ""
}

// notOffered is why nothing follows from an answer that the hello did not ask for.
func notOffered(r reading) string {
	return "the listener answered with something that was not offered (" + r.ID + ")"
}

// ssl2Question says whether a question is an SSLv2 hello.
func ssl2Question(id string) bool { return strings.Contains(id, "SSLv2") }

// refusesByAlert says whether the listener has refused a hello by alert in this run.
func refusesByAlert(log *scan.Log) bool {
	return scan.MemoNow(log, "refuses by alert", func() bool {
		return slices.ContainsFunc(readAll(log), func(r reading) bool {
			return r.Handshake == nil && r.outcome() == alerted && !ssl2Question(r.Question)
		})
	})
}

// answeredAround says whether a hello was answered that was put no later than the first exchange, and one no earlier than the second.
func answeredAround(log *scan.Log, first, second scan.Exchange) bool {
	var before, after bool
	for _, r := range readAll(log) {
		if r.outcome() == answered {
			before = before || r.Round <= first.Round
			after = after || r.Round >= second.Round
		}
	}
	return before && after
}
