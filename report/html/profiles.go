package html

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/portseal/portseal/report"
)

// profile is a baseline with what each of its items gave.
type profile struct {
	ID, Title, Edition string
	Source             link
	About, Scope       string
	Counts             []figure
	Items              []profileItem
}

type profileItem struct {
	Clause, Title, Severity, InForce, Note string
	Source                                 string // where it is not the profile's
	Unverified                             bool
	Results                                []profileResult
}

type profileResult struct {
	Outcome word
	Why     string
	Where   []link
}

// Profiles are the baselines that judged the run.
func (p *page) Profiles() []profile {
	var out []profile
	for i := range p.rep.Profiles {
		out = append(out, p.profile(&p.rep.Profiles[i]))
	}
	return out
}

func (p *page) profile(of *report.Profile) profile {
	out := profile{ID: clean(of.ID), Title: clean(of.Title), Edition: clean(edition(of.Edition, of.Published)), Source: sources([]string{of.Source})[0],
		About: clean(of.About), Scope: "It judges the endpoints whose expectation names it."}
	if of.Everywhere {
		out.Scope = "It judges every endpoint."
	}
	if of.Afterwards {
		out.Scope += " It judged the report afterwards: nothing was asked for it."
	}
	totals, results := map[report.Outcome]int{}, map[string][]profileResult{}
	for _, r := range of.Results {
		totals[r.Outcome] += max(1, len(r.Endpoints))
		results[r.Item] = append(results[r.Item], profileResult{outcomeWord(r.Outcome), clean(r.Why), p.links(r.Endpoints)})
	}
	for _, item := range of.Items {
		row := profileItem{Clause: clean(item.Clause), Title: clean(item.Title), Severity: item.Severity.String(), InForce: clean(item.InForce),
			Note: clean(item.Note), Unverified: !item.Verified, Results: results[item.ID]}
		if item.Source != "" {
			row.Source = clean(item.Source + ", " + edition(item.Edition, item.Published))
		}
		out.Items = append(out.Items, row)
	}
	for _, o := range report.Outcomes() {
		if totals[o] > 0 {
			out.Counts = append(out.Counts, figure{N: totals[o], Word: outcomeWord(o)})
		}
	}
	return out
}

// edition names an edition, with its day where that is not the name.
func edition(name, published string) string {
	if published == "" || strings.Contains(name, published) {
		return name
	}
	return name + ", " + published
}

// ProfileSummaries are the profiles of the first page, a line each; the last line counts further ones.
func (p *page) ProfileSummaries() []field {
	var out []field
	for i := range p.rep.Profiles {
		if i == firstProfiles {
			return append(out, field{"", fmt.Sprintf("and %d more", len(p.rep.Profiles)-i)})
		}
		one := p.profile(&p.rep.Profiles[i])
		out = append(out, field{one.ID, one.summary()})
	}
	return out
}

// summary is a profile in a line.
func (p profile) summary() string {
	parts := make([]string, 0, len(p.Counts))
	for _, c := range p.Counts {
		parts = append(parts, fmt.Sprintf("%d %s", c.N, c.Word.Text))
	}
	return cmp.Or(strings.Join(parts, ", "), "nothing judged")
}

func outcomeWord(o report.Outcome) word {
	switch o {
	case report.OutcomePass:
		return good.Says("pass")
	case report.OutcomeFail:
		return bad.Says("fail")
	case report.OutcomeNotAssessed:
		return warn.Says("not assessed")
	case report.OutcomeNotInForce:
		return note.Says("not in force yet")
	case report.OutcomeNotApplicable:
		return none.Says("not applicable")
	}
	return none.Says(clean(string(o)))
}
