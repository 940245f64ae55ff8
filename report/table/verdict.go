package table

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// verdict writes the first lines: how the run ended, in numbers.
func (p *page) verdict() {
	rep, s := p.rep, p.rep.Summary
	word, look := strings.ToUpper(string(s.Verdict)), warning
	switch s.Verdict {
	case "":
		word = "UNKNOWN"
	case report.Pass:
		look = good
	case report.Fail:
		look = bad
	}
	var counts []string
	for _, severity := range report.Severities() {
		if n := s.BySeverity[severity.String()]; n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, severity))
		}
	}
	found := "no findings"
	if len(counts) > 0 {
		found = strings.Join(counts, ", ")
	}
	said := fmt.Sprintf("%s: %s in %s", p.name(), found, count(s.Endpoints, p.thing()))
	cost := fmt.Sprintf("%s, %s", count(s.Connections, "connection"), took(rep.Run.Finished.Sub(rep.Run.Started)))
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
	switch n := s.RC4ListenersOpen; {
	case n == 1:
		more = append(more, "1 RC4 listener open")
	case n > 1:
		more = append(more, fmt.Sprintf("%d RC4 listeners open", n))
	}
	if s.Assessed < s.Endpoints {
		more = append(more, fmt.Sprintf("%d of %d assessed", s.Assessed, s.Endpoints))
	}
	if n := len(p.pick(isWaived)); n > 0 {
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

// limits writes from where and when the run looked, and what it cannot tell.
func (p *page) limits() {
	run := p.rep.Run
	from := run.Vantage
	if len(run.SourceAddresses) > 0 {
		from += " (" + strings.Join(run.SourceAddresses, ", ") + ")"
	}
	said := fmt.Sprintf("Seen from %s at %s; outbound rules and live sessions were not tested.", from, clock(run.Finished))
	if during := !run.JudgedAt.Before(run.Started) && !run.JudgedAt.After(run.Finished); !during && !run.JudgedAt.IsZero() {
		said += " Validity was judged as of " + clock(run.JudgedAt) + "."
	}
	if run.Redacted {
		said += " Names are pseudonyms, and the evidence was left out: nothing here can be checked against it."
	}
	if n := p.logged(); n > 0 {
		said += fmt.Sprintf(" This scan itself will have caused up to %s (EZD1286I/EZD1287I) on z/OS: --format json has codes and source ports.",
			count(n, "log message"))
	}
	if p.cut {
		said += " Cut text: --view detail, portseal explain ID."
	}
	if !p.dense || len(p.pick(isJudged)) == len(p.rep.Findings) {
		p.blank()
	}
	p.para("", plain, said, 0)
}

// logged counts the messages that the scan will have caused in z/OS logs.
func (p *page) logged() int {
	n := 0
	for _, e := range p.rep.Endpoints {
		for _, m := range e.Logged {
			n += m.Count
		}
	}
	return n
}
