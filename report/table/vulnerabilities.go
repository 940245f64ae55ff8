package table

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/facts"
	"github.com/portseal/portseal/report/words"
	"github.com/portseal/portseal/scan"
)

// vulnerabilitiesView writes how many listeners there is something to say of, what that is of each, and of which there is nothing.
func (p *page) vulnerabilitiesView() {
	vulnerable, open := 0, 0
	var shown []*report.Endpoint
	var untested, silent []string
	for i := range p.rep.Endpoints {
		e := &p.rep.Endpoints[i]
		switch {
		case !words.Spoke(e):
			silent = append(silent, e.ID+" ("+string(e.State)+")")
			continue
		case slices.ContainsFunc(e.Vulnerabilities, is(scan.Yes)):
			vulnerable++
		case slices.ContainsFunc(e.Vulnerabilities, is(scan.Unknown)):
			open++
		}
		if len(e.Vulnerabilities) > 0 {
			shown = append(shown, e)
		}
		if !askedOf(e) {
			untested = append(untested, e.ID)
		}
	}
	total := len(p.rep.Endpoints) - len(silent)
	p.heading("Vulnerabilities")
	p.para("", plain, fmt.Sprintf("Listeners that speak TLS: %d. Vulnerable to something: %d; not, but with something not tested: %d.",
		total, vulnerable, open), 0)
	for _, e := range shown {
		p.heading(e.ID)
		p.vulnerabilityGrid(e)
	}
	p.listed(fmt.Sprintf("Not tested, beyond what other facts show: scan, or verify, with --probes deep (%d)", len(untested)), untested)
	p.listed(fmt.Sprintf("No TLS was seen that could be vulnerable (%d)", len(silent)), silent)
}

// listed writes names under a heading, and nothing for none.
func (p *page) listed(title string, names []string) {
	if len(names) > 0 {
		p.heading(title)
		p.para("  ", plain, strings.Join(names, ", "), 0)
	}
}

// vulnerabilities writes them among all facts of an endpoint.
func (p *page) vulnerabilities(e *report.Endpoint) {
	if len(e.Vulnerabilities) > 0 {
		p.heading("Vulnerabilities")
		p.vulnerabilityGrid(e)
	}
}

// vulnerabilityGrid writes a line for each vulnerability that is listed.
func (p *page) vulnerabilityGrid(e *report.Endpoint) {
	if len(e.Vulnerabilities) == 0 {
		return
	}
	columns := []column{{title: "Vulnerability"}, {title: "CVE"}, {title: "Outcome"}, {title: "Because"}}
	for _, v := range facts.WorstFirst(e.Vulnerabilities) {
		outcome, because := facts.VulnerabilityOutcome(v)
		add(columns, cell{text: v.Name}, cell{text: strings.Join(v.CVE, ", ")}, cell{outcome, outcomeStyle(v.Vulnerable)}, cell{text: because})
	}
	p.grid(columns)
}

func outcomeStyle(vulnerable scan.Fact) style {
	switch vulnerable {
	case scan.Yes:
		return bad
	case scan.No:
		return good
	}
	return warning
}

func is(fact scan.Fact) func(report.Vulnerability) bool {
	return func(v report.Vulnerability) bool { return v.Vulnerable == fact }
}

// askedOf says whether a listener's vulnerabilities were asked about: see report.Vulnerability.
func askedOf(e *report.Endpoint) bool {
	return slices.ContainsFunc(e.Vulnerabilities, func(v report.Vulnerability) bool { return v.Vulnerable != scan.Yes })
}
