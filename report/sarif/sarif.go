// Package sarif writes findings as a SARIF 2.1.0 log (OASIS standard, errata 01), which code hosts and editors show at the
// lines that findings are about.
//
// One run holds one rule for each kind of finding, and one result for each finding. Severities become levels: critical and
// high are errors, medium warnings, the rest notes; the severity itself is kept as the property security-severity, in the
// scale that GitHub reads. A finding that could not be assessed is of kind "open", an accepted one has a suppression.
//
// Limits: a finding about a listener has no line. Its endpoint is a logical location, and the file that the run was made
// from, where there is one, its artifact. Text that came from a peer is cleaned (report/text).
package sarif

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/ref"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/report/text"
)

// Version is the version of the format.
const Version = "2.1.0"

// schema is where the standard publishes the schema of its log files.
const schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// Log is what is to be written.
type Log struct {
	Tool     report.Tool
	Findings []report.Finding
	About    string // the file that findings without a location are about, such as the estate file; may be empty
}

// Write writes a log to w. It returns the writer's error.
func Write(w io.Writer, l Log) error {
	r := run{Tool: tool{driver{Name: l.Tool.Name, Version: l.Tool.Version, Rules: rules(l.Findings)}}, ColumnKind: "unicodeCodePoints",
		Results: []result{}}
	for _, f := range l.Findings {
		index := slices.IndexFunc(r.Tool.Driver.Rules, func(have rule) bool { return have.ID == f.ID })
		r.Results = append(r.Results, resultOf(f, index, l.About))
	}
	return reportjson.Encode(w, log{Schema: schema, Version: Version, Runs: []run{r}})
}

// OfReport is the log of a report.
func OfReport(rep *report.Report) Log {
	l := Log{Tool: rep.Tool, Findings: rep.Findings}
	for _, in := range rep.Run.Inputs {
		if in.Kind == "estate" {
			l.About = in.Path
			break
		}
	}
	return l
}

// rules are the kinds of findings, in the order of their first one. What they say comes from that one.
func rules(findings []report.Finding) []rule {
	out := []rule{}
	for _, f := range findings {
		if slices.ContainsFunc(out, func(r rule) bool { return r.ID == f.ID }) {
			continue
		}
		r := rule{ID: f.ID, Short: message{f.Title}, Default: configuration{levelOf(f.Severity)},
			Properties: ruleProperties{score(f.Severity), []string{"security"}}}
		help := f.Remediation
		for _, reference := range f.References {
			if r.HelpURI == "" && strings.HasPrefix(reference, "https://") {
				r.HelpURI, _, _ = strings.Cut(reference, " ")
			}
			help += "\n" + reference
		}
		if help = strings.TrimSpace(help); help != "" {
			r.Help = &message{help}
		}
		out = append(out, r)
	}
	return out
}

func resultOf(f report.Finding, index int, about string) result {
	r := result{RuleID: f.ID, RuleIndex: index, Level: levelOf(f.Severity), Message: message{text.Clean(words(f))},
		Properties: resultProperties{Severity: f.Severity.String(), Remediation: f.Remediation}}
	if f.Inconclusive {
		r.Kind, r.Level = "open", "none" // section 3.27.9: evaluated, and not enough is known to decide
	}
	if f.Waived != nil {
		r.Suppressions = []suppression{suppressionOf(*f.Waived)}
	}
	var at location
	switch {
	case f.Location != nil:
		at.Physical = &physical{Artifact: artifact{ref.FileURI(f.Location.File)}}
		if f.Location.Line > 0 {
			at.Physical.Region = &region{f.Location.Line, f.Location.Column}
		}
	case about != "":
		at.Physical = &physical{Artifact: artifact{ref.FileURI(about)}}
	}
	if f.Endpoint != "" {
		at.Logical = []logical{{Name: text.Clean(f.Endpoint), Kind: "resource"}}
	}
	if at.Physical != nil || at.Logical != nil {
		r.Locations = []location{at}
	}
	return r
}

// words are a finding in one text.
func words(f report.Finding) string {
	var parts []string
	if f.Observed != "" {
		parts = append(parts, "observed: "+f.Observed)
	}
	if f.Expected != "" {
		parts = append(parts, "expected: "+f.Expected)
	}
	if f.Detail != "" {
		parts = append(parts, f.Detail)
	}
	if len(parts) == 0 {
		return f.Title
	}
	return f.Title + ": " + strings.Join(parts, "; ")
}

// suppressionOf is who accepted a finding. Only a comment in the source itself has no last day.
func suppressionOf(w report.Waived) suppression {
	s := suppression{Kind: "inSource", Status: "accepted", Justification: w.Reason}
	if w.Until != "" {
		s.Kind = "external"
		s.Justification += fmt.Sprintf(" (until %s", w.Until)
		for _, more := range []struct{ what, value string }{{"approved by", w.ApprovedBy}, {"ticket", w.Ticket}} {
			if more.value != "" {
				s.Justification += ", " + more.what + " " + more.value
			}
		}
		s.Justification += ")"
	}
	return s
}

func levelOf(s report.Severity) string {
	switch s {
	case report.Critical, report.High:
		return "error"
	case report.Medium:
		return "warning"
	}
	return "note"
}

// score is the severity in GitHub's scale: over 9.0 critical, from 7.0 high, from 4.0 medium, below low.
func score(s report.Severity) string {
	switch s {
	case report.Critical:
		return "9.5"
	case report.High:
		return "8.0"
	case report.Medium:
		return "5.5"
	case report.Low:
		return "3.0"
	}
	return "0.0"
}
