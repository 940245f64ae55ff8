package markdown

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/report/internal/facts"
	"github.com/portseal/portseal/report/text"
)

// verdict writes the title: how the run ended, in numbers.
func (p *page) verdict() {
	s := p.rep.Summary
	word := strings.ToUpper(string(s.Verdict))
	if step := p.rep.Phase; step != nil {
		word = string(step.Verdict)
	}
	p.put("# %s: %s", or(prose(word)), p.name())
	counted := facts.Count(p.rep)
	said := fmt.Sprintf("%s in %s, %s", counted, text.Count(s.Endpoints, "endpoint"), text.Count(s.Connections, "connection"))
	if counted.Waived > 0 {
		said += fmt.Sprintf(", %d waived", counted.Waived)
	}
	if s.Assessed < s.Endpoints {
		said += fmt.Sprintf(", **the state of %d of them is known**", s.Assessed)
	}
	if n := s.RC4ListenersOpen; n > 0 {
		said += ", **" + text.Count(n, "RC4 listener") + " open**"
	}
	if !p.rep.Run.Complete {
		said += ", **the run was cut short**"
	}
	p.put("\n%s.", said)
}

// name is what the run was about.
func (p *page) name() string {
	switch rep := p.rep; {
	case rep.Run.Estate != "":
		return code(rep.Run.Estate)
	case len(rep.Endpoints) == 1:
		return code(rep.Endpoints[0].ID)
	}
	return "scan"
}

// shows writes what the report shows and what it cannot.
func (p *page) shows() {
	p.heading("What this report shows, and what it cannot")
	for _, said := range p.limits.Shows {
		p.put("- %s", prose(said))
	}
	p.put("- Scope: %s", prose(p.limits.Scope()))
	for _, s := range p.limits.Skipped {
		p.put("  - %s was skipped: %s", code(s.ID), prose(s.Reason))
	}
}

// phase writes the checks of a step of the change night.
func (p *page) phase() {
	step := p.rep.Phase
	if step == nil {
		return
	}
	p.heading("Step " + code(strings.TrimSpace(step.Name+" "+step.System)) + ": " + prose(string(step.Verdict)))
	if step.Next != "" {
		p.put("Next: %s\n", code(step.Next))
	}
	p.table("Check", "Result", "Evidence", "From")
	for _, c := range step.Checks {
		p.row(prose(c.Name), prose(string(c.Result)), prose(c.Evidence), code(c.From))
	}
}

// inputs writes the files that were read.
func (p *page) inputs() {
	if len(p.limits.Inputs) == 0 {
		return
	}
	p.heading("Inputs")
	p.table("Kind", "File", "Date", "SHA-256")
	for _, in := range p.limits.Inputs {
		date := "-"
		if in.Collected != nil {
			date = clock(*in.Collected)
		}
		p.row(prose(in.Kind), code(in.Path), date, code(in.SHA256))
	}
}

// run writes the circumstances.
func (p *page) run() {
	rep := p.rep
	p.heading("Run")
	p.table("", "")
	p.row("Run", code(rep.Run.ID))
	p.row("Program", prose(strings.TrimSpace(rep.Tool.Name+" "+rep.Tool.Version+" "+rep.Tool.Commit)))
	p.row("By", code(rep.Run.Operator))
	p.row("From", prose(rep.Run.Vantage)+" "+codes(rep.Run.SourceAddresses))
	p.row("Time", clock(rep.Run.Started)+" to "+clock(rep.Run.Finished))
	p.row("Judged as of", clock(rep.Run.JudgedAt))
	p.row("Probes, pace", prose(rep.Run.Probes)+", "+prose(rep.Run.Pace))
	p.row("Arguments", codes(rep.Run.Arguments))
	p.row("Clock synchronised", rep.Run.Clock.Synchronised.String())
	p.row("Digest of the report", code(rep.Digest))
}
