// Package sarif writes findings as a SARIF 2.1.0 log (OASIS standard, errata 01), which code hosts and editors show at the
// lines that findings are about.
//
// One run holds one rule for each kind of finding, and one result for each finding. Severities become levels: critical and
// high are errors, medium warnings, the rest notes; the severity itself is kept as the property security-severity, in the
// scale that GitHub reads. A finding that could not be assessed is of kind "open", an accepted one has a suppression. What a report
// shows and what it cannot are notifications of the invocation.
//
// A finding about a file is at its line there. One about a listener is at the listener's port in the estate file, with the endpoint as a
// logical location, and the rule of the AT-TLS policy that takes its connections as a related one. Fingerprints are made of what stays
// when lines move and values change: kind, endpoint and file. Where the report has a baseline, each result says how it stands to it.
//
// Limits: where nothing says which line a finding is about, its file alone is named. A finding that could not be compared with the baseline
// counts as unchanged. Text that came from a peer is cleaned (report/text).
package sarif

import (
	"fmt"
	"io"
	"strings"

	"github.com/portseal/portseal/report"
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
	Report   *report.Report // that the findings are of; nil: there is none, as where a policy alone is judged
}

// Write writes a log to w. It returns the writer's error.
func Write(w io.Writer, l Log) error {
	r := run{Tool: tool{driver{Name: l.Tool.Name, Version: l.Tool.Version, Rules: rules(l.Findings)}}, ColumnKind: "unicodeCodePoints",
		Results: []result{}}
	index := map[string]int{}
	for i, rule := range r.Tool.Driver.Rules {
		index[rule.ID] = i
	}
	in := newContext(l.Report)
	for _, f := range l.Findings {
		r.Results = append(r.Results, in.resultOf(f, index[f.ID]))
	}
	if l.Report != nil {
		describe(&r, l.Report)
	}
	return reportjson.Encode(w, log{Schema: schema, Version: Version, Runs: []run{r}})
}

// OfReport is the log of a report.
func OfReport(rep *report.Report) Log {
	return Log{Tool: rep.Tool, Findings: rep.Findings, Report: rep}
}

func (c *context) resultOf(f report.Finding, index int) result {
	r := result{RuleID: f.ID, RuleIndex: index, Level: levelOf(f.Severity), Message: message{text.Clean(words(f))},
		Locations: c.locations(f), Related: c.related(f), Fingerprints: c.fingerprint(f), Baseline: c.baseline(f),
		Properties: resultProperties{Severity: f.Severity.String(), Remediation: text.Clean(f.Remediation), Evidence: f.Evidence}}
	if f.Inconclusive {
		r.Kind, r.Level = "open", "none" // section 3.27.9: evaluated, and not enough is known to decide
	}
	if f.Waived != nil {
		r.Suppressions = []suppression{suppressionOf(*f.Waived)}
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
	s := suppression{Kind: "inSource", Status: "accepted", Justification: text.Clean(w.Reason)}
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
