package probes

import (
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
)

// preference finds whose order of a list counts, when an elimination over it is finished. A listener that went by the client's order chose the
// members in the order in which they were offered; then they are offered once more, last first. Where it chose them in another order, its own
// counts, and nothing is asked.
type preference[T comparable] struct {
	id     string // of the one question
	hunt   hunt[T]
	chosen []T      // what was accepted, in the order chosen
	shown  []string // exchange ids of the choices
}

// own says whether the order of choice is not that of the offer.
func (p preference[T]) own() bool {
	return !slices.IsSortedFunc(p.chosen, func(a, b T) int { return slices.Index(p.hunt.all, a) - slices.Index(p.hunt.all, b) })
}

// questions asks, where the order of choice does not tell.
func (p preference[T]) questions(log *scan.Log) []scan.Question {
	if len(p.chosen) < 2 || p.own() {
		return nil
	}
	return pursue(log, p.id, func() scan.Question {
		list := slices.Clone(p.chosen)
		slices.Reverse(list)
		return p.hunt.ask(p.id, list)
	})
}

// feature is yes where the listener's order counts. There is none where fewer than two members were accepted.
func (p preference[T]) feature(log *scan.Log, name string, v cipher.Version) (scan.Feature, bool) {
	f := scan.Feature{Name: name, Version: v}
	switch {
	case len(p.chosen) < 2:
		return f, false
	case p.own():
		f.Answer, f.Evidence, f.Basis = scan.Yes, p.shown, "what it chose was not the first of what was offered"
		return f, true
	case !log.Asked(p.id):
		return f, false
	}
	r, f, ok := reply(log, name, v, p.id)
	if ok && p.hunt.unread != nil {
		f.Basis = p.hunt.unread(r)
	}
	if !ok || f.Basis != "" {
		f.Answer = scan.Unknown // a refusal of what was accepted before says nothing of order
		return f, true
	}
	switch got, picked := p.hunt.pick(r); {
	case picked && got == p.chosen[0]:
		f.Answer = scan.Yes
	case picked && got == p.chosen[len(p.chosen)-1]:
		f.Answer = scan.No
	default:
		f.Basis = "it chose neither what it had chosen before nor the first that was offered"
	}
	return f, true
}
