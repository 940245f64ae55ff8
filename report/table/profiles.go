package table

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// profiles writes what each compliance profile gave: how many of its items ended how, and those that are not met.
func (p *page) profiles() {
	if len(p.rep.Profiles) == 0 {
		return
	}
	p.heading("Compliance profiles")
	for i := range p.rep.Profiles {
		p.profile(&p.rep.Profiles[i])
	}
}

func (p *page) profile(one *report.Profile) {
	ended := map[report.Outcome][]report.ProfileItem{} // by the outcome that counts most of all endpoints
	demanded := map[report.Outcome]bool{}              // of those that are more than a recommendation
	for _, item := range one.Items {
		o := outcomeOf(one, item.ID)
		ended[o] = append(ended[o], item)
		demanded[o] = demanded[o] || item.Severity > report.Info
	}
	word, look := "MET", good
	switch {
	case demanded[report.OutcomeFail]:
		word, look = "NOT MET", bad
	case demanded[report.OutcomeNotAssessed], !demanded[report.OutcomePass]:
		word, look = "OPEN", warning
	}
	var counts []string
	for _, o := range report.Outcomes() {
		if n := len(ended[o]); n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, outcomeWords(o)))
		}
	}
	said := fmt.Sprintf("%s %s: of %s %s", one.ID, one.Edition, text.Count(len(one.Items), "item"), strings.Join(counts, ", "))
	p.para(fmt.Sprintf("%-8s  ", word), look, said, 0)
	if p.detail {
		p.results(one)
		return
	}
	var failed []string
	for _, item := range ended[report.OutcomeFail] {
		word := item.ID
		if item.Severity == report.Info {
			word += ", recommended"
		}
		failed = append(failed, word+" ("+p.places(endpointsOf(one, item.ID))+")")
	}
	if len(failed) > 0 {
		p.para("          ", plain, "failed: "+strings.Join(failed, "; "), summaryLines)
	}
}

// results writes every result.
func (p *page) results(one *report.Profile) {
	items := map[string]report.ProfileItem{}
	for _, i := range one.Items {
		items[i.ID] = i
	}
	for _, r := range one.Results {
		said := items[r.Item].Clause + " " + items[r.Item].Title
		if r.Why != "" {
			said += ": " + r.Why
		}
		if len(r.Endpoints) > 0 {
			said += " (" + p.places(r.Endpoints) + ")"
		}
		p.para(fmt.Sprintf("    %-14s  ", r.Outcome), lookOf(r.Outcome), said, 0)
	}
}

// outcomeOf is the outcome of an item that counts most among those of all endpoints: a failure before what is not known.
func outcomeOf(one *report.Profile, item string) report.Outcome {
	for _, o := range report.Outcomes() {
		if slices.ContainsFunc(one.Results, func(r report.ProfileResult) bool { return r.Item == item && r.Outcome == o }) {
			return o
		}
	}
	return report.OutcomeNotApplicable
}

// endpointsOf are the endpoints that fail an item.
func endpointsOf(one *report.Profile, item string) []string {
	var out []string
	for _, r := range one.Results {
		if r.Item == item && r.Outcome == report.OutcomeFail {
			out = append(out, r.Endpoints...)
		}
	}
	slices.Sort(out)
	return out
}

func outcomeWords(o report.Outcome) string {
	switch o {
	case report.OutcomeFail:
		return "failed"
	case report.OutcomePass:
		return "met"
	}
	return strings.ReplaceAll(string(o), "-", " ")
}

func lookOf(o report.Outcome) style {
	switch o {
	case report.OutcomeFail:
		return bad
	case report.OutcomeNotAssessed, report.OutcomeNotInForce:
		return warning
	case report.OutcomePass:
		return good
	}
	return plain
}
