package html

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/facts"
	"github.com/portseal/portseal/report/limits"
	"github.com/portseal/portseal/report/text"
)

// What a page shows at most: a browser must be able to hold it. Findings, the estate and the list of endpoints are always whole.
const (
	shownEndpoints = 500
	shownBytes     = 4 << 20 // of exchanges, before they are written as text
	shownRows      = 1000    // of the trust matrix and of the certificates
)

// page is a report with what finds its parts. Methods with upper-case names are what the templates show; the texts that they return are
// clean.
type page struct {
	rep          *report.Report
	certificates map[string]*report.Certificate
	endpoints    map[string]int // index by id
	known        *facts.Index
	findings     [][]*report.Finding // of each endpoint, in the report's order
	order        []int               // of endpoints, worst first
	shown        []bool              // whether the facts of an endpoint are shown
	evidence     []bool              // and its bytes
	systems      map[string]int      // place among Systems
	names        []string            // of systems, sorted
	limits       limits.Limits
	suites       []suite // once they are known
}

func newPage(rep *report.Report) *page {
	n := len(rep.Endpoints)
	p := &page{rep: rep, certificates: map[string]*report.Certificate{}, endpoints: make(map[string]int, n), systems: map[string]int{},
		limits: limits.Of(rep),
		known:  facts.Of(rep), findings: make([][]*report.Finding, n), shown: make([]bool, n), evidence: make([]bool, n)}
	for i := range rep.Certificates {
		p.certificates[rep.Certificates[i].SHA256] = &rep.Certificates[i]
	}
	for i := range rep.Endpoints {
		p.endpoints[rep.Endpoints[i].ID] = i
		p.systems[rep.Endpoints[i].System] = 0
		p.order = append(p.order, i)
	}
	for s := range p.systems {
		p.names = append(p.names, s)
	}
	slices.Sort(p.names)
	for i, s := range p.names {
		p.systems[s] = i
	}
	for i := range rep.Findings {
		if at, ok := p.endpoints[rep.Findings[i].Endpoint]; ok {
			p.findings[at] = append(p.findings[at], &rep.Findings[i])
		}
	}
	slices.SortStableFunc(p.order, func(a, b int) int { return cmp.Compare(p.rank(b), p.rank(a)) })
	p.choose()
	return p
}

// rank is how bad the worst is that is known of an endpoint; what is not known is worse than a low finding.
func (p *page) rank(i int) int {
	worst := 0
	for _, f := range p.findings[i] {
		switch {
		case f.Waived != nil:
			worst = max(worst, 1)
		case f.Inconclusive:
			worst = max(worst, 2*int(report.Medium)-1)
		default:
			worst = max(worst, 2*int(f.Severity))
		}
	}
	return worst
}

// choose says of which endpoints facts and bytes are shown: the worst first, as far as the page can hold them.
func (p *page) choose() {
	left := shownBytes
	for k, i := range p.order {
		p.shown[i] = k < shownEndpoints
		size := 0
		for _, x := range p.rep.Endpoints[i].Evidence {
			size += len(x.Sent) + len(x.Received) + len(x.Preamble)
		}
		if p.shown[i] && size <= left {
			p.evidence[i] = true
			left -= size
		}
	}
}

// LeftOut counts the endpoints whose facts are not on the page.
func (p *page) LeftOut() int { return max(0, len(p.rep.Endpoints)-shownEndpoints) }

// Shown counts the others.
func (p *page) Shown() int { return min(shownEndpoints, len(p.rep.Endpoints)) }

// Large says whether a browser should lay out what is out of sight only when it comes into sight.
func (p *page) Large() bool { return len(p.rep.Endpoints) > 200 }

// SystemNames are the systems, sorted.
func (p *page) SystemNames() []string { return cleanAll(p.names) }

// WithoutBytes counts the endpoints whose facts are on the page and whose bytes are not.
func (p *page) WithoutBytes() int {
	n := 0
	for i := range p.shown {
		if p.shown[i] && !p.evidence[i] {
			n++
		}
	}
	return n
}

// Title names what the run was about.
func (p *page) Title() string {
	switch rep := p.rep; {
	case rep.Run.Estate != "":
		return clean(rep.Run.Estate)
	case len(rep.Endpoints) == 1:
		return clean(rep.Endpoints[0].ID)
	}
	return "Scan of " + text.Count(len(p.rep.Endpoints), "target")
}

// Thing is what an endpoint is called.
func (p *page) Thing() string {
	if p.rep.Run.Estate != "" {
		return "listener"
	}
	return "target"
}

// Things is Thing with a capital, for headings of columns.
func (p *page) Things() string {
	if p.rep.Run.Estate != "" {
		return "Listener"
	}
	return "Target"
}

// link is the name of an endpoint, and where its facts are; an empty At when they are not on the page.
type link struct{ Name, At string }

func (p *page) link(id string) link {
	i, ok := p.endpoints[id]
	if !ok || !p.shown[i] {
		return link{Name: clean(id)}
	}
	return link{clean(id), anchor(i)}
}

func (p *page) links(ids []string) []link {
	out := make([]link, 0, len(ids))
	for _, id := range ids {
		out = append(out, p.link(id))
	}
	return out
}

func anchor(endpoint int) string { return "endpoint-" + strconv.Itoa(endpoint) }

// section is an entry of the contents.
type section struct{ ID, Title, More string }

// Sections are the parts of the page that have something to show.
func (p *page) Sections() []section {
	rep := p.rep
	var out []section
	add := func(n int, id, title string) {
		if n > 0 {
			out = append(out, section{id, title, strconv.Itoa(n)})
		}
	}
	out = append(out, section{"summary", "Summary", ""}, section{"findings", "Findings", strconv.Itoa(len(rep.Findings))})
	if rep.Phase != nil {
		add(len(rep.Phase.Checks), "step", "Step of the change")
	}
	if rep.Drift != nil {
		out = append(out, section{"changes", "Changes", strconv.Itoa(len(rep.Drift.Changes))})
	}
	if p.HasSystems() {
		add(len(p.names), "estate", "Estate")
	}
	add(len(rep.Endpoints), "listeners", p.Things()+"s")
	add(len(p.Rings()), "trust", "Trust")
	add(len(rep.Certificates), "certificates", "Certificates")
	add(len(p.Suites()), "suites", "Cipher suites")
	add(len(rep.Profiles), "profiles", "Profiles")
	add(len(rep.Waivers), "waivers", "Waivers")
	add(len(p.Gaps()), "gaps", "Not tested")
	add(len(p.Logged()), "logged", "Log messages")
	return append(out, section{"provenance", "Provenance", ""})
}
