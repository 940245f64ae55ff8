package probes

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
)

// hunt is an enumeration by elimination: offer all, take out what the listener chose, offer the rest, until it refuses. It
// costs one connection for each accepted member, and one more.
type hunt[T comparable] struct {
	all     []T
	limit   int                // members a question; 0: all that remain
	version cipher.Version     // the version that the questions offer
	known   []step[T]          // questions of other probes that count as steps
	id      func(n int) string // of the n-th question of the hunt itself
	ask     func(id string, list []T) scan.Question
	pick    func(reading) (T, bool) // what an answer chose; false: the answer is a refusal of everything offered
	unread  func(reading) string    // why an answer does not show what was chosen; nil where every answer does
	order   bool                    // the hunt is also to show whose order counts
	aside   func(T) bool            // members whose choice says nothing of order, where there are two others; nil: none
	control string                  // why refusals do not count where no question of the hunt's own was answered; empty where they do
	turned  func(id string) bool    // whether a question of the hunt may be refused for what it asks in passing, or lacks
}

// step is a question whose answer counts, and what it offered.
type step[T comparable] struct {
	question  string
	offered   []T
	own       bool // a question of the hunt's own
	apart     bool // its hello is not like the others: what it chose says nothing of order
	tentative bool // nothing follows where it is not answered: what remains is offered once more, by itself
}

// choice is what a step chose of what it offered.
type choice[T comparable] struct {
	offered  []T
	got      T
	evidence string
}

// catch is how far a hunt came.
type catch[T comparable] struct {
	accepted []T      // in the order chosen
	evidence []string // exchange ids of the answers
	refused  int      // members refused
	refusals []refusal
	full     bool           // every member was either accepted or refused
	next     *scan.Question // what to ask now
	why      string         // why it could not be finished
	last     string         // the question of the last step
	stray    T              // what was chosen though the step did not offer it; the hunt ends there
	choices  []choice[T]    // those that tell of order
	own      bool           // a question of the hunt's own was answered
	plain    bool           // a tentative step was not answered: there is none any more
}

// prefix is the part of a hunt that can change no more, its first answered steps: a long hunt is not replayed from the start after
// every answer.
type prefix[T comparable] struct {
	steps int
	c     catch[T]
	left  []T
}

// step returns the i-th step of the hunt: those of other probes come first.
func (h hunt[T]) step(i int, c catch[T], left []T) step[T] {
	if i < len(h.known) {
		return h.known[i]
	}
	list := left
	if h.limit > 0 {
		list = left[:min(h.limit, len(left))]
	}
	once := h.onceMore(c, len(list) == len(left))
	s := step[T]{question: h.id(i - len(h.known)), offered: slices.Concat(list, once), own: true}
	s.tentative = len(once) > 0 || h.turned != nil && h.turned(s.question)
	return s
}

// onceMore is what a step offers behind all that remains although it was accepted before. The first step of a hunt with a control does so: it is then
// answered, if the listener answers such questions at all. So does the one behind two choices that do not tell whose order counts: a listener that goes by
// the client's order has then chosen one before the other and the other before the one, at no cost. whole says that the step offers all that remains: a
// hunt may turn out to need a limit when it is under way.
func (h hunt[T]) onceMore(c catch[T], whole bool) []T {
	switch {
	case c.plain:
	case h.control != "" && !c.own:
		return slices.Clone(c.accepted)
	case h.order && whole:
		told := h.telling(c)
		two := len(told.accepted) == 2 && len(told.choices) == 2 && told.choices[0].got != told.choices[1].got
		if fact, _ := told.whose(); two && fact == scan.Unknown {
			return []T{told.choices[1].got, told.choices[0].got}
		}
	}
	return nil
}

// telling leaves out of a catch what says nothing of order.
func (h hunt[T]) telling(c catch[T]) catch[T] {
	if h.aside == nil {
		return c
	}
	others := slices.DeleteFunc(slices.Clone(c.accepted), h.aside)
	if len(others) < 2 {
		return c
	}
	c.accepted = others
	c.choices = slices.DeleteFunc(slices.Clone(c.choices), func(x choice[T]) bool { return h.aside(x.got) })
	return c
}

// run replays the steps that were asked, and says what comes next.
func (h hunt[T]) run(log *scan.Log) catch[T] {
	var known []string
	for _, s := range h.known { // they may become more while the hunt is under way, and come before its own
		known = append(known, s.question)
	}
	p := scan.Memo(log, fmt.Sprintf("prefix/%s/%d/%d/%q", h.id(0), h.limit, len(h.all), known), func() *prefix[T] { return &prefix[T]{left: h.all} })
	c, left := p.c.clone(), slices.Clone(p.left)
	for i := p.steps; len(left) > 0 || i < len(h.known); i++ {
		s := h.step(i, c, left)
		if s.own {
			if more := pursue(log, s.question, func() scan.Question { return h.ask(s.question, slices.Clone(s.offered)) }); len(more) > 0 {
				c.next = &more[0]
				return c
			}
		} else if !log.Asked(s.question) {
			continue
		}
		gone, ok := h.take(log, s, &c)
		if !ok {
			return c
		}
		left = without(left, gone)
		if r, _ := settled(log, s.question); i == p.steps && r.outcome() == answered {
			p.steps, p.c, p.left = i+1, c.clone(), slices.Clone(left)
		}
	}
	if c.full = h.control == "" || c.own; !c.full {
		c.why = h.control
	}
	return c
}

// without takes members out of a list, in place. Both may have more than a thousand.
func without[T comparable](list, gone []T) []T {
	if len(gone) == 1 {
		return slices.DeleteFunc(list, func(m T) bool { return m == gone[0] })
	}
	out := make(map[T]bool, len(gone))
	for _, m := range gone {
		out[m] = true
	}
	return slices.DeleteFunc(list, func(m T) bool { return out[m] })
}

// questions returns the next step of the hunt, where there is one.
func (h hunt[T]) questions(log *scan.Log) []scan.Question {
	if c := h.run(log); c.next != nil {
		return []scan.Question{*c.next}
	}
	return nil
}

// feature makes a feature of a hunt: yes, with the names of what was accepted; no, where all was refused; unknown, with what is known, where it
// was not finished.
func (c catch[T]) feature(name string, v cipher.Version, names func([]T) []string) scan.Feature {
	f := scan.Feature{Name: name, Version: v, Values: names(c.accepted), Evidence: slices.Clone(c.evidence)}
	for _, r := range c.refusals {
		f.Evidence = append(f.Evidence, r.evidence...)
	}
	switch {
	case !c.full:
		f.Basis = cmp.Or(c.why, "not asked any further")
	case len(c.accepted) > 0:
		f.Answer = scan.Yes
	default:
		f.Answer = scan.No
	}
	return f
}

// join is what two hunts have found together.
func (c catch[T]) join(other catch[T]) catch[T] {
	c = c.clone()
	for _, m := range other.accepted {
		if !slices.Contains(c.accepted, m) {
			c.accepted = append(c.accepted, m)
		}
	}
	c.evidence, c.refusals = append(c.evidence, other.evidence...), append(c.refusals, other.refusals...)
	c.full, c.why = c.full && other.full, cmp.Or(c.why, other.why)
	return c
}

// sealed is the unread of hunts whose answers are encrypted under TLS 1.3. A listener may refuse there too, by an encrypted alert.
func sealed(r reading) string {
	if v, _ := r.chosen(); v == cipher.TLSv13 && !r.flight.Finished && r.flight.Alert == nil {
		return "the server's flight could not be opened"
	}
	return ""
}

func (c catch[T]) clone() catch[T] {
	c.accepted, c.evidence, c.refusals, c.choices = slices.Clone(c.accepted), slices.Clone(c.evidence), slices.Clone(c.refusals), slices.Clone(c.choices)
	return c
}

// take enters one step's answer, and returns the members that are settled by it. False means that the hunt ends here, unfinished.
func (h hunt[T]) take(log *scan.Log, s step[T], c *catch[T]) (gone []T, ok bool) {
	c.last = s.question
	r, _ := settled(log, s.question)
	if r.outcome() == answered {
		if h.unread != nil && h.unread(r) != "" {
			c.why = h.unread(r)
			return nil, false
		}
		got, ok := h.pick(r)
		spoken, _ := r.chosen()
		switch {
		case spoken > h.version, ok && !slices.Contains(s.offered, got):
			c.why, c.stray = notOffered(r), got
			return nil, false
		case ok:
			c.accept(r, s, got)
			return []T{got}, true
		}
	}
	ref, ok, why := refused(log, s.question)
	switch {
	case s.tentative:
		c.plain = true
		return nil, true
	case r.outcome() == answered:
		ref = refusal{basisVersion, []string{r.ID}}
	case !ok:
		c.why = why
		// A later hello may yet be the control that makes this a refusal, but nothing more can be asked here.
		return nil, false
	}
	c.refused += len(s.offered)
	c.refusals = append(c.refusals, ref)
	return s.offered, true
}

// accept enters a choice.
func (c *catch[T]) accept(r reading, s step[T], got T) {
	c.evidence, c.own = append(c.evidence, r.ID), c.own || s.own
	if !slices.Contains(c.accepted, got) {
		c.accepted = append(c.accepted, got)
	}
	if !s.apart {
		c.choices = append(c.choices, choice[T]{s.offered, got, r.ID})
	}
}
