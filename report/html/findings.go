package html

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/words"
)

// Groups of findings that are not a severity.
const (
	groupOpen   = "not assessed"
	groupWaived = "waived"
)

// evidenceOf is of how many endpoints a case opens the exchanges in place; those of the others are with their facts.
const evidenceOf = 3

// findingGroup is the findings of a severity, or those that do not count.
type findingGroup struct {
	Key, Title string
	Kind       words.Kind
	N          int
	Kinds      []*findingKind
}

// findingKind is the findings of a group with one id.
type findingKind struct {
	ID, Title, Severity string
	References          []link
	Cases               []*findingCase
}

// findingCase is what one or more endpoints have in common.
type findingCase struct {
	Where   []link
	Systems string // places among the page's systems, for the filter
	page    *page
	first   *report.Finding
	at      []located
}

// located is a finding at an endpoint of the report.
type located struct {
	endpoint int
	finding  *report.Finding
}

// Findings are all findings: by group, id, and what was seen.
func (p *page) Findings() []*findingGroup {
	var groups []*findingGroup
	for _, s := range report.Severities() {
		groups = append(groups, &findingGroup{Key: s.String(), Title: strings.ToUpper(s.String()[:1]) + s.String()[1:], Kind: words.Severity(s).Kind})
	}
	groups = append(groups, &findingGroup{Key: "open", Title: "Not assessed", Kind: warn}, &findingGroup{Key: groupWaived, Title: "Waived", Kind: note})
	kinds, cases := map[[2]string]*findingKind{}, map[[8]string]*findingCase{}
	for i := range p.rep.Findings {
		f := &p.rep.Findings[i]
		g := groups[groupOf(f)]
		g.N++
		kind := kinds[[2]string{g.Key, f.ID}]
		if kind == nil {
			kind = &findingKind{ID: clean(f.ID), Title: capital(clean(f.Title)), Severity: f.Severity.String(), References: sources(f.References)}
			kinds[[2]string{g.Key, f.ID}] = kind
			g.Kinds = append(g.Kinds, kind)
		}
		key := [8]string{g.Key, f.ID, f.Expected, f.Observed, f.Detail, f.Remediation, place(f.Location), waiver(f)}
		c := cases[key]
		if c == nil {
			c = &findingCase{page: p, first: f}
			cases[key] = c
			kind.Cases = append(kind.Cases, c)
		}
		p.put(c, f)
	}
	return slices.DeleteFunc(groups, func(g *findingGroup) bool { return g.N == 0 })
}

func groupOf(f *report.Finding) int {
	n := len(report.Severities())
	switch {
	case f.Waived != nil:
		return n + 1
	case f.Inconclusive:
		return n
	}
	if i := slices.Index(report.Severities(), f.Severity); i >= 0 {
		return i
	}
	return n - 1 // a severity that is not known
}

// put adds a finding to its case.
func (p *page) put(c *findingCase, f *report.Finding) {
	i, ok := p.endpoints[f.Endpoint]
	if !ok {
		if f.Endpoint != "" {
			c.Where = append(c.Where, link{Name: clean(f.Endpoint)})
		}
		return
	}
	c.at = append(c.at, located{i, f})
	c.Where = append(c.Where, p.link(f.Endpoint))
	system := strconv.Itoa(p.systems[p.rep.Endpoints[i].System])
	if !slices.Contains(strings.Fields(c.Systems), system) {
		c.Systems = strings.TrimPrefix(c.Systems+" "+system, " ")
	}
}

// sources are references; those on the web lead there when they are clicked, and not before.
func sources(references []string) []link {
	var out []link
	for _, r := range references {
		l := link{Name: clean(r)}
		if strings.HasPrefix(r, "https://") {
			l.At = l.Name
		}
		out = append(out, l)
	}
	return out
}

// Subject is where a case is when no endpoint has it.
func (c *findingCase) Subject() string {
	return cmp.Or(place(c.first.Location), "The whole estate")
}

// Fields are what a case says, but for what to do.
func (c *findingCase) Fields() []field {
	f := c.first
	var out []field
	add := func(name, text string) {
		if text != "" {
			out = append(out, field{name, clean(text)})
		}
	}
	add("Expected", f.Expected)
	add("Seen", f.Observed)
	add("Detail", f.Detail)
	if len(c.Where) > 0 && f.Location != nil {
		out = append(out, field{"In", place(f.Location)})
	}
	add("Waived", waiver(f))
	return out
}

// Remediation is what to do.
func (c *findingCase) Remediation() string { return clean(c.first.Remediation) }

// waiver says who accepted a finding, why and until when.
func waiver(f *report.Finding) string {
	w := f.Waived
	if w == nil {
		return ""
	}
	said := w.Reason
	if w.Until != "" {
		said += "; until " + w.Until
	}
	if by := strings.Trim(w.ApprovedBy+", "+w.Ticket, ", "); by != "" {
		said += " (" + by + ")"
	}
	return said
}

// proof is the exchanges of one endpoint that a case rests on.
type proof struct {
	Where     link
	Exchanges []exchange
}

// Proofs are the exchanges that a case rests on, of its first endpoints as far as the page has their bytes.
func (c *findingCase) Proofs() []proof {
	var out []proof
	for _, at := range c.at {
		if len(out) == evidenceOf {
			break
		}
		if !c.page.evidence[at.endpoint] {
			continue
		}
		e := &c.page.rep.Endpoints[at.endpoint]
		one := proof{Where: c.page.link(e.ID)}
		for j := range e.Evidence {
			if slices.Contains(at.finding.Evidence, e.Evidence[j].ID) {
				one.Exchanges = append(one.Exchanges, exchangeOf(e, at.endpoint, j))
			}
		}
		if len(one.Exchanges) > 0 {
			out = append(out, one)
		}
	}
	return out
}
