package diff

import (
	"path"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/report"
)

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
