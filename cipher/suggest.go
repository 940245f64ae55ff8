package cipher

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

const (
	maxSuggestions = 3
	maxQuoted      = 80 // of a wrong name in an error; it may be the user's whole file
)

// unknownError says that s is no known kind of thing, what would be right, and which known names are near.
func unknownError(kind, s, want string, near []string) error {
	msg := fmt.Sprintf("unknown %s %s", kind, quote(s))
	if len(near) > 0 {
		msg += ": did you mean " + strings.Join(near, " or ") + "?"
	}
	return errors.New(msg + " (want " + want + ")")
}

func quote(s string) string {
	if len(s) > maxQuoted {
		return fmt.Sprintf("%q...", s[:maxQuoted])
	}
	return fmt.Sprintf("%q", s)
}

// nearest returns the names with the smallest edit distance to s, if that is small; ties keep the order of names.
func nearest(s string, names []string) []string {
	if s == "" || len(s) > maxQuoted {
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
	slices.SortStableFunc(found, func(a, b near) int { return a.d - b.d })
	var out []string
	for _, f := range found {
		if len(out) == maxSuggestions || f.d > found[0].d+1 {
			break
		}
		out = append(out, f.name)
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
