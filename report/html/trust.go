package html

import (
	"cmp"
	"slices"
	"strings"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/words"
)

// chainRow is a certificate that is served, what its issuer is, where it is served, and what each ring says to its chain.
type chainRow struct {
	Leaf, Issuer string
	Where        []link
	Cells        []chainCell // one for each of Rings
	worst        int
}

// chainCell is what a ring says to a chain; an empty Answer when it was not asked.
type chainCell struct {
	Answer word
	Reason string
}

// trustMatrix are all chains with all rings that were asked about any.
type trustMatrix struct {
	Rings   []string
	Rows    []chainRow
	LeftOut int // rows
}

// Rings are the rings that were asked about chains, sorted by name.
func (p *page) Rings() []string {
	known := map[string]bool{}
	var out []string
	for i := range p.rep.Endpoints {
		for _, c := range p.rep.Endpoints[i].Chains {
			if !known[c.Keyring] {
				known[c.Keyring] = true
				out = append(out, c.Keyring)
			}
		}
	}
	slices.Sort(out)
	return out
}

// Trust are the trust matrices: one, or several where there are more rings than a table can hold. Chains to which all rings of a matrix
// say the same are one row; those that something is wrong with come first.
func (p *page) Trust() []trustMatrix {
	var out []trustMatrix
	for rings := range slices.Chunk(p.Rings(), mostColumns) {
		out = append(out, p.trustOf(rings))
	}
	return out
}

func (p *page) trustOf(rings []string) trustMatrix {
	column := map[string]int{}
	for i, r := range rings {
		column[r] = i
	}
	var rows []*chainRow
	known := map[string]*chainRow{}
	for i := range p.rep.Endpoints {
		e := &p.rep.Endpoints[i]
		for _, answers := range answersOf(e, column) {
			row := known[answers.key]
			if row == nil {
				row = p.chainRow(e, answers.verdicts, column)
				known[answers.key] = row
				rows = append(rows, row)
			}
			row.Where = append(row.Where, p.link(e.ID))
		}
	}
	slices.SortStableFunc(rows, func(a, b *chainRow) int { return cmp.Compare(b.worst, a.worst) })
	m := trustMatrix{Rings: cleanAll(rings), LeftOut: max(0, len(rows)-shownRows)}
	for _, r := range rows[:len(rows)-m.LeftOut] {
		m.Rows = append(m.Rows, *r)
	}
	return m
}

// leafAnswers is what rings say to a leaf of an endpoint; the key is the same for endpoints where they say the same.
type leafAnswers struct {
	key      string
	verdicts []*report.ChainVerdict
}

func answersOf(e *report.Endpoint, column map[string]int) []*leafAnswers {
	var out []*leafAnswers
	for i := range e.Chains {
		c := &e.Chains[i]
		if _, ok := column[c.Keyring]; !ok {
			continue
		}
		k := slices.IndexFunc(out, func(a *leafAnswers) bool { return a.verdicts[0].Leaf == c.Leaf })
		if k < 0 {
			k = len(out)
			out = append(out, &leafAnswers{key: c.Leaf})
		}
		out[k].verdicts = append(out[k].verdicts, c)
		out[k].key += strings.Join([]string{"", c.Keyring, c.Trusted.String(), c.TrustedAsSent.String(), c.Reason}, "\x00")
	}
	return out
}

func (p *page) chainRow(e *report.Endpoint, verdicts []*report.ChainVerdict, column map[string]int) *chainRow {
	row := &chainRow{Leaf: "not in the report: " + clean(verdicts[0].Leaf), Cells: make([]chainCell, len(column))}
	if c := p.certificates[verdicts[0].Leaf]; c != nil {
		row.Leaf, row.Issuer = clean(c.Subject), clean(c.Issuer)
	}
	for _, v := range verdicts {
		cell := p.chainCell(e, v)
		row.Cells[column[v.Keyring]] = cell
		row.worst = max(row.worst, map[words.Kind]int{bad: 2, warn: 1}[cell.Answer.Kind])
	}
	return row
}

// chainCell is what a ring says to a chain, and whether that is right: for a ring that must not trust it, no is.
func (p *page) chainCell(e *report.Endpoint, v *report.ChainVerdict) chainCell {
	x := p.known.Expectation(e.ID)
	not := x != nil && slices.Contains(x.NotTrustedBy, v.Keyring)
	cell := chainCell{words.Trusted(v.Trusted, not), clean(v.Reason)}
	also := func(said string) { cell.Reason = strings.TrimPrefix(cell.Reason+"; "+said, "; ") }
	if v.Trusted == certchain.Yes && v.TrustedAsSent != certchain.Yes {
		also("as it was sent: " + v.TrustedAsSent.String())
		if !not {
			cell.Answer.Kind = warn
		}
	}
	if not {
		also("must not trust it")
	}
	return cell
}
