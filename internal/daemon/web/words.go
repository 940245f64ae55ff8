package web

import (
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

// word is a short answer and how it is meant, which the style sheet marks by a sign and a colour besides.
type word struct{ Text, Kind string }

// The kinds of a word.
const (
	good = "good"
	bad  = "bad"
	warn = "warn"
	note = "note"
	none = "none" // does not apply
)

// words are the functions of the templates.
func (l *looks) words() template.FuncMap {
	return template.FuncMap{
		"asset": l.at, "minute": minuteOf, "day": dayOf, "count": text.Count, "listener": listenerPath, "run": runPath,
		"severity": func(s report.Severity) word { return word{s.String(), kindOf(s)} }, "state": stateOf, "runstate": runStateOf, "verdict": verdictOf,
		"short": func(s string) string { return s[:min(len(s), 16)] }, "cut": func(s string) string { return text.Cut(s, 160) },
		"took": text.Took, "join": strings.Join, "place": place, "change": changeOf, "name": url.PathEscape,
		"severities": report.Severities, "progress": progressText, "uses": certificateUses,
	}
}

func minute(t time.Time) string { return text.Minute(t) }

// minuteOf is a time to the minute, as a time that programs can read too; "never" for none.
func minuteOf(v any) template.HTML {
	var t time.Time
	switch v := v.(type) {
	case time.Time:
		t = v
	case *time.Time:
		if v != nil {
			t = *v
		}
	}
	if t.IsZero() {
		return "never"
	}
	return template.HTML(fmt.Sprintf(`<time datetime="%s">%s</time>`, t.UTC().Format(time.RFC3339), text.Minute(t))) // digits alone
}

func dayOf(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// listenerPath is the page of an endpoint.
func listenerPath(id string) string {
	system, name, _ := strings.Cut(id, "/")
	return "/listeners/" + url.PathEscape(system) + "/" + escapeEach(name)
}

// escapeEach escapes the parts of a path.
func escapeEach(name string) string {
	parts := strings.Split(name, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return strings.Join(parts, "/")
}

func runPath(id string) string { return "/runs/" + url.PathEscape(id) }

// kindOf is how a severity is meant.
func kindOf(s report.Severity) string {
	switch s {
	case report.Critical, report.High:
		return bad
	case report.Medium:
		return warn
	}
	return note
}

// stateOf says what a listener is.
func stateOf(s scan.State) string {
	switch s {
	case scan.StateTLS:
		return "TLS"
	case scan.StateStartTLS:
		return "TLS after STARTTLS"
	case scan.StateNonTLS:
		return "not TLS"
	case scan.StateOpen:
		return "open, not asked"
	}
	return string(s)
}

func verdictOf(v report.Verdict) word {
	switch v {
	case report.Pass:
		return word{"pass", good}
	case report.Fail:
		return word{"fail", bad}
	case report.Incomplete:
		return word{"incomplete", warn}
	}
	return word{"-", none}
}

func runStateOf(s history.State) word {
	switch s {
	case history.Finished:
		return word{"finished", good}
	case history.Running:
		return word{"running", note}
	case history.Failed:
		return word{"failed", bad}
	case history.Missed:
		return word{"missed", bad}
	}
	return word{string(s), warn}
}

func place(l *report.Location) string {
	if l == nil {
		return ""
	}
	return fmt.Sprintf("%s:%d:%d", l.File, l.Line, l.Column)
}

// changeOf says a kind of change in words.
func changeOf(kind string) string {
	return strings.ReplaceAll(kind, "-", " ")
}

// progressText is how far a run has come, in a sentence.
func progressText(p control.Progress) string {
	said := fmt.Sprintf("%d of %s looked at", p.Done, text.Count(p.All, "listener"))
	if p.Phase != "" {
		said = phaseOf(p.Phase) + ": " + said
	}
	return said + ", " + text.Count(p.Findings, "finding") + " so far."
}

func phaseOf(phase string) string {
	switch phase {
	case "canary":
		return "The canary system comes first"
	case "scanning":
		return "Looking"
	case "judging":
		return "Judging"
	case "storing":
		return "Storing"
	}
	return phase
}

// daysLeft says how long a certificate is still valid.
func daysLeft(c report.Certificate, at time.Time) word {
	days := int(c.NotAfter.Sub(at).Hours() / 24)
	switch {
	case c.NotAfter.Before(at):
		return word{"expired", bad}
	case c.NotBefore.After(at):
		return word{"not yet valid", bad}
	case days <= soonDays:
		return word{text.Count(days, "day") + " left", warn}
	}
	return word{text.Count(days, "day") + " left", good}
}

// soonDays is the default of min_days_left in estate files.
const soonDays = 30
