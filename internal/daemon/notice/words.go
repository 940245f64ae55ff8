package notice

import (
	"fmt"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// title is the message in one line.
func (m *Message) title() string {
	var parts []string
	if r := m.Run; r != nil && r.State != string(history.Finished) {
		parts = append(parts, r.headline())
	}
	if m.Counts.New > 0 {
		var by []string
		for _, s := range report.Severities() {
			if n := m.Counts.NewBySeverity[s.String()]; n > 0 {
				by = append(by, fmt.Sprintf("%d %s", n, s))
			}
		}
		parts = append(parts, text.Count(m.Counts.New, "new finding")+" ("+strings.Join(by, ", ")+")")
	}
	if m.Counts.Resolved > 0 {
		parts = append(parts, fmt.Sprintf("%d resolved", m.Counts.Resolved))
	}
	if n := m.Counts.Expiring; n > 0 {
		first := m.Expiring[0]
		parts = append(parts, text.Count(n, "certificate")+" near the end, the first "+first.when())
	}
	return text.Cut(m.Estate, nameWidth) + ": " + strings.Join(parts, ", ")
}

// headline says what became of a run that has no report.
func (r *Run) headline() string {
	what := "a run"
	if r.Schedule != "" {
		what += " of schedule " + text.Cut(r.Schedule, nameWidth)
	}
	if r.State == string(history.Missed) {
		return what + " was missed"
	}
	return what + " " + r.State
}

// when says when a certificate ends or has ended.
func (c Certificate) when() string {
	switch {
	case c.Level > 0 && c.Days == 0:
		return "ends within a day"
	case c.Level > 0:
		return "ends in " + text.Count(c.Days, "day")
	}
	return "has ended"
}

// name is what a finding is called in one line.
func (f Finding) name() string {
	where := f.Endpoint
	if where == "" {
		where = "the estate"
	}
	line := fmt.Sprintf("%s: %s: %s", where, f.ID, f.Title)
	if f.Item != "" {
		line += " (" + f.Item + ")"
	}
	return line
}

// lines are a message as plain text, for people.
func (m *Message) lines() []string {
	out := []string{m.Title, ""}
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if r := m.Run; r != nil {
		out = append(out, r.lines()...)
	}
	if m.Counts.Untold > 0 {
		add("Of the same schedule it is not the only one: %d more since this was last told.", m.Counts.Untold)
	}
	list := func(title string, all, listed int, one func(int)) {
		if all == 0 {
			return
		}
		add("\n%s (%d)", title, all)
		for i := range listed {
			one(i)
		}
		if all > listed {
			add("... and %d more", all-listed)
		}
	}
	list("NEW", m.Counts.New, len(m.New), func(i int) { out = append(out, m.New[i].lines()...) })
	list("RESOLVED", m.Counts.Resolved, len(m.Resolved), func(i int) { add("[%s] %s", m.Resolved[i].Severity, m.Resolved[i].name()) })
	list("CERTIFICATES NEAR THEIR END", m.Counts.Expiring, len(m.Expiring), func(i int) { out = append(out, m.Expiring[i].lines()...) })
	if m.Counts.Held > 0 {
		add("\nOf the findings that come and go, %d ended: that is told when a day is over.", m.Counts.Held)
	}
	return out
}

func (r *Run) lines() []string {
	var out []string
	if r.Message != "" {
		out = append(out, "Why: "+r.Message)
	}
	what := "Run " + r.ID
	if r.Schedule != "" {
		what += " of schedule " + text.Cut(r.Schedule, nameWidth)
	}
	if r.Due != nil {
		what += ", due " + text.Minute(*r.Due)
	}
	if r.Finished != nil {
		what += ", finished " + text.Minute(*r.Finished)
	}
	if r.Verdict != "" {
		what += ": " + string(r.Verdict)
	}
	return append(out, what)
}

func (f Finding) lines() []string {
	head := "[" + f.Severity.String() + "] " + f.name()
	if f.Was != "" {
		head += " (was " + f.Was + ")"
	}
	if f.Again {
		head += " (comes and goes)"
	}
	out := []string{head}
	for _, more := range []struct{ label, text string }{{"", f.Detail}, {"expected: ", f.Expected}, {"observed: ", f.Observed}} {
		if more.text != "" {
			out = append(out, "    "+more.label+more.text)
		}
	}
	return out
}

func (c Certificate) lines() []string {
	out := []string{fmt.Sprintf("%s %s (%s)", c.Subject, c.when(), c.NotAfter.UTC().Format(time.RFC3339))}
	for _, more := range []struct {
		label string
		names []string
	}{{"presented by ", c.Endpoints}, {"on key ring ", c.Keyrings}} {
		if len(more.names) > 0 {
			out = append(out, "    "+more.label+strings.Join(more.names, ", "))
		}
	}
	return out
}
