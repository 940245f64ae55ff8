package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// The ids of what is wrong with an ignore itself.
const (
	ignoreFaulty = "ATTLS-IGNORE-FAULTY"
	ignoreUnused = "ATTLS-IGNORE-UNUSED"
)

// ignoreRules describe what is wrong with an ignore itself. They check nothing: accept does.
func ignoreRules() []Rule {
	references := []string{"portseal: a policy may accept a finding with # portseal:ignore ID reason"}
	return []Rule{
		{ID: ignoreFaulty, Severity: report.Medium, Title: "A comment that should accept a finding accepts none",
			Why:         "Without an id that exists, and a reason, nobody can tell later what was accepted and why; a fault at which Policy Agent installs nothing cannot be accepted.",
			Remediation: "Write # portseal:ignore ID reason on the line of the finding, or on the line above it.", References: references},
		{ID: ignoreUnused, Severity: report.Low, Title: "A comment accepts a finding that is not there",
			Why:         "What was accepted is gone, or stands elsewhere now: the comment would hide the next mistake.",
			Remediation: "Remove the comment.", References: references},
	}
}

// ignore is one "# portseal:ignore ID reason".
type ignore struct {
	id, reason string
	at         report.Location
	used       bool
}

const ignoreMark = "portseal:ignore"

// accept marks the findings that a comment on their line, or on the line above, accepts, and returns what is wrong with such comments.
func accept(files []*syntax.File, findings []report.Finding) []report.Finding {
	hard := map[string]bool{}
	for _, f := range files {
		for _, p := range f.Problems {
			hard[p.ID] = hard[p.ID] || p.Hard
		}
	}
	var out []report.Finding
	for _, file := range files {
		for _, i := range ignores(file) {
			if why := i.fault(hard); why != "" {
				out = append(out, complete(found(i.at, why), ignoreRules()[0]))
				continue
			}
			i.mark(findings)
			if !i.used {
				out = append(out, complete(found(i.at, "nothing on this line or the next is "+i.id), ignoreRules()[1]))
			}
		}
	}
	return out
}

// fault says why an ignore accepts nothing, whatever is found.
func (i *ignore) fault(hard map[string]bool) string {
	known := slices.ContainsFunc(Catalogue(), func(r Rule) bool { return r.ID == i.id })
	switch {
	case i.id == "":
		return "the comment names no finding; want # " + ignoreMark + " ID reason"
	case !known:
		return fmt.Sprintf("there is no finding %q; 'portseal explain' lists them", i.id)
	case i.reason == "":
		return fmt.Sprintf("the comment gives no reason; want # %s %s reason", ignoreMark, i.id)
	case hard[i.id]:
		return i.id + " cannot be accepted: Policy Agent would still install nothing"
	}
	return ""
}

func (i *ignore) mark(findings []report.Finding) {
	for n := range findings {
		f := &findings[n]
		if f.ID != i.id || f.Location == nil || f.Location.File != i.at.File {
			continue
		}
		if f.Location.Line == i.at.Line || f.Location.Line == i.at.Line+1 {
			f.Waived = &report.Waived{Reason: i.reason}
			i.used = true
		}
	}
}

// ignores finds the comments that accept something.
func ignores(file *syntax.File) []*ignore {
	var out []*ignore
	add := func(comment string, at report.Location) {
		_, rest, ok := strings.Cut(comment, ignoreMark)
		if !ok {
			return
		}
		id, reason, _ := strings.Cut(strings.TrimSpace(rest), " ")
		out = append(out, &ignore{id: strings.ToUpper(id), reason: strings.TrimSpace(reason), at: at})
	}
	var walk func(body []syntax.Node)
	walk = func(body []syntax.Node) {
		for _, n := range body {
			switch n := n.(type) {
			case *syntax.Comment:
				add(n.Text, n.At)
			case *syntax.Attribute:
				add(n.Comment, n.At)
			case *syntax.Statement:
				add(n.Comment, n.At)
				walk(n.Body)
			}
		}
	}
	walk(file.Body)
	return out
}
