package table

import (
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/facts"
	"github.com/portseal/portseal/scan"
)

// vulnerabilities writes a line for each vulnerability that is listed: first those that the listener has, then those of which nothing is known.
func (p *page) vulnerabilities(e *report.Endpoint) {
	if len(e.Vulnerabilities) == 0 {
		return
	}
	columns := []column{{title: "Vulnerability"}, {title: "CVE"}, {title: "Outcome"}, {title: "Because"}}
	for _, fact := range []scan.Fact{scan.Yes, scan.Unknown, scan.No} {
		for _, v := range e.Vulnerabilities {
			if v.Vulnerable != fact {
				continue
			}
			outcome, because := facts.VulnerabilityOutcome(v)
			for i, said := range []string{v.Name, strings.Join(v.CVE, ", "), outcome, because} {
				columns[i].cells = append(columns[i].cells, cell{text: said})
			}
		}
	}
	p.heading("Vulnerabilities")
	p.grid(columns)
}
