// Package limits says what a report shows and what it cannot, once for every format: the first page of each says it in these words,
// so that nobody takes a pass for more than it is.
//
// Limits: it repeats what the report says of itself and judges nothing; whether the report is what its author wrote is for
// internal/evidence. The text holds names that peers and files chose: a renderer cleans it like all other text.
package limits

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

// Limits is what the first page of a report says beside the verdict.
type Limits struct {
	Shows []string // sentences; those that even a summary must have come first
	Brief int      // how many of Shows a summary must have

	Declared, Selected int // endpoints that the estate declares, and that the run was to look at
	Skipped            []report.Skipped
	NotTested          []Gap          // sorted by question and reason
	Inputs             []report.Input // in the report's order
}

// Gap is a question that was not tested at some endpoints, and why.
type Gap struct {
	Question, Why string
	Endpoints     []string // sorted
}

// Of collects the limits of a report.
func Of(rep *report.Report) Limits {
	l := Limits{Declared: rep.Run.Scope.Declared, Selected: rep.Run.Scope.Selected, Skipped: rep.Run.Scope.Skipped,
		NotTested: gaps(rep), Inputs: rep.Run.Inputs}
	brief, more := sentences(rep)
	l.Shows, l.Brief = append(brief, more...), len(brief)
	return l
}

// Scope is what the run was to look at, and what it read, in one sentence.
func (l Limits) Scope() string {
	said := fmt.Sprintf("%d declared, %d selected", l.Declared, l.Selected)
	if n := len(l.Skipped); n > 0 {
		said += fmt.Sprintf(", %d skipped", n)
	}
	if n := len(l.Inputs); n > 0 {
		said += "; " + text.Count(n, "input file")
	}
	return said + "."
}

// gaps groups the questions without an answer. What was not dialled at all is among the skipped, or has a gap of its own.
func gaps(rep *report.Report) []Gap {
	skipped := map[string]bool{}
	for _, s := range rep.Run.Scope.Skipped {
		skipped[s.ID] = true
	}
	at := map[scan.NotTested]int{}
	var all []Gap
	for _, e := range rep.Endpoints {
		if e.State == scan.StateSkipped && skipped[e.ID] {
			continue
		}
		for _, n := range e.NotTested {
			i, seen := at[n]
			if !seen {
				i = len(all)
				at[n] = i
				all = append(all, Gap{Question: n.Question, Why: n.Why})
			}
			all[i].Endpoints = append(all[i].Endpoints, e.ID)
		}
	}
	for i := range all {
		slices.Sort(all[i].Endpoints)
		all[i].Endpoints = slices.Compact(all[i].Endpoints)
	}
	slices.SortFunc(all, func(a, b Gap) int { return cmp.Or(cmp.Compare(a.Question, b.Question), cmp.Compare(a.Why, b.Why)) })
	return all
}
