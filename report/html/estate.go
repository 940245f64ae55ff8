package html

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/words"
	"github.com/portseal/portseal/scan"
)

// mostColumns is how many columns a matrix may have, so that it can be read and printed.
const mostColumns = 10

// matrix is systems against their listeners, or against the roles of these where there are too many.
type matrix struct {
	By      string // what the columns are
	Columns []string
	Rows    []matrixRow
}

type matrixRow struct {
	System string
	Cells  [][]matrixEntry
}

// matrixEntry is one endpoint in a field of the matrix.
type matrixEntry struct {
	link
	State  string // as seen
	Worst  word
	Naming bool // the field has several: each says its name
}

// HasSystems says whether endpoints belong to systems of an estate.
func (p *page) HasSystems() bool {
	return slices.ContainsFunc(p.rep.Endpoints, func(e report.Endpoint) bool { return e.System != "" })
}

// Matrix is the estate at a glance.
func (p *page) Matrix() matrix {
	m := matrix{By: "listener"}
	of := func(e *report.Endpoint) string { return e.Listener }
	columns := p.columns(of)
	if len(columns) > mostColumns {
		m.By = "role"
		of = func(e *report.Endpoint) string { return e.Role }
		columns = p.columns(of)
	}
	place := map[string]int{}
	for i, c := range columns {
		place[c] = i
		m.Columns = append(m.Columns, clean(c))
	}
	for _, s := range p.names {
		m.Rows = append(m.Rows, matrixRow{System: clean(s), Cells: make([][]matrixEntry, len(columns))})
	}
	for i := range p.rep.Endpoints {
		e := &p.rep.Endpoints[i]
		cell := &m.Rows[p.systems[e.System]].Cells[place[of(e)]]
		*cell = append(*cell, matrixEntry{link: p.link(e.ID), State: seen(e), Worst: p.worst(i)})
	}
	for _, r := range m.Rows {
		for _, cell := range r.Cells {
			for i := range cell {
				cell[i].Naming = len(cell) > 1 || m.By == "role"
			}
		}
	}
	return m
}

// columns are the different values of what names a column: by role in the order of Query Monitor's connections, else by the alphabet.
func (p *page) columns(of func(*report.Endpoint) string) []string {
	var out []string
	known := map[string]bool{}
	for i := range p.rep.Endpoints {
		if v := of(&p.rep.Endpoints[i]); !known[v] {
			known[v] = true
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return out
}

// seen is what an endpoint turned out to be, with the versions that it accepts.
func seen(e *report.Endpoint) string {
	if !words.Spoke(e) {
		return stateOf(e.State)
	}
	if v := accepted(e); v != "" {
		return stateOf(e.State) + " " + v
	}
	return stateOf(e.State)
}

// accepted lists the versions that are accepted, without the prefix that most share, and those not known with a question mark.
func accepted(e *report.Endpoint) string {
	var yes, open []string
	for _, v := range e.Protocols {
		name := strings.TrimPrefix(v.Version.String(), "TLSv")
		switch v.Supported {
		case scan.Yes:
			yes = append(yes, name)
		case scan.Unknown:
			open = append(open, name+"?")
		}
	}
	if len(open) == len(cipher.Versions()) {
		return "?"
	}
	return strings.Join(append(yes, open...), ", ")
}

// worst says how bad the worst is that is known of an endpoint.
func (p *page) worst(i int) word {
	worst, open, waived := report.SeverityUnknown, false, false
	for _, f := range p.findings[i] {
		switch {
		case f.Waived != nil:
			waived = true
		case f.Inconclusive:
			open = true
		default:
			worst = max(worst, f.Severity)
		}
	}
	switch {
	case open && worst < report.Medium:
		return warn.Says(groupOpen)
	case worst > report.SeverityUnknown:
		return words.Severity(worst)
	case waived:
		return note.Says(groupWaived)
	}
	return good.Says("ok")
}
