package table

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// How much of the findings a summary shows.
const (
	summaryGroups = 6 // groups with their expected and observed; further ones have one line each
	summaryCases  = 2 // differing cases of a group
	summaryLines  = 2 // lines of a case
	summaryPlaces = 4 // names of endpoints with the same finding
	summarySteps  = 3
	summaryGaps   = 4
	summaryWaived = 3
)

func isWaived(f report.Finding) bool       { return f.Waived != nil }
func isInconclusive(f report.Finding) bool { return f.Inconclusive && f.Waived == nil }
func isJudged(f report.Finding) bool       { return !f.Inconclusive && f.Waived == nil }

// pick returns the findings of a kind, in the report's order.
func (p *page) pick(want func(report.Finding) bool) []report.Finding {
	var some []report.Finding
	for _, f := range p.rep.Findings {
		if want(f) {
			some = append(some, f)
		}
	}
	return some
}

// where says what a finding is about: an endpoint, a place in a file, both ends, or the whole run.
func (p *page) where(f report.Finding) string {
	at := f.Location.String()
	switch {
	case f.Endpoint != "" && at != "":
		return f.Endpoint + " (" + at + ")"
	case f.Endpoint != "" || at != "":
		return f.Endpoint + at
	case p.rep.Run.Estate != "":
		return "estate " + p.rep.Run.Estate
	}
	return "the run"
}

// bundle is findings that say the same of several endpoints.
type bundle struct {
	first report.Finding
	where []string
}

// bundles puts findings with the same key together, in the order of the first of each.
func (p *page) bundles(findings []report.Finding, key func(report.Finding) string) []bundle {
	var all []bundle
	at, known := map[string]int{}, map[string]bool{}
	for _, f := range findings {
		k := key(f)
		i, seen := at[k]
		if !seen {
			i = len(all)
			at[k] = i
			all = append(all, bundle{first: f})
		}
		if where := p.where(f); !known[k+"\x00"+where] {
			known[k+"\x00"+where] = true
			all[i].where = append(all[i].where, where)
		}
	}
	return all
}

// findings writes what was judged and not waived, worst first, those of one id and severity together.
func (p *page) findings() {
	judged := p.pick(isJudged)
	if len(judged) == 0 {
		return
	}
	if p.dense {
		p.blank()
	} else {
		p.heading("Findings, worst first")
	}
	for i, group := range p.bundles(judged, func(f report.Finding) string { return f.Severity.String() + " " + f.ID }) {
		f := group.first
		lead := fmt.Sprintf("%-8s  ", strings.ToUpper(f.Severity.String()))
		same := slices.DeleteFunc(slices.Clone(judged), func(o report.Finding) bool { return o.ID != f.ID || o.Severity != f.Severity })
		cases := p.bundles(same, func(f report.Finding) string { return f.Expected + "\x00" + f.Observed + "\x00" + f.Detail })
		switch {
		case !p.detail && i >= summaryGroups:
			p.para(lead, look(f.Severity), f.ID+" at "+p.places(group.where), 1)
		case p.dense && f.Severity < report.High:
			p.para(lead, look(f.Severity), f.ID+" at "+p.places(group.where)+": "+difference(f), 1)
		case p.dense:
			p.cases(lead, look(f.Severity), f.ID+" at ", cases)
		default:
			p.para(lead, look(f.Severity), f.ID+": "+f.Title, 0)
			p.cases("    ", plain, "", cases)
		}
	}
}

// cases writes where the findings of a group are, and what was seen and expected there: the first case behind lead and
// id, the others below it.
func (p *page) cases(lead string, s style, id string, cases []bundle) {
	limit := 2 * summaryLines
	switch {
	case p.detail:
		limit = 0
	case p.dense:
		limit = summaryLines
	}
	for i, c := range cases {
		if !p.detail && i == summaryCases {
			var rest []string
			known := map[string]bool{} // one listener may have several cases
			for _, more := range cases[i:] {
				for _, where := range more.where {
					if !known[where] {
						known[where] = true
						rest = append(rest, where)
					}
				}
			}
			p.para(lead, s, "and "+p.places(rest), 1)
			p.cut = true
			return
		}
		p.para(lead, s, id+p.places(c.where)+": "+difference(c.first), limit)
		if p.detail {
			p.prose(c.first.Detail)
			p.prose(strings.Join(c.first.References, "; "))
		}
		lead, id = strings.Repeat(" ", text.Width(lead)), ""
	}
}

// prose writes a rule's own text, in which only the page breaks lines.
func (p *page) prose(s string) {
	if s != "" {
		p.para("    ", plain, oneLine(s), 0)
	}
}

func oneLine(s string) string { return strings.NewReplacer("\r\n", " ", "\n", " ").Replace(s) }

// places lists where findings are; a summary names the first few and counts the others, which the listeners' table names.
func (p *page) places(where []string) string {
	if n := len(where) - summaryPlaces; !p.detail && n > 1 {
		p.cut = true
		return fmt.Sprintf("%s and %d more", strings.Join(where[:summaryPlaces], ", "), n)
	}
	return strings.Join(where, ", ")
}

// difference is a finding in one sentence: what was seen, then what should have been.
func difference(f report.Finding) string {
	switch {
	case f.Observed != "" && f.Expected != "":
		return f.Observed + " (expected: " + f.Expected + ")"
	case f.Observed != "":
		return f.Observed
	case f.Expected != "":
		return "expected: " + f.Expected
	case f.Detail != "":
		return f.Detail
	}
	return f.Title
}

// next writes what to do, each step once, those of the worst findings first.
func (p *page) next() {
	open := slices.DeleteFunc(append(p.pick(isJudged), p.pick(isInconclusive)...), func(f report.Finding) bool { return f.Remediation == "" })
	steps := p.bundles(open, func(f report.Finding) string { return f.Remediation })
	if len(steps) == 0 {
		return
	}
	p.heading("Next")
	for i, step := range steps {
		limit := 0
		switch {
		case p.detail:
		case i == summarySteps:
			p.cut = true
			p.para("    ", plain, "and "+text.Count(len(steps)-i, "more step"), 0)
			return
		case p.dense:
			limit = summaryLines
		}
		lead := fmt.Sprintf("%2d. ", i+1)
		p.para(lead, plain, p.fit(p.places(step.where)+": "+oneLine(step.first.Remediation), text.Width(lead), limit), limit)
	}
}

// fit leaves whole sentences away at the end until the rest takes no more lines than limit: half an advice is none. The first
// sentence always stays.
func (p *page) fit(body string, indent, limit int) string {
	for limit > 0 && len(text.Wrap(text.Clean(body), p.width-indent)) > limit {
		end := strings.LastIndex(strings.TrimRight(body, " "), ". ")
		if end < 0 {
			break
		}
		p.cut = true
		body = body[:end+1]
	}
	return body
}
