package html

import (
	"fmt"
	"strings"
	"time"

	"github.com/portseal/portseal/certchain"
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

// clean makes text from a report safe to show; printable ASCII is as it is.
func clean(s string) string {
	if len(s) <= text.Limit {
		for i := 0; ; i++ {
			if i == len(s) {
				return s
			}
			if s[i] < ' ' || s[i] > '~' {
				break
			}
		}
	}
	return text.Clean(s)
}

func cleanAll(list []string) []string {
	out := make([]string, 0, len(list))
	for _, s := range list {
		out = append(out, clean(s))
	}
	return out
}

func join(list []string) string { return strings.Join(cleanAll(list), ", ") }

// capital begins a sentence.
func capital(s string) string {
	if s != "" && s[0] >= 'a' && s[0] <= 'z' {
		return strings.ToUpper(s[:1]) + s[1:]
	}
	return s
}

// names joins values that have names: versions, suites, groups.
func names[T fmt.Stringer](list []T) string {
	out := make([]string, 0, len(list))
	for _, v := range list {
		out = append(out, v.String())
	}
	return strings.Join(out, ", ")
}

// clock is a time to the second, in UTC, and empty for none.
func clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

func place(l *report.Location) string {
	if l == nil {
		return ""
	}
	return fmt.Sprintf("%s:%d:%d", clean(l.File), l.Line, l.Column)
}

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

// answerOf shows an answer where yes is right.
func answerOf(a certchain.Answer) word {
	switch a {
	case certchain.Yes:
		return word{"yes", good}
	case certchain.No:
		return word{"no", bad}
	}
	return word{"unknown", warn}
}

// factOf shows a fact that is neither right nor wrong by itself.
func factOf(f scan.Fact) word {
	switch f {
	case scan.Yes:
		return word{"yes", "yes"}
	case scan.No:
		return word{"no", none}
	}
	return word{"unknown", warn}
}

// left says how long a certificate is still valid.
func (p *page) left(c *report.Certificate) word {
	days := p.known.DaysLeft(c)
	switch {
	case c.NotAfter.Before(p.known.Judged):
		return word{"expired", bad}
	case c.NotBefore.After(p.known.Judged):
		return word{"not yet valid", bad}
	case days <= soonDays:
		return word{text.Count(days, "day") + " left", warn}
	}
	return word{text.Count(days, "day") + " left", good}
}

// soonDays is the default of min_days_left in estate files.
const soonDays = 30

// cut is clean text of at most so many columns.
func cut(s string, columns int) string { return text.Cut(s, columns) }
