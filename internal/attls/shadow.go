package attls

import (
	"slices"
	"strings"
)

// Shadowed is a rule that no connection can ever take, because the rules before it take all of its connections.
type Shadowed struct {
	Rule *Rule
	By   []*Rule // one rule, or several that do so together
	Why  string
}

// What is looked at to show that several rules shadow one: beyond it the question stays open, and the rule is not named.
const (
	fewPoints = 32 // a condition with at most so many values is looked up by value
	maxPieces = 64 // into which what is left of a rule may fall
)

// NeverMatched returns the rules that can be shown to take no connection, in the order in which they are asked. Rules of
// equal priority whose order is not certain shadow nothing, nor do rules with a time condition.
func (p *Policy) NeverMatched() []Shadowed {
	var out []Shadowed
	above := newIndex()
	for place, r := range p.ordered {
		takes, exact := regionOf(r)
		if exact {
			if by := shadow(r, takes, above.near(takes)); by != nil {
				out = append(out, Shadowed{Rule: r, By: by, Why: whyShadowed(by)})
			}
		}
		if len(r.Times) == 0 && !takes.empty() {
			above.add(place, r, takes)
		}
	}
	return out
}

func whyShadowed(by []*Rule) string {
	var names []string
	for _, r := range by {
		names = append(names, r.Name+" ("+place(r.At)+")")
	}
	if len(by) == 1 {
		return "rule " + names[0] + " is asked before it and takes all of its connections"
	}
	return "the rules " + strings.Join(names, ", ") + " are asked before it and together take all of its connections"
}

// shadow returns the rules that take all of a region: one that does so alone, else several together.
func shadow(r *Rule, takes region, above []placed) []*Rule {
	above = slices.DeleteFunc(above, func(a placed) bool { return !before(a.rule, r) })
	for _, a := range above {
		if a.takes.covers(takes) {
			return []*Rule{a.rule}
		}
	}
	left := []region{takes}
	var by []*Rule
	for _, a := range above {
		var rest []region
		hit := false
		for _, piece := range left {
			if piece.overlaps(a.takes) {
				hit = true
				rest = append(rest, piece.minus(a.takes)...)
			} else {
				rest = append(rest, piece)
			}
		}
		if left = rest; hit {
			by = append(by, a.rule)
		}
		if len(left) == 0 {
			return by
		}
		if len(left) > maxPieces {
			return nil
		}
	}
	return nil
}

// placed is a rule with what it takes and its place in the order.
type placed struct {
	place int
	rule  *Rule
	takes region
}

// index finds the rules that may overlap another, without asking all: a rule is filed under the values of its first
// condition that has only a few. The direction, which comes last, always has.
type index struct {
	byValue map[valueOfDimension][]placed
}

type valueOfDimension struct {
	dimension int
	value     point
}

func newIndex() *index { return &index{byValue: map[valueOfDimension][]placed{}} }

func (x *index) add(place int, r *Rule, takes region) {
	p := placed{place, r, takes}
	for d, s := range takes {
		values := s.few()
		for _, v := range values {
			key := valueOfDimension{d, v}
			x.byValue[key] = append(x.byValue[key], p)
		}
		if values != nil {
			return
		}
	}
}

// near returns the rules filed under a value that the region takes too, in their order.
func (x *index) near(takes region) []placed {
	var out []placed
	for d, s := range takes {
		for _, v := range s.few() {
			out = append(out, x.byValue[valueOfDimension{d, v}]...)
		}
	}
	slices.SortFunc(out, func(a, b placed) int { return a.place - b.place })
	return slices.CompactFunc(out, func(a, b placed) bool { return a.place == b.place })
}

// few lists the numbers of the intervals; nil when there are many.
func (s spans) few() []point {
	var out []point
	for _, x := range s {
		for v := x.from; ; v = v.next() {
			if len(out) == fewPoints {
				return nil
			}
			out = append(out, v)
			if v == x.to {
				break
			}
		}
	}
	return out
}
