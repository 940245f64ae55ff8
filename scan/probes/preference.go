package probes

import (
	"fmt"
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
)

// preference finds whose order of a list counts, when an elimination over it is finished. Mostly its choices tell; where they do not, what was accepted is
// offered once more, last first.
type preference[T comparable] struct {
	id   string // of the one question
	hunt hunt[T]
	c    catch[T] // the zero value where the elimination is not finished
}

type telling struct {
	own   scan.Fact
	shown []string
}

func (p preference[T]) whose(log *scan.Log) telling {
	// An elimination that lacks but a hello behind its last refusal may yet go on: then there is more that tells.
	return scan.Memo(log, fmt.Sprintf("whose/%s/%d/%d", p.id, len(p.c.accepted), len(p.c.choices)), func() telling {
		own, shown := p.c.whose()
		return telling{own, shown}
	})
}

// whose says whether the listener's own order counts: yes, where it did not choose the first of what it accepts; no, where it chose of two members the one
// that stood first, and the other when that did. shown are the exchanges that tell.
func (c catch[T]) whose() (own scan.Fact, shown []string) {
	for _, x := range c.choices {
		for _, m := range x.offered[:slices.Index(x.offered, x.got)] {
			if slices.Contains(c.accepted, m) {
				return scan.Yes, c.evidence
			}
		}
	}
	for i, x := range c.choices {
		for _, y := range c.choices[:i] {
			if before(x.offered, x.got, y.got) && before(y.offered, y.got, x.got) {
				return scan.No, []string{y.evidence, x.evidence}
			}
		}
	}
	return scan.Unknown, nil
}

// before says whether a list has both members, one before the other.
func before[T comparable](list []T, one, other T) bool {
	i, j := slices.Index(list, one), slices.Index(list, other)
	return i >= 0 && i < j
}

// questions asks, where the choices do not tell.
func (p preference[T]) questions(log *scan.Log) []scan.Question {
	if len(p.c.accepted) < 2 || p.whose(log).own != scan.Unknown {
		return nil
	}
	return pursue(log, p.id, func() scan.Question { return p.hunt.ask(p.id, p.list()) })
}

// list is what is accepted, last first: what was chosen of another hello first of all, since it was offered last by the hunt itself.
func (p preference[T]) list() []T {
	var chosen []T
	for _, x := range slices.Backward(p.c.choices) {
		chosen = append(chosen, x.got)
	}
	apart := slices.DeleteFunc(slices.Clone(p.c.accepted), func(m T) bool { return slices.Contains(chosen, m) })
	return slices.Concat(apart, chosen)
}

// feature is yes where the listener's order counts. There is none where fewer than two members were accepted.
func (p preference[T]) feature(log *scan.Log, name string, v cipher.Version) (scan.Feature, bool) {
	f := scan.Feature{Name: name, Version: v}
	if len(p.c.accepted) < 2 {
		return f, false
	}
	switch told := p.whose(log); {
	case told.own == scan.Yes:
		f.Answer, f.Evidence, f.Basis = told.own, told.shown, "what it chose was not the first of what was offered"
		return f, true
	case told.own == scan.No:
		f.Answer, f.Evidence = told.own, told.shown
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
	if got, picked := p.hunt.pick(r); picked && slices.Contains(p.list(), got) {
		with := p.c.clone()
		with.choices = append(with.choices, choice[T]{p.list(), got, r.ID})
		f.Answer, _ = with.whose()
	}
	if f.Answer == scan.Unknown {
		f.Basis = "what it chose does not tell"
	}
	return f, true
}
