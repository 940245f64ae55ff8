package attls

import "iter"

// Share is how much of the connections of one rule another rule takes too.
type Share uint8

// The shares, the smallest first.
const (
	ShareSome  Share = iota + 1 // some of them, or how many could not be decided
	SharePorts                  // all those of some of its ports
	ShareAll
)

// Overlap is two rules of which it is certain that both take some connection. First is asked first, as Ordered has it.
type Overlap struct {
	First, Second     *Rule
	OfFirst, OfSecond Share // how much of the connections of each the other takes
	Certain           bool  // the order: it does not depend on how Policy Agent sorts names
}

// Overlaps yields the pairs of rules that overlap, in the order in which the second, then the first is asked. A rule that
// is not always in force overlaps none for certain.
func (p *Policy) Overlaps() iter.Seq[Overlap] { return p.overlaps }

func (p *Policy) overlaps(yield func(Overlap) bool) {
	above := newIndex()
	for place, r := range p.ordered {
		takes, exact := regionOf(r)
		if len(r.Times) > 0 || takes.empty() {
			continue
		}
		for _, a := range above.near(takes) {
			if !a.takes.overlaps(takes) {
				continue
			}
			_, firstExact := regionOf(a.rule)
			o := Overlap{First: a.rule, Second: r, OfFirst: share(takes, a.takes, firstExact),
				OfSecond: share(a.takes, takes, exact), Certain: before(a.rule, r)}
			if !yield(o) {
				return
			}
		}
		above.add(place, r, takes)
	}
}

// share is how much of a region, which overlaps r, is in r; exact: the region is all that its rule takes.
func share(r, of region, exact bool) Share {
	switch {
	case !exact:
		return ShareSome
	case r.covers(of):
		return ShareAll
	}
	r[0], r[1] = of[0], of[1] // the ports: see regionOf
	if r.covers(of) {
		return SharePorts
	}
	return ShareSome
}
