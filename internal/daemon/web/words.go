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
	"github.com/portseal/portseal/report/words"
)

type word = words.Word

const good, bad, warn, note, none = words.Good, words.Bad, words.Warn, words.Note, words.None

// words are the functions of the templates.
func (l *looks) words() template.FuncMap {
	return template.FuncMap{
		"asset": l.at, "minute": minuteOf, "day": dayOf, "count": text.Count[int], "listener": listenerPath, "run": runPath,
		"severity": words.Severity, "state": words.State, "runstate": runStateOf, "verdict": verdictOf,
		"short": func(s string) string { return s[:min(len(s), 16)] }, "cut": func(s string) string { return text.Cut(s, 160) },
		"took": text.Took, "join": strings.Join, "place": (*report.Location).String, "change": changeOf, "name": url.PathEscape,
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

// verdictOf is the outcome of a run; one that has no report has none.
func verdictOf(v report.Verdict) word {
	if v == "" {
		return none.Says("-")
	}
	return words.Verdict(v)
}

func runStateOf(s history.State) word {
	switch s {
	case history.Finished:
		return good.Says("finished")
	case history.Running:
		return note.Says("running")
	case history.Failed:
		return bad.Says("failed")
	case history.Missed:
		return bad.Says("missed")
	}
	return warn.Says(string(s))
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
