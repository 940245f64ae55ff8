package probes

import (
	"slices"
	"strconv"
	"strings"

	"github.com/portseal/portseal/scan"
)

// What ends by a reset or a close is asked about once more, and what else a run has seen tells whether two such ends are the listener's word.

// pursue returns what is still to be put for a question: the question itself, or its repeat, or none. A repeat sends the same
// bytes. build is called only when there is something to put.
func pursue(log *scan.Log, id string, build func() scan.Question) []scan.Question {
	if !log.Asked(id) {
		return []scan.Question{build()}
	}
	r, repeat := settled(log, id)
	switch {
	case !repeat:
		return nil
	case refusesByAlert(log): // then no hello is needed between
		return putAgain(log, build)
	}
	return onceMore(log, r, build)
}

// putAgain puts a question again, with nothing between.
func putAgain(log *scan.Log, build func() scan.Question) []scan.Question {
	q := build()
	q.ID += again
	return ask(log, q.ID, func() scan.Question { return q })
}

// onceMore puts a question again that ended by a reset or a close, behind a hello that was answered after it: where none was, one that was answered
// before is put first. Without that both ends may be of one spell in which nothing is answered.
func onceMore(log *scan.Log, first reading, build func() scan.Question) []scan.Question {
	if q, ok := control(log, first); ok {
		return []scan.Question{q}
	}
	return putAgain(log, build)
}

const controlMark = "#control" // marks the repeats of a hello that was answered

func isControl(id string) bool { return strings.Contains(id, controlMark) }

// control is the hello to be put before a question is repeated; false where there is none, none is needed, or it was put.
func control(log *scan.Log, first reading) (q scan.Question, ok bool) {
	if log.Asked(first.Question+again) || accidents(log) {
		return q, false
	}
	var answer reading
	n := 1
	for _, r := range readAll(log) {
		switch put := isControl(r.Question); {
		case r.Round > first.Round && (put || r.outcome() == answered):
			return q, false
		case put:
			n++
		case strings.HasPrefix(r.Question, "versions/") && r.flight.ServerHello != nil:
			answer = r
		}
	}
	if answer.Question == "" {
		return q, false
	}
	return repeat(log, answer, origin(answer.Question)+controlMark+strconv.Itoa(n)), true
}

// byAccident is why a reset or a close says nothing, however often it repeats.
const byAccident = "in this run what ended so once was answered at another time: it may be the network"

// accidents says whether the same octets, or the target's own start-up, were answered once and not another time: whatever ends connections at
// random may do so twice.
func accidents(log *scan.Log) bool {
	return scan.MemoNow(log, "accidents", func() bool {
		const theStartUp = ""
		lost, heard := map[string]bool{}, map[string]bool{}
		for _, r := range readAll(log) {
			o, id := r.outcome(), origin(r.Question)
			gone, came := o == reset || o == closed, o == answered || o == alerted
			switch {
			case r.Handshake != nil:
				gone, came = hungUp(r), completed(r) && !hungUp(r)
			case o == failed && r.Failure.Stage == scan.StageStartTLS:
				id, gone = theStartUp, r.Failure.Kind == scan.KindReset
			}
			heard[theStartUp] = heard[theStartUp] || o != failed
			lost[id], heard[id] = lost[id] || gone, heard[id] || came
		}
		for id := range lost {
			if lost[id] && heard[id] {
				return true
			}
		}
		return false
	})
}

// lasting says whether two ends alike, of one question and its repeat, are no accident: one of a run without any, with a hello between them that was
// answered, where this listener answers any.
func lasting(log *scan.Log, first, second scan.Exchange) bool {
	speaks := slices.ContainsFunc(readAll(log), func(r reading) bool { return r.outcome() == answered })
	return !accidents(log) && (!speaks || answeredBetween(log, first, second))
}

// answeredBetween says whether a hello was answered between two exchanges. What was put beside one of them does not count: it may have been heard
// before the one, or after the other.
func answeredBetween(log *scan.Log, first, second scan.Exchange) bool {
	return slices.ContainsFunc(readAll(log), func(r reading) bool {
		return r.outcome() == answered && r.Round > first.Round && r.Round < second.Round
	})
}
