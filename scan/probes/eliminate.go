package probes

import (
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
}

// step is a question whose answer counts, and what it offered.
type step[T comparable] struct {
	question string
	offered  []T
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
}

// run replays the steps that were asked, and says what comes next.
func (h hunt[T]) run(log *scan.Log) catch[T] {
	var c catch[T]
	left := slices.Clone(h.all)
	drop := func(gone []T) {
		left = slices.DeleteFunc(left, func(m T) bool { return slices.Contains(gone, m) })
	}
	for _, s := range h.known {
		if log.Asked(s.question) && !h.take(log, s, &c, drop) {
			return c
		}
	}
	for n := 0; len(left) > 0; n++ {
		list := left
		if h.limit > 0 {
			list = left[:min(h.limit, len(left))]
		}
		id := h.id(n)
		if more := pursue(log, id, func() scan.Question { return h.ask(id, slices.Clone(list)) }); len(more) > 0 {
			c.next = &more[0]
			return c
		}
		if !h.take(log, step[T]{id, slices.Clone(list)}, &c, drop) {
			return c
		}
	}
	c.full = true
	return c
}

// take enters one step's answer. False means that the hunt ends here, unfinished.
func (h hunt[T]) take(log *scan.Log, s step[T], c *catch[T], drop func([]T)) bool {
	r, _ := settled(log, s.question)
	if r.outcome() == answered {
		got, ok := h.pick(r)
		spoken, _ := r.chosen()
		switch {
		case spoken > h.version, ok && !slices.Contains(s.offered, got):
			c.why = notOffered(r)
			return false
		case !ok:
			c.refused += len(s.offered)
			c.refusals = append(c.refusals, refusal{basisVersion, []string{r.ID}})
			drop(s.offered)
		default:
			c.evidence = append(c.evidence, r.ID)
			if !slices.Contains(c.accepted, got) {
				c.accepted = append(c.accepted, got)
			}
			drop([]T{got})
		}
		return true
	}
	ref, ok, why := refused(log, s.question)
	if !ok {
		c.why = why
		// A later hello may yet be the control that makes this a refusal, but nothing more can be asked here.
		return false
	}
	c.refused += len(s.offered)
	c.refusals = append(c.refusals, ref)
	drop(s.offered)
	return true
}
