package table

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

// gaps writes what could not be assessed: endpoints, and questions to endpoints that were.
func (p *page) gaps() {
	lines := p.notAssessed()
	if !p.detail { // the detail of an endpoint has its own list
		lines = append(lines, p.notTested()...)
	}
	if !p.detail && !p.dense && (len(lines) > 0 || len(p.pick(isWaived)) > 0) {
		p.blank()
	}
	p.list("Not assessed", lines, summaryGaps, warning)
}

func (p *page) notAssessed() []item {
	var items []item
	open := p.pick(isInconclusive)
	for _, b := range p.bundles(open, func(f report.Finding) string { return f.ID + "\x00" + difference(f) }) {
		items = append(items, item{b.first.ID, "at " + p.places(b.where) + ": " + difference(b.first)})
	}
	said := map[string]bool{}
	for _, f := range open {
		said[f.Endpoint] = true
	}
	for _, s := range p.rep.Run.Scope.Skipped {
		if !said[s.ID] {
			items = append(items, item{"SKIPPED", s.ID + ": " + s.Reason})
		}
	}
	return items
}

// notTested counts the questions that got no answer. Where a verdict needed one, a finding says so by name; the rest is detail.
func (p *page) notTested() []item {
	questions, endpoints := 0, 0
	for _, e := range p.rep.Endpoints {
		if n := len(e.NotTested); n > 0 && e.State != scan.StateSkipped {
			questions += n
			endpoints++
		}
	}
	if questions == 0 {
		return nil
	}
	return []item{{"NOT TESTED", fmt.Sprintf("%s at %s: --view detail has why", text.Count(questions, "question"), text.Count(endpoints, p.thing()))}}
}

// waived writes the findings that someone accepted, and until when.
func (p *page) waived() {
	var items []item
	for _, f := range p.pick(isWaived) {
		w := f.Waived
		until := ""
		if w.Until != "" {
			until = " until " + w.Until
		}
		said := fmt.Sprintf("(%s) at %s%s: %s", f.Severity, p.where(f), until, w.Reason)
		if by := strings.Join(slices.DeleteFunc([]string{w.ApprovedBy, w.Ticket}, func(s string) bool { return s == "" }), ", "); by != "" {
			said += " (" + by + ")"
		}
		items = append(items, item{strings.TrimSpace(f.ID + " " + f.Item), said})
	}
	p.list("Waived", items, summaryWaived, notice)
}

// item is a word and what is said about it.
type item struct{ lead, text string }

// list writes items under a title. A summary has the title beside the first item, at most so many items, and a line each.
func (p *page) list(title string, items []item, most int, s style) {
	if len(items) == 0 {
		return
	}
	if p.detail {
		p.heading(title)
		for _, it := range items {
			p.para("  "+it.lead+"  ", s, it.text, 0)
		}
		return
	}
	lead := fmt.Sprintf("%-14s", title)
	for i, it := range items {
		if i == most {
			p.cut = true
			p.para(lead, s, fmt.Sprintf("and %d more", len(items)-i), 0)
			return
		}
		p.para(lead, s, it.lead+" "+it.text, 1)
		lead = strings.Repeat(" ", len(lead))
	}
}
