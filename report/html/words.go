package html

import (
	"strings"
	"time"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/report/words"
	"github.com/portseal/portseal/scan"
)

type word = words.Word

const good, bad, warn, note, none = words.Good, words.Bad, words.Warn, words.Note, words.None

// held is the kind of a fact that holds, and is neither right nor wrong by itself.
const held words.Kind = "yes"

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

// clock is a time to the second, in UTC, and empty for none.
func clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

func place(l *report.Location) string { return clean(l.String()) }

func stateOf(s scan.State) string { return clean(words.State(s)) }

// factOf shows a fact that is neither right nor wrong by itself.
func factOf(f scan.Fact) word {
	switch f {
	case scan.Yes:
		return held.Says("yes")
	case scan.No:
		return none.Says("no")
	}
	return warn.Says("unknown")
}

// left says how long a certificate is still valid.
func (p *page) left(c *report.Certificate) word { return words.Left(c, p.known.Judged) }

// cut is clean text of at most so many columns.
func cut(s string, columns int) string { return text.Cut(s, columns) }
