// Package csv writes a report as one table for spreadsheets (RFC 4180: UTF-8, lines end with CR LF, one header row).
//
// Each row is one record: "finding", an endpoint with one of its findings; "endpoint", an endpoint without any; "estate", a finding
// about a file or the whole estate; "limit", a sentence about what the report shows and cannot, in the column title. The columns of an
// endpoint's facts are filled in each of its rows, so that a filter on any column leaves whole rows. Columns are added at the end and
// never renamed. All text goes through report/text, which puts an apostrophe before what a spreadsheet would take for a formula.
//
// Limits: lists are words parted by blanks, or sentences parted by "; ", cut to what a cell of Excel holds; evidence and certificates
// are in the JSON only. There is no byte order mark: Excel is to be told that the text is UTF-8 (Data, From Text/CSV).
package csv

import (
	"encoding/csv"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/facts"
	"github.com/portseal/portseal/report/limits"
	"github.com/portseal/portseal/report/text"
)

// The values of the column record.
const (
	recordFinding  = "finding"
	recordEndpoint = "endpoint"
	recordEstate   = "estate"
	recordLimit    = "limit"
)

// mostBytes is how much of a text is written: a cell of Excel holds 32,767 characters.
const mostBytes = 32000

// Write writes rep as one table. It fails only when w does.
func Write(w io.Writer, rep *report.Report) error {
	t := &table{to: csv.NewWriter(w), facts: &source{rep.Run, facts.Of(rep)}, columns: columns()}
	t.to.UseCRLF = true
	t.header()
	own, estate := facts.Split(rep)
	for i := range rep.Endpoints {
		e := &rep.Endpoints[i]
		if len(own[e.ID]) == 0 {
			t.row(record{kind: recordEndpoint, endpoint: e})
		}
		for _, f := range own[e.ID] {
			t.row(record{kind: recordFinding, endpoint: e, finding: f})
		}
	}
	for _, f := range estate {
		t.row(record{kind: recordEstate, finding: f})
	}
	l := limits.Of(rep)
	for _, said := range append(l.Shows, "Scope: "+l.Scope()) {
		t.row(record{kind: recordLimit, said: said})
	}
	t.to.Flush()
	if err := t.to.Error(); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

// record is what a row is about.
type record struct {
	kind     string
	endpoint *report.Endpoint
	finding  *report.Finding
	said     string
}

// source is what rows look up in the whole report.
type source struct {
	run report.Run
	*facts.Index
}

type table struct {
	to      *csv.Writer // which keeps its first error
	facts   *source
	columns []column
}

func (t *table) header() {
	var names []string
	for _, c := range t.columns {
		names = append(names, c.name)
	}
	_ = t.to.Write(names)
}

func (t *table) row(r record) {
	cells := make([]string, len(t.columns))
	for i, c := range t.columns {
		if cells[i] = c.value(t.facts, r); !c.number {
			cells[i] = cell(cells[i])
		}
	}
	_ = t.to.Write(cells)
}

// cell makes text safe and short enough for a cell.
func cell(s string) string {
	s = text.CSV(s)
	if len(s) <= mostBytes {
		return s
	}
	end := mostBytes
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + text.Ellipsis
}
