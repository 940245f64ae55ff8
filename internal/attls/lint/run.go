package lint

import (
	"cmp"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// Run judges a policy by every rule. The findings are sorted by file, line, column and id; those that a comment accepts are
// among them, marked as waived.
func Run(in *Input) []report.Finding {
	var out []report.Finding
	catalogue := Catalogue()
	for _, p := range slices.Concat(in.Problems, in.Policy.Problems) {
		out = append(out, ofProblem(p, catalogue))
	}
	for _, r := range All() {
		for _, f := range r.Check(in) {
			out = append(out, complete(f, r))
		}
	}
	out = distinct(out)
	out = append(out, accept(in.Policy.Files, out)...)
	sortByPlace(in.Policy.Files, out)
	return out
}

// ofProblem makes a finding of what reading the policy has found.
func ofProblem(p syntax.Problem, catalogue []Rule) report.Finding {
	f := report.Finding{Location: &report.Location{File: p.At.File, Line: p.At.Line, Column: p.At.Column}, Detail: p.Message, Severity: p.Severity}
	if i := slices.IndexFunc(catalogue, func(r Rule) bool { return r.ID == p.ID }); i >= 0 {
		return complete(f, catalogue[i])
	}
	f.ID, f.Title = p.ID, p.Message
	return f
}

func complete(f report.Finding, r Rule) report.Finding {
	f.ID, f.Title = r.ID, r.Title
	f.Severity = cmp.Or(f.Severity, r.Severity)
	f.Remediation = cmp.Or(f.Remediation, r.Remediation)
	f.References = slices.Clone(r.References)
	return f
}

// distinct drops what was found twice at one place: an action that ten rules share has one fault.
func distinct(findings []report.Finding) []report.Finding {
	type place struct {
		id, detail string
		at         report.Location
	}
	seen := map[place]bool{}
	return slices.DeleteFunc(findings, func(f report.Finding) bool {
		key := place{f.ID, f.Detail, report.Location{}}
		if f.Location != nil {
			key.at = *f.Location
		}
		again := seen[key]
		seen[key] = true
		return again
	})
}

func sortByPlace(files []*syntax.File, findings []report.Finding) {
	order := map[string]int{}
	for i, f := range files {
		order[f.Path] = i
	}
	at := func(f report.Finding) report.Location {
		if f.Location == nil {
			return report.Location{}
		}
		return *f.Location
	}
	slices.SortStableFunc(findings, func(a, b report.Finding) int {
		x, y := at(a), at(b)
		return cmp.Or(cmp.Compare(order[x.File], order[y.File]), cmp.Compare(x.Line, y.Line), cmp.Compare(x.Column, y.Column),
			cmp.Compare(a.ID, b.ID), cmp.Compare(a.Detail, b.Detail))
	})
}

// maxDetail is how many octets a finding says: a name may be as long as a line, and a line as long as a file.
const maxDetail = 1000

// found is a finding at a place; the rule adds the rest.
func found(at report.Location, detail string) report.Finding {
	if len(detail) > maxDetail {
		detail = strings.ToValidUTF8(detail[:maxDetail], "") + "..."
	}
	return report.Finding{Location: &at, Detail: detail}
}
