package table

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/report/internal/facts"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/report/words"
)

// verdict writes the first lines: how the run ended, in numbers.
func (p *page) verdict() {
	rep, s := p.rep, p.rep.Summary
	outcome := words.Verdict(s.Verdict)
	word, look := strings.ToUpper(outcome.Text), styleOf(outcome)
	said := fmt.Sprintf("%s: %s in %s", p.name(), facts.Count(rep).Found(), text.Count(s.Endpoints, p.thing()))
	cost := fmt.Sprintf("%s, %s", text.Count(s.Connections, "connection"), text.Took(rep.Run.Finished.Sub(rep.Run.Started)))
	more := p.remarks()
	if full := said + ", " + cost; text.Width(text.Clean(full))+len(word)+2 <= p.width {
		said = full
	} else {
		more = append(more, cost)
	}
	p.para(word+"  ", look, said, 0)
	if len(more) > 0 {
		p.para(strings.Repeat(" ", len(word)+2), plain, strings.Join(more, "; "), 0)
	}
}

// remarks are what the verdict's word does not say.
func (p *page) remarks() []string {
	var more []string
	s := p.rep.Summary
	if n := s.RC4ListenersOpen; n > 0 {
		more = append(more, text.Count(n, "RC4 listener")+" open")
	}
	counted := facts.Count(p.rep)
	switch {
	case counted.NotAssessed > 0:
		more = append(more, fmt.Sprintf("%d not assessed", counted.NotAssessed))
	case s.Assessed < s.Endpoints:
		more = append(more, fmt.Sprintf("state of %d of %d known", s.Assessed, s.Endpoints))
	}
	if n := counted.Waived; n > 0 {
		more = append(more, fmt.Sprintf("%d waived", n))
	}
	if n := p.rep.Run.Resumed; n > 0 {
		more = append(more, fmt.Sprintf("%d taken from an earlier run that was interrupted", n))
	}
	if !p.rep.Run.Complete {
		more = append(more, "the run was cut short")
	}
	return more
}

// name is what the run was about.
func (p *page) name() string {
	switch rep := p.rep; {
	case rep.Run.Estate != "":
		return rep.Run.Estate
	case len(rep.Endpoints) == 1:
		return rep.Endpoints[0].ID
	}
	return "scan"
}

// thing is what an endpoint is called.
func (p *page) thing() string {
	if p.rep.Run.Estate != "" {
		return "listener"
	}
	return "target"
}
