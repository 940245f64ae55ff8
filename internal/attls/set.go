package attls

import (
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// entry is one line of a condition: a range of addresses or ports.
type entry[V any] interface {
	span() (s span, all bool) // all: it takes everything
	point(V) point
	meaningless() bool // what it takes is not known, unless it stands in a group, where it takes everything
	String() string
}

// Set is what one condition of a rule takes. The zero value takes everything: the condition is not coded.
type Set[V any, R entry[V]] struct {
	Ranges []R
	At     report.Location // the rule's parameter; zero when not coded
	Unread bool            // a part of it could not be understood: what is not in Ranges is unknown
	all    bool
	set    spans
}

// Any says whether the condition takes everything: it is not coded, or it says so.
func (s Set[V, R]) Any() bool { return s.all || len(s.Ranges) == 0 && !s.Unread }

// Contains says whether the condition takes a value; unknown when a part of it could not be read.
func (s Set[V, R]) Contains(v V) scan.Fact {
	var r R
	switch {
	case s.Any() || s.set.contains(r.point(v)):
		return scan.Yes
	case s.Unread:
		return scan.Unknown
	}
	return scan.No
}

// String lists the entries, "All" for everything, and "?" for what could not be read.
func (s Set[V, R]) String() string {
	if s.Any() {
		return "All"
	}
	var out []string
	for _, r := range s.Ranges {
		out = append(out, r.String())
	}
	if s.Unread {
		out = append(out, "?")
	}
	return strings.Join(out, ", ")
}

// spans is what the condition takes for certain.
func (s Set[V, R]) spans() spans {
	if s.Any() {
		return everything()
	}
	return s.set
}

// add takes in what other takes.
func (s *Set[V, R]) add(other Set[V, R]) {
	s.Ranges = append(s.Ranges, other.Ranges...)
	s.Unread = s.Unread || other.Unread
	s.all = s.all || other.all
}

// seal computes what the entries take together.
func (s *Set[V, R]) seal(inGroup bool) {
	var known []span
	for _, r := range s.Ranges {
		at, all := r.span()
		switch {
		case all || inGroup && r.meaningless():
			s.all = true
		case r.meaningless():
			s.Unread = true
		default:
			known = append(known, at)
		}
	}
	s.set = normal(known)
}

// join is the union of the conditions of one kind in a rule.
func join[V any, R entry[V]](sets []Set[V, R]) Set[V, R] {
	switch len(sets) {
	case 0:
		return Set[V, R]{}
	case 1:
		return sets[0]
	}
	union := Set[V, R]{At: sets[0].At}
	for _, s := range sets {
		if s.Any() {
			return s
		}
		union.add(s)
	}
	union.seal(false)
	return union
}
