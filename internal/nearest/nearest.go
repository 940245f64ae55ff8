// Package nearest finds the known names that a misspelt one may have been meant to be.
package nearest

import (
	"slices"
	"strings"
)

const (
	maxNames  = 3
	minPart   = 4  // of a name that says which one is meant
	maxLength = 80 // of a wrong name; a longer one is no slip of the pen
)

// Names returns the names with the smallest edit distance to s, if that is small, or else those that begin with s; ties keep the
// order of names.
func Names(s string, names []string) []string {
	if s == "" || len(s) > maxLength {
		return nil
	}
	type near struct {
		name string
		d    int
	}
	var found []near
	limit := 1 + len(s)/6
	for _, n := range names {
		if d := distance(strings.ToUpper(s), strings.ToUpper(n), limit); d <= limit {
			found = append(found, near{n, d})
		}
	}
	if len(found) == 0 {
		return beginning(s, names)
	}
	slices.SortStableFunc(found, func(a, b near) int { return a.d - b.d })
	var out []string
	for _, f := range found {
		if len(out) == maxNames || f.d > found[0].d+1 {
			break
		}
		out = append(out, f.name)
	}
	return out
}

// beginning returns the names of which a word is the first part.
func beginning(s string, names []string) []string {
	var out []string
	for _, n := range names {
		if len(s) >= minPart && len(n) > len(s) && strings.EqualFold(n[:len(s)], s) && len(out) < maxNames {
			out = append(out, n)
		}
	}
	return out
}

// distance is the edit distance of two ASCII names with insertions, deletions, changes and swaps of neighbours, or any
// number over limit once it is sure to be over it.
func distance(a, b string, limit int) int {
	if max(len(a)-len(b), len(b)-len(a)) > limit {
		return limit + 1
	}
	before, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		best := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
			best = min(best, cur[j])
		}
		if best > limit {
			return limit + 1
		}
		before, prev, cur = prev, cur, before
	}
	return prev[len(b)]
}
