package markdown

import (
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/facts"
)

// bundle is findings that say the same of several places.
type bundle struct {
	*report.Finding
	where []string
}

// pick returns the findings of a status, those with the same key together, in the order of the first of each.
func (p *page) pick(status string, key func(f *report.Finding) string) []*bundle {
	var all []*bundle
	at := map[string]*bundle{}
	for i := range p.rep.Findings {
		f := &p.rep.Findings[i]
		if facts.Status(f) != status {
			continue
		}
		k := key(f)
		if at[k] == nil {
			at[k] = &bundle{Finding: f}
			all = append(all, at[k])
		}
		where := place(f)
		if have := at[k].where; len(have) == 0 || have[len(have)-1] != where {
			at[k].where = append(have, where)
		}
	}
	return all
}

// place says what a finding is about.
func place(f *report.Finding) string {
	var parts []string
	if f.Endpoint != "" {
		parts = append(parts, code(f.Endpoint))
	}
	if f.Location != nil {
		parts = append(parts, code(f.Location.String()))
	}
	if len(parts) == 0 {
		return "the whole run"
	}
	return strings.Join(parts, " at ")
}

// same is what findings have in common that stand together.
func same(f *report.Finding) string {
	return strings.Join([]string{f.Severity.String(), f.ID, f.Title, f.Expected, f.Observed, f.Detail, strings.Join(f.References, "\x00")}, "\x00")
}

// findings writes what was judged and not waived, worst first.
func (p *page) findings() {
	all := p.pick("open", same)
	if len(all) == 0 {
		return
	}
	p.heading("Findings")
	for i, b := range all {
		if i > 0 {
			p.put("")
		}
		p.put("### %s: %s\n", strings.ToUpper(b.Severity.String()), code(b.ID))
		p.put("%s\n", prose(b.Title))
		p.put("- At: %s", strings.Join(b.where, ", "))
		p.fields(b)
	}
}

// fields writes the rest of a finding as items, each only where there is something.
func (p *page) fields(f *bundle) {
	for _, item := range []struct{ name, value string }{{"Observed", f.Observed}, {"Expected", f.Expected}, {"Detail", f.Detail},
		{"See", strings.Join(f.References, "; ")}} {
		if item.value != "" {
			p.put("- %s: %s", item.name, prose(item.value))
		}
	}
	if len(f.Evidence) > 0 && len(f.where) == 1 {
		p.put("- Evidence: %s", codes(f.Evidence))
	}
}

// next writes what to do, each step once, those of the worst findings first.
func (p *page) next() {
	remedy := func(f *report.Finding) string { return f.Remediation }
	steps := append(p.pick("open", remedy), p.pick("not-assessed", remedy)...)
	titled := false
	n := 0
	for _, s := range steps {
		if s.Remediation == "" {
			continue
		}
		if !titled {
			p.heading("Next")
			titled = true
		}
		n++
		p.put("%d. %s: %s", n, strings.Join(s.where, ", "), prose(s.Remediation))
	}
}

// notAssessed writes the findings that say what could not be judged.
func (p *page) notAssessed() {
	all := p.pick("not-assessed", same)
	if len(all) == 0 {
		return
	}
	p.heading("Not assessed")
	for _, b := range all {
		said := b.Title
		for _, more := range []string{b.Detail, b.Observed} {
			if more != "" {
				said += "; " + more
			}
		}
		p.put("- %s at %s: %s", code(b.ID), strings.Join(b.where, ", "), prose(said))
	}
}

// notTested writes the questions without an answer, and why.
func (p *page) notTested() {
	if len(p.limits.NotTested) == 0 {
		return
	}
	p.heading("Not tested")
	p.table("Question", "Why", "At")
	for _, gap := range p.limits.NotTested {
		p.row(prose(gap.Question), prose(gap.Why), codes(gap.Endpoints))
	}
}

// waived writes the findings that someone accepted.
func (p *page) waived() {
	all := p.pick("waived", func(f *report.Finding) string {
		return same(f) + "\x00" + f.Waived.Reason + "\x00" + f.Waived.Until + f.Waived.Ticket
	})
	if len(all) == 0 {
		return
	}
	p.heading("Waived")
	p.table("Finding", "Severity", "At", "Observed", "Until", "Why", "By", "Ticket")
	for _, b := range all {
		w := b.Waived
		p.row(code(b.ID), b.Severity.String(), strings.Join(b.where, ", "), prose(b.Observed), prose(w.Until), prose(w.Reason), prose(w.ApprovedBy), prose(w.Ticket))
	}
}
