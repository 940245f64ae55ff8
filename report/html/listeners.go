package html

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/words"
	"github.com/portseal/portseal/scan"
)

// listener is a line of the list of endpoints.
type listener struct {
	link
	Worst                       word
	Rank                        int // for sorting
	State, StateKey             string
	Address, Expect             string
	Versions, Suites            string
	Ends                        word
	EndDay                      string
	Trusted                     word
	ClientCertificate, Findings string
}

// Listeners are all endpoints, worst first.
func (p *page) Listeners() []listener {
	out := make([]listener, 0, len(p.order))
	for _, i := range p.order {
		e := &p.rep.Endpoints[i]
		l := listener{link: p.link(e.ID), Worst: p.worst(i), Rank: p.rank(i), State: stateOf(e.State), StateKey: stateOf(e.State), Address: clean(words.Address(e)), Expect: "-",
			Versions: "-", Suites: "-", Trusted: p.trusted(e), ClientCertificate: clientCertificate(e), Findings: p.ids(i)}
		if x := p.known.Expectation(e.ID); x != nil {
			l.Expect = clean(x.Expect)
		}
		if e.NonTLS != nil {
			l.State += " (" + clean(e.NonTLS.Kind) + ")"
		}
		if words.Spoke(e) {
			l.Versions, l.Suites = cmp.Or(accepted(e), "none"), suiteCounts(e)
		}
		l.Ends, l.EndDay = p.ends(e)
		out = append(out, l)
	}
	return out
}

// suiteCounts counts the suites of each accepted version; "+" marks a list that may not be complete.
func suiteCounts(e *report.Endpoint) string { return suitesPer(e, "%s: %d%s") }

// suitesIn is suiteCounts in words.
func suitesIn(e *report.Endpoint) string { return suitesPer(e, "%[2]d%[3]s in %[1]s") }

func suitesPer(e *report.Endpoint, form string) string {
	var parts []string
	for _, v := range e.Protocols {
		if v.Supported != scan.Yes {
			continue
		}
		more := ""
		if v.Enumeration != scan.EnumerationFull && v.Enumeration != scan.EnumerationOutsideRefused {
			more = "+"
		}
		parts = append(parts, fmt.Sprintf(form, strings.TrimPrefix(v.Version.String(), "TLSv"), len(v.CipherSuites), more))
	}
	return cmp.Or(strings.Join(parts, ", "), "-")
}

// ends says how long the served certificate is valid that ends first.
func (p *page) ends(e *report.Endpoint) (word, string) {
	c := p.known.Leaf(e)
	switch {
	case c != nil:
		return p.left(c), day(c.NotAfter)
	case words.Spoke(e):
		return warn.Says("unknown"), ""
	}
	return none.Says("-"), ""
}

// trusted counts the rings that trust every chain, of those that should.
func (p *page) trusted(e *report.Endpoint) word {
	yes, open, all := p.known.Trusting(e)
	said := fmt.Sprintf("%d of %d", yes, all)
	switch {
	case all == 0:
		return none.Says("-")
	case yes+open < all:
		return bad.Says(said)
	case open > 0:
		return warn.Says(fmt.Sprintf("%s, %d unknown", said, open))
	}
	return good.Says(said)
}

func clientCertificate(e *report.Endpoint) string { return cmp.Or(words.ClientAuth(e), "-") }

// ids names the findings of an endpoint, each once.
func (p *page) ids(i int) string {
	var out []string
	for _, f := range p.findings[i] {
		id := clean(f.ID)
		if f.Waived != nil {
			id += " (waived)"
		}
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return strings.Join(out, ", ")
}

// States are the states of the list, for its filter.
func (p *page) States() []string {
	var out []string
	for s := range p.rep.Summary.ByState {
		out = append(out, stateOf(s))
	}
	slices.Sort(out)
	return slices.Compact(out)
}
