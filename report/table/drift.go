package table

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// How much of a drift a summary shows.
const (
	summaryChanges = 40 // of a comparison; beyond them, how many more there are
	summaryUnused  = 6
)

// WriteDiff writes the comparison of two reports: what changed, listener by listener, what was announced, and what was not compared. In
// ViewDetail nothing is cut.
func WriteDiff(w io.Writer, d *report.Diff, o Options) error {
	if o.Width == 0 {
		o.Width = DefaultWidth
	}
	p := &page{rep: &report.Report{}, width: max(o.Width, MinWidth), color: o.Color, detail: o.View == ViewDetail}
	unexpected := 0
	for _, c := range d.Changes {
		if c.Expected == nil {
			unexpected++
		}
	}
	word, look, said := "SAME  ", good, "no change"
	switch {
	case unexpected > 0:
		word, look, said = "CHANGED  ", bad, text.Count(unexpected, "unexpected change")
	case len(d.Changes) > 0:
		word, said = "AS EXPECTED  ", text.Count(len(d.Changes), "change")+", all announced"
	}
	if n := len(d.Changes) - unexpected; n > 0 && unexpected > 0 {
		said += fmt.Sprintf(", %d announced", n)
	}
	p.para(word, look, said, 0)
	p.changes(d.Changes, "")
	p.unused(d.Unused)
	p.notCompared(d.NotCompared)
	p.blank()
	p.para("Old  ", plain, identity(d.Baseline), 0)
	p.para("New  ", plain, identity(d.Report), 0)
	if p.cut {
		p.para("", plain, "Cut text: --view detail, --format json.", 0)
	}
	return p.flush(w)
}

func identity(b report.Baseline) string {
	estate := "ad hoc scan"
	if b.Estate != "" {
		estate = "estate " + b.Estate
	}
	return strings.TrimPrefix(fmt.Sprintf("%s: %s, run %s of %s", b.Path, estate, b.RunID, text.Minute(b.Finished)), ": ")
}

// changes writes changes under the listener that each is about; those about the estate come last. What was announced stands behind.
func (p *page) changes(changes []report.Change, indent string) {
	var order []string
	groups := map[string][]report.Change{}
	for _, c := range changes {
		if groups[c.Endpoint] == nil && c.Endpoint != "" {
			order = append(order, c.Endpoint)
		}
		groups[c.Endpoint] = append(groups[c.Endpoint], c)
	}
	shown := 0
	for _, endpoint := range append(order, "") {
		if len(groups[endpoint]) == 0 {
			continue
		}
		if !p.detail && shown >= summaryChanges {
			p.cut = true
			p.para(indent, plain, "and "+text.Count(len(changes)-shown, "more change"), 0)
			return
		}
		p.blank()
		p.para(indent, plain, cmp.Or(endpoint, "The estate"), 0)
		for _, c := range groups[endpoint] {
			p.change(c, indent)
			shown++
		}
	}
}

func (p *page) change(c report.Change, indent string) {
	said := c.Kind
	if c.What != "" {
		said += " " + c.What
	}
	if c.Old != "" || c.New != "" {
		said += ": " + cmp.Or(c.Old, "none") + " -> " + cmp.Or(c.New, "none")
	}
	lead, style := strings.ToUpper(c.Severity.String()), look(c.Severity)
	if c.Expected != nil {
		lead, style = "announced", notice
		said += " (" + strings.Join(slices.DeleteFunc([]string{c.Expected.Ticket, c.Expected.Reason}, func(s string) bool { return s == "" }), ": ") + ")"
	}
	limit := 0
	if !p.detail {
		limit = 3
	}
	p.para(fmt.Sprintf("%s  %-9s  ", indent, lead), style, said, limit)
}

// unused writes the announcements that nothing came of: a change that was planned and did not happen is worth a question.
func (p *page) unused(all []report.Announcement) {
	if len(all) == 0 {
		return
	}
	p.heading("Announced, and did not happen, or happened too late")
	for i, a := range all {
		if !p.detail && i == summaryUnused {
			p.cut = true
			p.para("  ", plain, fmt.Sprintf("and %d more", len(all)-i), 0)
			return
		}
		said := strings.Join(slices.DeleteFunc([]string{a.Kind, a.Endpoint, a.What}, func(s string) bool { return s == "" }), " ") + ": " + a.Reason
		if a.Until != "" {
			said += ", until " + a.Until
		}
		if a.Location != nil {
			said += fmt.Sprintf(" (%s:%d)", a.Location.File, a.Location.Line)
		}
		p.para("  ", plain, said, 0)
	}
}

// notCompared writes what only one report answers.
func (p *page) notCompared(all []report.NotCompared) {
	if len(all) == 0 {
		return
	}
	p.heading("Not compared: only one report answers")
	for _, n := range all {
		said := n.What
		if len(n.Where) > 0 {
			said += " at " + p.places(n.Where)
		}
		p.para("  ", plain, said+": "+n.Why, 0)
	}
}

// drift writes what changed since the baseline of a run: in a summary in numbers, since findings name it.
func (p *page) drift() {
	d := p.rep.Drift
	if d == nil {
		return
	}
	announced := 0
	for _, c := range d.Changes {
		if c.Expected != nil {
			announced++
		}
	}
	said := fmt.Sprintf("%s since %s (run %s), %d announced; %s not compared", text.Count(len(d.Changes), "change"), text.Minute(d.Baseline.Finished),
		d.Baseline.RunID, announced, text.Count(len(d.NotCompared), "question"))
	if p.detail {
		p.heading("Drift")
		p.para("  ", plain, said, 0)
		p.changes(d.Changes, "  ")
		p.unused(d.Unused)
		p.notCompared(d.NotCompared)
		return
	}
	p.blank()
	if n := len(d.Unused); n > 0 {
		said += fmt.Sprintf("; %s did not happen", text.Count(n, "announced change"))
	}
	p.para("Drift         ", plain, said+": 'portseal diff' or --view detail has them", 0)
}
