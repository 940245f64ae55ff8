package table

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/words"
)

// The page widths from which the table of listeners has further columns.
const (
	wide    = 120
	widest  = 160
	full    = 180
	unknown = "unknown"
)

// row is an endpoint with its findings.
type row struct {
	*report.Endpoint
	findings []report.Finding // judged and not waived, worst first
	gaps     []report.Finding // inconclusive
	waived   []report.Finding
}

// rank sorts rows: the worst severity first; what is not known is worse than a low finding.
func (r row) rank() int {
	worst := report.SeverityUnknown
	if len(r.findings) > 0 {
		worst = r.findings[0].Severity
	}
	if len(r.gaps) > 0 && worst < report.Medium {
		return 2*int(report.Medium) - 1
	}
	return 2 * int(worst)
}

// listeners writes one line an endpoint, worst first.
func (p *page) listeners() {
	if len(p.rep.Endpoints) == 0 {
		return
	}
	rows := p.rows()
	title := "Listener"
	if p.rep.Run.Estate == "" {
		title = "Target"
	}
	columns := []column{p.column("Worst", rows, worst), p.column(title, rows, func(r row) cell { return cell{text: r.ID} })}
	add := func(from int, title string, of func(row) cell) {
		if p.width >= from {
			columns = append(columns, p.column(title, rows, of))
		}
	}
	add(wide, "Address", address)
	add(full, "Expect", p.expected)
	if p.width >= wide {
		add(wide, "State", behaviour)
	} else {
		add(0, "State", state)
	}
	add(0, "Versions", versions)
	add(widest, "Suites", suites)
	add(0, "Expiry", p.certificateLeft)
	add(wide, "Cert ends", p.certificateEnds)
	add(0, "Trusted", p.trusted)
	add(widest, "Served", served)
	add(widest, "Client cert", clientCertificate)
	add(widest, "Dials", func(r row) cell { return cell{text: strconv.Itoa(r.Look().Cost.Connections)} })
	add(0, "Finding", worstFinding)
	p.blank()
	p.grid(columns)
}

func (p *page) rows() []row {
	rows, byID := make([]row, len(p.rep.Endpoints)), map[string]*row{}
	for i := range rows {
		rows[i].Endpoint = &p.rep.Endpoints[i]
		byID[rows[i].ID] = &rows[i]
	}
	for _, f := range p.rep.Findings {
		r := byID[f.Endpoint]
		switch {
		case r == nil:
		case isWaived(f):
			r.waived = append(r.waived, f)
		case f.Inconclusive:
			r.gaps = append(r.gaps, f)
		default:
			r.findings = append(r.findings, f)
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Or(cmp.Compare(b.rank(), a.rank()), cmp.Compare(a.ID, b.ID)) })
	return rows
}

func (p *page) column(title string, rows []row, of func(row) cell) column {
	c := column{title: title}
	for _, r := range rows {
		c.cells = append(c.cells, of(r))
	}
	return c
}

func worst(r row) cell {
	switch {
	case len(r.gaps) > 0 && (len(r.findings) == 0 || r.findings[0].Severity < report.Medium):
		return cell{"UNKN", warning}
	case len(r.findings) > 0:
		return cell{short(r.findings[0].Severity), look(r.findings[0].Severity)}
	}
	return cell{"ok", good}
}

func worstFinding(r row) cell {
	list := r.findings
	if len(r.gaps) > 0 && (len(list) == 0 || list[0].Severity < report.Medium) {
		list = append(slices.Clone(r.gaps), list...)
	} else {
		list = append(slices.Clone(list), r.gaps...)
	}
	switch {
	case len(list) == 0 && len(r.waived) > 0:
		return cell{text: fmt.Sprintf("(%d waived)", len(r.waived))}
	case len(list) == 0:
		return cell{text: "-"}
	case len(list) == 1:
		return cell{text: list[0].ID}
	}
	return cell{text: list[0].ID + " +" + strconv.Itoa(len(list)-1)}
}

func state(r row) cell { return cell{text: string(r.State)} }

// behaviour is the state, and how a listener behaves that is not TLS.
func behaviour(r row) cell {
	if r.NonTLS != nil {
		return cell{text: fmt.Sprintf("%s (%s)", r.State, r.NonTLS.Kind)}
	}
	return state(r)
}

// expected returns what the estate says a listener is.
func (p *page) expected(r row) cell {
	if x := p.facts.Expectation(r.ID); x != nil {
		return cell{text: x.Expect}
	}
	return cell{text: "-"}
}

func address(r row) cell { return cell{text: words.Address(r.Endpoint)} }

// short is a severity in four letters.
func short(s report.Severity) string {
	switch s {
	case report.Critical:
		return "CRIT"
	case report.High:
		return "HIGH"
	case report.Medium:
		return "MED"
	case report.Low:
		return "LOW"
	}
	return strings.ToLower(s.String())
}

func look(s report.Severity) style { return styleOf(words.Severity(s)) }
