package view

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/attls/lint"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// Lint is all that is wrong with a policy.
type Lint struct {
	About
	Summary  Summary          `json:"summary"`
	Findings []report.Finding `json:"findings"` // by file, line and column
}

// Summary is the findings in numbers.
type Summary struct {
	BySeverity map[string]int `json:"by_severity"` // those that no comment accepts
	Accepted   int            `json:"accepted"`
}

// NewLint is the findings of a policy, as lint.Run returns them.
func NewLint(in Input, findings []report.Finding) Lint {
	l := Lint{About: about("portseal.lint/v1", in), Summary: Summary{BySeverity: map[string]int{}}, Findings: findings}
	if findings == nil {
		l.Findings = []report.Finding{}
	}
	for _, f := range findings {
		if f.Waived != nil {
			l.Summary.Accepted++
			continue
		}
		l.Summary.BySeverity[f.Severity.String()]++
	}
	return l
}

// Write writes the faults for people: worst first, those of one kind together, each as "file:line:column: severity ID: what",
// below them why it matters and what would be right.
func (l Lint) Write(w io.Writer, look Look) error {
	p := newPage(look)
	p.title(text.Strong, fmt.Sprintf("%s: %s, judged for z/OS %s", l.files(), l.Summary, l.ZOSRelease))
	if !l.Installs {
		p.para(0, "Not installed:", text.Bad, "Policy Agent stops at a fault below and installs nothing of the policy: the old one stays, and "+
			"after a start there is none, so that every connection is in clear text.")
	}
	groups := map[string][]report.Finding{}
	var ids []string
	for _, f := range worstFirst(l.Findings) {
		key := f.ID + " " + f.Severity.String()
		if f.Waived != nil {
			continue
		}
		if groups[key] == nil {
			ids = append(ids, key)
		}
		groups[key] = append(groups[key], f)
	}
	for _, id := range ids {
		p.blank()
		p.group(groups[id])
	}
	p.accepted(l.Findings)
	return p.write(w)
}

// String is "2 high, 1 medium", or "no fault".
func (s Summary) String() string {
	var parts []string
	for _, severity := range report.Severities() {
		if n := s.BySeverity[severity.String()]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, severity))
		}
	}
	if len(parts) == 0 {
		parts = []string{"no fault"}
	}
	if s.Accepted > 0 {
		parts = append(parts, fmt.Sprintf("%d accepted", s.Accepted))
	}
	return strings.Join(parts, ", ")
}

func worstFirst(findings []report.Finding) []report.Finding {
	out := slices.Clone(findings)
	slices.SortStableFunc(out, func(a, b report.Finding) int { return cmp.Compare(b.Severity, a.Severity) })
	return out
}

// group writes the findings of one kind.
func (p *page) group(findings []report.Finding) {
	var remedies []string
	for _, f := range findings {
		lead := fmt.Sprintf("%s %s:", f.Severity, f.ID)
		if at := f.Location.String(); at != "" {
			lead = at + ": " + lead
		}
		p.para(0, lead, styleOf(f.Severity), what(f))
		if f.Remediation != "" && !slices.Contains(remedies, f.Remediation) {
			remedies = append(remedies, f.Remediation)
		}
	}
	if why := whyOf(findings[0].ID); why != "" {
		p.para(1, "why:", text.Plain, why)
	}
	for _, r := range remedies {
		p.para(1, "right:", text.Plain, r)
	}
}

// what is a finding in one sentence.
func what(f report.Finding) string {
	said := cmp.Or(f.Detail, f.Title)
	if f.Observed != "" {
		said += "; found: " + f.Observed
	}
	if f.Expected != "" {
		said += "; want: " + f.Expected
	}
	return said
}

func whyOf(id string) string {
	all := lint.Catalogue()
	i := slices.IndexFunc(all, func(r lint.Rule) bool { return r.ID == id })
	if i < 0 {
		return ""
	}
	return all[i].Why
}

// accepted lists what comments accept, and why.
func (p *page) accepted(findings []report.Finding) {
	first := true
	for _, f := range findings {
		if f.Waived == nil {
			continue
		}
		if first {
			p.blank()
			p.title(text.Strong, "Accepted by a comment")
			first = false
		}
		p.para(0, fmt.Sprintf("%s: %s %s:", f.Location.String(), f.Severity, f.ID), text.Plain, f.Waived.Reason)
	}
}
