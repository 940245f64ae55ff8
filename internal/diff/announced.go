package diff

import (
	"cmp"
	"path"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/report"
)

// Since compares a report with a baseline that was read from a path, and marks what was announced, as of the time that the newer report was
// judged as of.
func Since(path string, baseline, now *report.Report, announced []report.Announcement) *report.Drift {
	drift := Compare(baseline, now)
	drift.Baseline.Path = path
	Expect(drift, announced, now.Run.JudgedAt)
	return drift
}

// Announced returns the announcements that a drift was made with, in the order of their file. Those of which each change had an earlier one
// are not in a drift, and would change nothing in it.
func Announced(drift *report.Drift) []report.Announcement {
	out := slices.Clone(drift.Unused)
	for _, c := range drift.Changes {
		if a := c.Expected; a != nil && !slices.ContainsFunc(out, func(b report.Announcement) bool { return reflect.DeepEqual(*a, b) }) {
			out = append(out, *a)
		}
	}
	place := func(a report.Announcement) report.Location {
		if a.Location == nil {
			return report.Location{}
		}
		return *a.Location
	}
	slices.SortStableFunc(out, func(a, b report.Announcement) int {
		return cmp.Or(cmp.Compare(place(a).Line, place(b).Line), cmp.Compare(place(a).Column, place(b).Column))
	})
	return out
}

// Expect marks the changes that were announced, and notes the announcements that none was for. One whose last day is over at the time
// holds for none. Nothing else of the drift changes.
func Expect(drift *report.Drift, announced []report.Announcement, at time.Time) {
	used := make([]bool, len(announced))
	for i := range drift.Changes {
		change := &drift.Changes[i]
		for j := range announced {
			a := &announced[j]
			if a.Expired(at) || !Covers(*a, *change) {
				continue
			}
			used[j] = true
			if change.Expected == nil {
				told := *a
				change.Expected = &told
			}
		}
	}
	drift.Unused = nil
	for j, a := range announced {
		if !used[j] {
			drift.Unused = append(drift.Unused, a)
		}
	}
}

// Covers says whether an announcement is about a change. What it says is compared with what changed, each of its parts, and the values
// before and after; as in a waiver, a listener stands for all its ports and addresses.
func Covers(a report.Announcement, c report.Change) bool {
	if a.Kind != c.Kind || a.Endpoint != "" && !assess.Covers(a.Endpoint, c.Endpoint) {
		return false
	}
	if a.What == "" {
		return true
	}
	said := append([]string{c.What, c.Old, c.New}, strings.Split(c.What, "/")...)
	return slices.ContainsFunc(said, func(s string) bool {
		ok, err := path.Match(a.What, s)
		return ok && err == nil || a.What == s
	})
}

// Unexpected returns the changes that nobody announced.
func Unexpected(changes []report.Change) []report.Change {
	return slices.DeleteFunc(slices.Clone(changes), func(c report.Change) bool { return c.Expected != nil })
}
