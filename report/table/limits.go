package table

import (
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/limits"
	"github.com/portseal/portseal/report/text"
)

// limits writes what the report shows and what it cannot: a summary in a few sentences, the detail in full.
func (p *page) limits() {
	l := limits.Of(p.rep)
	if p.detail {
		p.allLimits(l)
		return
	}
	said := strings.Join(l.Shows[:l.Brief], " ")
	if p.rep.Run.Estate != "" {
		said += " Scope: " + l.Scope()
	}
	if p.cut {
		said += " Cut text: --view detail, portseal explain ID."
	}
	if !p.dense || len(p.pick(isJudged)) == len(p.rep.Findings) {
		p.blank()
	}
	p.para("", plain, said, 0)
}

// allLimits writes every sentence, the scope, what was skipped, what was not tested and why, and the files that were read.
func (p *page) allLimits(l limits.Limits) {
	p.heading("What this report shows, and what it cannot")
	for _, said := range l.Shows {
		p.para("  - ", plain, said, 0)
	}
	p.para("  - ", plain, "Scope: "+l.Scope(), 0)
	for _, s := range l.Skipped {
		p.para("    ", plain, s.ID+" was skipped: "+s.Reason, 0)
	}
	if len(l.NotTested) > 0 && len(p.rep.Endpoints) > 1 { // of one endpoint its own list says it all
		p.heading("Not tested")
		for _, gap := range l.NotTested {
			p.para("  ", plain, gap.Question+": "+gap.Why+": "+strings.Join(gap.Endpoints, ", "), 0)
		}
	}
	p.inputs(l.Inputs)
}

func (p *page) inputs(files []report.Input) {
	if len(files) == 0 {
		return
	}
	p.heading("Inputs")
	for _, in := range files {
		said := in.Path
		if in.Collected != nil {
			said += ", of " + text.Minute(*in.Collected)
		}
		p.para("  "+text.Cut(in.Kind, 20)+"  ", plain, said+", SHA-256 "+in.SHA256, 0)
	}
}
