package html

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/portseal/portseal/report"
)

// Limits is what the report shows and what it cannot.
func (p *page) Limits() []string { return cleanAll(p.limits.Shows) }

// Skipped are the endpoints that were not looked at.
func (p *page) Skipped() []field {
	var out []field
	for _, s := range p.limits.Skipped {
		out = append(out, field{clean(s.ID), clean(s.Reason)})
	}
	return out
}

// gap is a question that some endpoints did not answer.
type gap struct {
	Question, Why string
	Where         []link
}

// Gaps are the questions that were not tested.
func (p *page) Gaps() []gap {
	var out []gap
	for _, g := range p.limits.NotTested {
		out = append(out, gap{clean(g.Question), clean(g.Why), p.links(g.Endpoints)})
	}
	return out
}

// input is a file that the run read.
type input struct{ Path, Kind, SHA256, Short, Collected string }

// Inputs are all files that the run read.
func (p *page) Inputs() []input {
	var out []input
	for _, in := range p.limits.Inputs {
		one := input{Path: clean(in.Path), Kind: clean(in.Kind), SHA256: clean(in.SHA256), Collected: "date not known"}
		one.Short = one.SHA256[:min(16, len(one.SHA256))]
		if in.Collected != nil {
			one.Collected = clock(*in.Collected)
		}
		out = append(out, one)
	}
	return out
}

// FirstInputs are those of the first page.
func (p *page) FirstInputs() []input { in := p.Inputs(); return in[:min(firstInputs, len(in))] }

// MoreInputs counts the others.
func (p *page) MoreInputs() int { return max(0, len(p.limits.Inputs)-firstInputs) }

// message is what the scan left in logs.
type message struct {
	Where                       link
	Message, Codes, Cause, From string
	Count                       int
}

// Logged are the messages that the scan itself will have caused in z/OS logs.
func (p *page) Logged() []message {
	var out []message
	for i := range p.rep.Endpoints {
		for _, m := range p.rep.Endpoints[i].Logged {
			out = append(out, message{p.link(p.rep.Endpoints[i].ID), clean(m.Message), clean(m.ReturnCodes), clean(m.Cause),
				ports(m, p.rep.Endpoints[i].Confirmed), m.Count})
		}
	}
	return out
}

// ports are those that the connections came from. Of a listener that was confirmed they are known, and not which of them caused what.
func ports(m report.LogMessage, c *report.Confirmed) string {
	numbers, of := m.SourcePorts, ""
	if c != nil {
		numbers, of = c.SourcePorts, "some of "
	}
	if len(numbers) == 0 {
		return ""
	}
	return of + strings.Trim(strings.ReplaceAll(fmt.Sprint(numbers), " ", ", "), "[]")
}

func (p *page) messages() int {
	n := 0
	for i := range p.rep.Endpoints {
		for _, m := range p.rep.Endpoints[i].Logged {
			n += m.Count
		}
	}
	return n
}

// check is one thing that a step of the change needs.
type check struct {
	Result               word
	Name, Evidence, From string
	Next                 string
}

// phase is the step of the change that was checked.
type phase struct {
	Name    string
	Verdict word
	Next    string
	Checks  []check
}

// Phase is the step of the change night; nil when none was checked.
func (p *page) Phase() *phase {
	ph := p.rep.Phase
	if ph == nil {
		return nil
	}
	out := &phase{Name: strings.TrimSpace(clean(ph.Name) + " " + clean(ph.System)), Verdict: bad.Says(clean(ph.Verdict)), Next: clean(ph.Next)}
	if ph.Verdict == report.Go {
		out.Verdict.Kind = good
	}
	for _, c := range ph.Checks {
		result := warn.Says("not known")
		switch c.Result {
		case report.CheckOK:
			result = good.Says("ok")
		case report.CheckFailed:
			result = bad.Says("failed")
		}
		out.Checks = append(out.Checks, check{result, clean(c.Name), clean(c.Evidence), clean(cmp.Or(c.From, c.Endpoint)), clean(c.Next)})
	}
	return out
}

// Provenance is who made the report, with what, and how.
func (p *page) Provenance() []field {
	run, tool := p.rep.Run, p.rep.Tool
	var out []field
	add := func(name, text string) {
		if text != "" {
			out = append(out, field{name, clean(text)})
		}
	}
	add("Report digest", p.rep.Digest)
	add("Redacted from the report", run.RedactedFrom)
	add("Judged again from the report", run.RejudgedFrom)
	add("Compared with the report", run.PreviousDigest)
	add("Schema", p.rep.Schema)
	add("Made by", strings.TrimSpace(tool.Name+" "+tool.Version))
	add("Commit", tool.Commit)
	add("SHA-256 of the program", tool.SHA256)
	add("Run", run.ID)
	add("Arguments", strings.Join(run.Arguments, " "))
	add("Operator", run.Operator)
	add("Started", clock(run.Started))
	add("Finished", clock(run.Finished))
	add("Judged as of", clock(run.JudgedAt))
	add("Vantage", strings.TrimSpace(run.Vantage+" "+strings.Join(run.SourceAddresses, ", ")))
	add("Probes", run.Probes)
	add("Pace", run.Pace)
	add("Clock synchronised", run.Clock.Synchronised.String())
	add("Scope", p.limits.Scope())
	return out
}

// Redacted says that the report has pseudonyms and no evidence: it cannot be checked by itself.
func (p *page) Redacted() bool { return p.rep.Run.Redacted }

// Rules are the ids of the rules that judged.
func (p *page) Rules() []string { return cleanAll(p.rep.Rules) }
