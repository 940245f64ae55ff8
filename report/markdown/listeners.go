package markdown

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/facts"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/report/words"
	"github.com/portseal/portseal/scan"
)

// listener is an endpoint with its findings.
type listener struct {
	*report.Endpoint
	findings []*report.Finding
	worst    int // twice the severity; what was not assessed stands just under a medium finding
}

// listeners writes one row an endpoint, worst first.
func (p *page) listeners() {
	if len(p.rep.Endpoints) == 0 {
		return
	}
	p.heading("Listeners")
	own, _ := facts.Split(p.rep)
	rows := make([]listener, len(p.rep.Endpoints))
	for i := range rows {
		e := &p.rep.Endpoints[i]
		rows[i] = listener{Endpoint: e, findings: own[e.ID]}
		for _, f := range own[e.ID] {
			switch facts.Status(f) {
			case "open":
				rows[i].worst = max(rows[i].worst, 2*int(f.Severity))
			case "not-assessed":
				rows[i].worst = max(rows[i].worst, 2*int(report.Medium)-1)
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b listener) int { return cmp.Or(cmp.Compare(b.worst, a.worst), cmp.Compare(a.ID, b.ID)) })
	p.table("Worst", "Listener", "Address", "Expected", "State", "Versions", "Certificate ends", "Trusted by", "Not trusted by", "Client certificate", "Findings")
	for _, r := range rows {
		p.row(r.word(), code(r.ID), code(words.Address(r.Endpoint)), p.expected(r.ID), state(r.Endpoint), versions(r.Endpoint), p.ends(r.Endpoint),
			codes(facts.Trust(r.Endpoint, "yes")), codes(facts.Trust(r.Endpoint, "no")), or(facts.ClientAuth(r.Endpoint)), r.ids())
	}
}

// word is the worst severity, unknown where something was not assessed, or ok.
func (r listener) word() string {
	switch {
	case r.worst == 0:
		return "ok"
	case r.worst%2 == 1:
		return "unknown"
	}
	return "**" + report.Severity(r.worst/2).String() + "**"
}

// ids are the findings that stand, and how many are waived.
func (r listener) ids() string {
	var ids []string
	waived := 0
	for _, f := range r.findings {
		if f.Waived != nil {
			waived++
		} else if !slices.Contains(ids, f.ID) {
			ids = append(ids, f.ID)
		}
	}
	if waived > 0 {
		return strings.TrimPrefix(fmt.Sprintf("%s (%d waived)", strings.TrimPrefix(codes(ids), "-"), waived), " ")
	}
	return codes(ids)
}

func (p *page) expected(endpoint string) string {
	if x := p.facts.Expectation(endpoint); x != nil {
		return prose(x.Expect)
	}
	return "-"
}

func state(e *report.Endpoint) string {
	said := string(e.State)
	if e.NonTLS != nil {
		said += " (" + e.NonTLS.Kind + ")"
	}
	return prose(said)
}

// versions lists what is accepted, and with a question mark what is not known.
func versions(e *report.Endpoint) string {
	if !words.Spoke(e) {
		return "-"
	}
	var out []string
	for _, v := range words.Versions(e, scan.Yes) {
		out = append(out, strings.TrimPrefix(v, "TLSv"))
	}
	for _, v := range words.Versions(e, scan.Unknown) {
		out = append(out, strings.TrimPrefix(v, "TLSv")+"?")
	}
	return or(strings.Join(out, " "))
}

func (p *page) ends(e *report.Endpoint) string {
	c := p.facts.Leaf(e)
	if c == nil {
		return "-"
	}
	switch days := p.facts.DaysLeft(c); {
	case c.NotAfter.Before(p.facts.Judged):
		return c.NotAfter.UTC().Format("2006-01-02") + " (**expired**)"
	default:
		return c.NotAfter.UTC().Format("2006-01-02") + " (" + text.Count(days, "day") + ")"
	}
}
