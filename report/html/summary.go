package html

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/facts"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/report/words"
)

// How much the first page has, so that it fits a sheet.
const (
	firstSteps    = 3
	firstInputs   = 3
	firstProfiles = 3
	stepLength    = 210 // of a step, in bytes
)

// figure is a number, what it counts, and how it is meant.
type figure struct {
	N    int
	Word word
	At   string // where the page has the things counted
}

// Verdict is the outcome as a word.
func (p *page) Verdict() word {
	w := words.Verdict(p.rep.Summary.Verdict)
	w.Text = capital(w.Text)
	return w
}

// Outcome is the verdict in a sentence.
func (p *page) Outcome() string {
	s := p.rep.Summary
	known := fmt.Sprintf("The state of %d of %s is known.", s.Assessed, text.Count(s.Endpoints, p.Thing()))
	switch s.Verdict {
	case report.Pass:
		return "Nothing was found that fails this run: " + facts.Count(p.rep).String() + ". " + known
	case report.Fail:
		from := ""
		if p.rep.Run.FailOn != "" {
			from = ", of which those from " + clean(p.rep.Run.FailOn) + " on fail the run"
		}
		return fmt.Sprintf("%s%s. %s", facts.Count(p.rep), from, known)
	case report.Incomplete:
		return "Nothing that was seen fails this run, but not all could be assessed: " + facts.Count(p.rep).String() + ". " + known
	}
	return "The report says no verdict."
}

// BySeverity counts the findings: those that count by severity, worst first, then those that do not.
func (p *page) BySeverity() []figure {
	counted := facts.Count(p.rep)
	var out []figure
	for _, severity := range report.Severities() {
		f := figure{counted.BySeverity[severity], words.Severity(severity), "findings-" + severity.String()}
		if f.N == 0 {
			f.At, f.Word.Kind = "", none
		}
		out = append(out, f)
	}
	if counted.NotAssessed > 0 {
		out = append(out, figure{counted.NotAssessed, warn.Says(groupOpen), "findings-open"})
	}
	if counted.Waived > 0 {
		out = append(out, figure{counted.Waived, note.Says(groupWaived), "findings-waived"})
	}
	return out
}

// ByState counts the endpoints by what they turned out to be.
func (p *page) ByState() []figure {
	var out []figure
	for state, n := range p.rep.Summary.ByState {
		out = append(out, figure{N: n, Word: word{Text: stateOf(state)}})
	}
	slices.SortFunc(out, func(a, b figure) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Word.Text, b.Word.Text)) })
	return out
}

// Also are further numbers that a reader asks for first.
func (p *page) Also() []figure {
	s := p.rep.Summary
	var out []figure
	add := func(n int, text string, kind words.Kind, at string) {
		if n == 0 {
			kind = good
		}
		out = append(out, figure{n, kind.Says(text), at})
	}
	if p.rep.Run.Estate != "" || s.RC4ListenersOpen > 0 {
		add(s.RC4ListenersOpen, "RC4 listeners open", bad, "findings")
	}
	expired, soon := 0, 0
	served := map[string]bool{}
	for i := range p.rep.Endpoints {
		for _, sent := range p.rep.Endpoints[i].Presented {
			served[sent.Leaf] = true
		}
	}
	for sum := range served {
		c := p.certificates[sum]
		switch {
		case c == nil:
		case c.NotAfter.Before(p.known.Judged):
			expired++
		case c.NotAfter.Before(p.known.Judged.AddDate(0, 0, words.SoonDays)):
			soon++
		}
	}
	if d := p.rep.Drift; d != nil {
		add(unannounced(d), "changes not announced", warn, "changes")
	}
	if len(served) > 0 {
		add(expired, "served certificates expired", bad, "certificates")
		add(soon, fmt.Sprintf("served certificates end within %d days", words.SoonDays), warn, "certificates")
	}
	return out
}

// field is a name with its value.
type field struct{ Name, Text string }

// Circumstances are when, from where and by whom the estate was looked at.
func (p *page) Circumstances() []field {
	run := p.rep.Run
	out := []field{{"Seen", cmp.Or(clock(run.Finished), "at a time that is not known") + ", in " + text.Took(run.Finished.Sub(run.Started))}}
	if !run.JudgedAt.IsZero() && (run.JudgedAt.Before(run.Started) || run.JudgedAt.After(run.Finished)) {
		out = append(out, field{"Judged as of", clock(run.JudgedAt)})
	}
	from := clean(run.Vantage)
	if len(run.SourceAddresses) > 0 {
		from += " (" + join(run.SourceAddresses) + ")"
	}
	out = append(out, field{"From", from})
	if run.Operator != "" {
		out = append(out, field{"By", clean(run.Operator)})
	}
	scope := fmt.Sprintf("%d of %s", run.Scope.Selected, text.Count(run.Scope.Declared, "declared "+p.Thing()))
	if n := len(run.Scope.Skipped); n > 0 {
		scope += fmt.Sprintf(", %d skipped", n)
	}
	cost := text.Count(p.rep.Summary.Connections, "connection")
	if n := p.messages(); n > 0 {
		cost += ", up to " + text.Count(n, "log message") + " on z/OS"
	}
	return append(out, field{"Scope", scope}, field{"Cost", cost})
}
