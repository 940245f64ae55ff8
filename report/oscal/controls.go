package oscal

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// controlOf is the id of a profile's item as a control.
func controlOf(p *report.Profile, item string) string { return token(p.ID + "." + item) }

// objectiveID is the id of a control's one objective.
func objectiveID(control string) string { return token(control) + "_obj" }

// reviewed are the items of the profiles that judged the run. Without a profile there is no control to name: the run judged what the
// estate file expects, and good practice.
func (w *writer) reviewed() reviewedControls {
	out := reviewedControls{Description: "What the estate file expects, good practice, and the items of the profiles that were given."}
	for i := range w.rep.Profiles {
		p := &w.rep.Profiles[i]
		s := selection{Description: markup(p.Title + ", " + p.Edition), Props: owned("profile", p.ID, "edition", p.Edition), Links: links(p.Source)}
		for _, item := range p.Items {
			s.Include = append(s.Include, controlID{controlOf(p, item.ID)})
		}
		if s.Include != nil {
			out.Selections = append(out.Selections, s)
		}
	}
	if out.Selections == nil {
		out.Selections = []selection{{Description: "All that the run was to look at; no profile was given.", IncludeAll: &struct{}{}}}
	}
	return out
}

// links lead to where a document is, when that is on the web.
func links(source string) []link {
	if u, err := url.Parse(source); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
		return []link{{u.String(), "reference"}}
	}
	return nil
}

// objectives are what targets refer to: each kind of finding that there is, and each item of a profile.
func (w *writer) objectives() *definitions {
	var out []objective
	known := map[string]bool{}
	for i := range w.rep.Findings {
		f := &w.rep.Findings[i]
		if known[f.ID] {
			continue
		}
		known[f.ID] = true
		prose := paragraphs(append([]string{"There is no finding of this kind: " + f.Title}, f.References...)...)
		out = append(out, objective{ControlID: token(f.ID), Parts: []part{{objectiveID(f.ID), "assessment-objective", prose}}})
	}
	if len(w.rep.Expectations) > 0 {
		out = append(out, objective{ControlID: expected, Parts: []part{{objectiveID(expected), "assessment-objective",
			"The endpoint shows what the estate file expects, and nothing that good practice forbids."}}})
	}
	for i := range w.rep.Profiles {
		p := &w.rep.Profiles[i]
		for _, item := range p.Items {
			id := controlOf(p, item.ID)
			o := objective{ControlID: id, Description: markup(fmt.Sprintf("%s, %s: %s", p.Title, p.Edition, item.Clause)),
				Props: owned("profile", p.ID, "clause", item.Clause, "severity", item.Severity.String(), "in-force", item.InForce),
				Parts: []part{{objectiveID(id), "assessment-objective", markup(item.Title)}}}
			if item.Note != "" {
				o.Remarks = markup(item.Note)
			}
			out = append(out, o)
		}
	}
	if out == nil {
		return nil
	}
	return &definitions{out}
}

// profile is one finding for each item of a profile: the worst outcome decides. The observations of those endpoints that the decision
// rests on are named, unless it is that all passed.
func (w *writer) profile(p *report.Profile) []finding {
	results := map[string][]report.ProfileResult{}
	for _, r := range p.Results {
		results[r.Item] = append(results[r.Item], r)
	}
	var out []finding
	for _, item := range p.Items {
		of := results[item.ID]
		if len(of) == 0 {
			continue
		}
		id := controlOf(p, item.ID)
		one := finding{UUID: w.id("profile", p.ID, item.ID), Title: markup(item.Title), Origins: w.tool,
			Description: markup(fmt.Sprintf("%s, %s, %s", p.Title, p.Edition, item.Clause)),
			Target:      target{"objective-id", objectiveID(id), itemStatus(of, item)}}
		if worst := worstOf(of); worst != report.OutcomePass && worst != report.OutcomeNotApplicable {
			for _, r := range of {
				if r.Outcome == worst {
					one.Observations = append(one.Observations, w.related(r.Endpoints)...)
				}
			}
		}
		out = append(out, one)
	}
	return out
}

func (w *writer) related(endpoints []string) []relatedObservation {
	var out []relatedObservation
	for _, e := range endpoints {
		if seen, dialled := w.observed[e]; dialled {
			out = append(out, relatedObservation{seen})
		}
	}
	return out
}

// worstFirst are the outcomes in the order in which they decide an item.
func worstFirst() []report.Outcome {
	return []report.Outcome{report.OutcomeFail, report.OutcomeNotAssessed, report.OutcomeNotInForce, report.OutcomePass, report.OutcomeNotApplicable}
}

func worstOf(results []report.ProfileResult) report.Outcome {
	order := worstFirst()
	return slices.MinFunc(results, func(a, b report.ProfileResult) int {
		return cmp.Compare(slices.Index(order, a.Outcome), slices.Index(order, b.Outcome))
	}).Outcome
}

func itemStatus(results []report.ProfileResult, item report.ProfileItem) status {
	var out status
	switch worstOf(results) {
	case report.OutcomePass:
		out = status{State: satisfied, Reason: passed}
	case report.OutcomeNotApplicable:
		out = status{State: satisfied, Reason: other}
	case report.OutcomeFail:
		out = status{State: notSatisfied, Reason: failed}
	default:
		out = status{State: notSatisfied, Reason: other}
	}
	var lines []string
	for _, r := range results {
		line := string(r.Outcome)
		if n := len(r.Endpoints); n > 0 {
			line += " at " + text.Count(n, "endpoint")
		}
		lines = append(lines, strings.TrimSuffix(line+": "+r.Why, ": "))
	}
	if item.InForce != "" {
		lines = append(lines, "In force from "+item.InForce)
	}
	out.Remarks = paragraphs(lines...)
	return out
}
