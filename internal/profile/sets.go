package profile

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/nearest"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

const (
	classPrefix = "class:"
	notPrefix   = "not-"
)

// suiteMatch says whether a suite is a member that a set names: its code, or "class:A&not-B".
func suiteMatch(id cipher.ID, word string) bool {
	class, ok := strings.CutPrefix(word, classPrefix)
	if !ok {
		return id.String() == word
	}
	suite := cipher.Describe(id)
	for part := range strings.SplitSeq(class, "&") {
		name, negated := strings.CutPrefix(part, notPrefix)
		if suite.In(cipher.Class(name)) == negated {
			return false
		}
	}
	return true
}

// suiteSets holds the suites of each set of words that was asked about, so that thousands of endpoints are judged without reading them anew.
type suiteSets map[string]map[cipher.ID]bool

// of returns the suites that some words name.
func (s suiteSets) of(words []string) map[cipher.ID]bool {
	key := strings.Join(words, " ")
	set, ok := s[key]
	if !ok {
		set = map[cipher.ID]bool{}
		for _, suite := range cipher.All() {
			if slices.ContainsFunc(words, func(w string) bool { return suiteMatch(suite.ID, w) }) {
				set[suite.ID] = true
			}
		}
		s[key] = set
	}
	return set
}

// groupMatch says whether a group is a member that a set names: its name, or "class:KIND".
func groupMatch(g cipher.Group, word string) bool {
	info := cipher.DescribeGroup(g)
	if class, ok := strings.CutPrefix(word, classPrefix); ok {
		return info.Kind == class
	}
	return info.Name == word
}

func versionMatch(v cipher.Version, word string) bool { return v.String() == word }

// byMatch makes sets of members that are matched word by word.
func byMatch[T any](match func(it T, word string) bool) func(words []string) func(it T) bool {
	return func(words []string) func(it T) bool {
		return func(it T) bool { return slices.ContainsFunc(words, func(w string) bool { return match(it, w) }) }
	}
}

// member is one thing that may be there, and whether it is.
type member[T any] struct {
	it    T
	there scan.Fact
}

// question is one set check: the members that could be there, and how they are named.
type question[T any] struct {
	members []member[T]
	set     func(words []string) func(it T) bool // whether a member is in a set of words
	name    func(it T) string
	word    func(word string) string // a word of a set, for people
	able    func(it T) bool          // the platform can have it; nil: it can
}

// result is what a set check found. Its lists are names.
type result struct {
	bad     []string // there, and must not be
	missing []string // words of which nothing is there
	open    []string // what is not known, and decides
	dropped []string // words that were not asked, since the platform has nothing of them
	left    bool     // something of what the check asks was left to ask
}

// ask judges the members by the sets of a check.
func (q question[T]) ask(c report.ProfileCheck) result {
	var r result
	forbidden, allowed := q.set(c.Forbidden), q.set(c.Allowed)
	for _, m := range q.members {
		wrong := forbidden(m.it) || len(c.Allowed) > 0 && !allowed(m.it)
		switch {
		case wrong && m.there == scan.Yes:
			r.bad = append(r.bad, q.name(m.it))
		case wrong && m.there == scan.Unknown:
			r.open = append(r.open, q.name(m.it))
		}
	}
	r.left = len(c.Allowed)+len(c.Forbidden) > 0
	for _, word := range c.Required {
		q.require([]string{word}, &r)
	}
	if len(c.AnyOf) > 0 {
		q.require(c.AnyOf, &r)
	}
	return r
}

// require asks for one of some words at least.
func (q question[T]) require(words []string, r *result) {
	var dropped, asked []string
	there := scan.No
	for _, w := range words {
		able, in := false, q.set([]string{w})
		for _, m := range q.members {
			if !in(m.it) || q.able != nil && !q.able(m.it) && m.there != scan.Yes {
				continue
			}
			able = true
			if m.there == scan.Yes || m.there == scan.Unknown && there == scan.No {
				there = m.there
			}
		}
		if !able {
			dropped = append(dropped, q.word(w))
			continue
		}
		asked = append(asked, q.word(w))
		if there == scan.Yes {
			break
		}
	}
	if there != scan.Yes {
		r.dropped = append(r.dropped, dropped...)
	}
	if len(asked) == 0 {
		return
	}
	r.left = true
	switch there {
	case scan.No:
		r.missing = append(r.missing, nearest.AnyOf(asked))
	case scan.Unknown:
		r.open = append(r.open, nearest.AnyOf(asked))
	}
}
