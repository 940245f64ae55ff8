package oscal

import (
	"strconv"

	"github.com/portseal/portseal/report"
)

// expected is the objective of an endpoint that is as it should be.
const expected = "AS-EXPECTED"

// The states and reasons of a target.
const (
	satisfied    = "satisfied"
	notSatisfied = "not-satisfied"
	passed       = "pass"
	failed       = "fail"
	other        = "other"
)

// findings are those of the report with their risks, then the endpoints without any, then the items of profiles.
func (w *writer) findings() ([]finding, []risk) {
	var out []finding
	var risks []risk
	found := map[string]bool{}
	for i := range w.rep.Findings {
		f := &w.rep.Findings[i]
		found[f.Endpoint] = true
		one := w.finding(f, i)
		if !f.Inconclusive {
			r := w.risk(f, i, one)
			risks = append(risks, r)
			one.Risks = []associatedRisk{{r.UUID}}
		}
		out = append(out, one)
	}
	for i := range w.rep.Expectations {
		x := &w.rep.Expectations[i]
		if seen, dialled := w.observed[x.Endpoint]; dialled && !found[x.Endpoint] {
			out = append(out, finding{UUID: w.id("satisfied", x.Endpoint), Title: markup(x.Endpoint + " is as expected"), Origins: w.tool(),
				Description: markup("Expected: " + x.Expect + ". No rule found a difference."), Observations: []relatedObservation{{seen}},
				Target: target{"objective-id", objectiveID(expected), status{State: satisfied, Reason: passed}}})
		}
	}
	for i := range w.rep.Profiles {
		out = append(out, w.profile(&w.rep.Profiles[i])...)
	}
	return out, risks
}

func (w *writer) finding(f *report.Finding, index int) finding {
	is := status{State: notSatisfied, Reason: failed}
	if f.Inconclusive {
		is.Reason, is.Remarks = other, "It could not be assessed."
	}
	out := finding{UUID: w.id("finding", strconv.Itoa(index)), Title: markup(f.Title), Description: described(f), Origins: w.tool(),
		Props:  owned("finding", f.ID, "severity", f.Severity.String(), "endpoint", f.Endpoint),
		Target: target{"objective-id", objectiveID(f.ID), is}}
	if at := f.Location; at != nil {
		out.Props = append(out.Props, own("location", at.File+":"+strconv.Itoa(at.Line)+":"+strconv.Itoa(at.Column)))
	}
	for _, e := range f.Evidence {
		out.Props = append(out.Props, own("exchange", e))
	}
	seen, dialled := w.observed[f.Endpoint]
	if !dialled {
		seen = w.id("examined", aboutOf(*f))
	}
	out.Observations = []relatedObservation{{seen}}
	return out
}

// described is a finding in paragraphs.
func described(f *report.Finding) string {
	var lines []string
	for _, l := range []struct{ what, text string }{{"Observed: ", f.Observed}, {"Expected: ", f.Expected}, {"", f.Detail}} {
		if l.text != "" {
			lines = append(lines, l.what+l.text)
		}
	}
	if len(lines) == 0 {
		lines = []string{f.Title}
	}
	return paragraphs(lines...)
}

// risk is what a finding means. A waiver makes it a deviation that was approved, until its last day is over.
func (w *writer) risk(f *report.Finding, index int, of finding) risk {
	r := risk{UUID: w.id("risk", strconv.Itoa(index)), Title: of.Title, Description: of.Description, Statement: of.Title, Status: "open",
		Observations:      of.Observations,
		Characterizations: []characterization{{w.tool()[0], []facet{{"severity", namespace, f.Severity.String()}}}}}
	if f.Remediation != "" {
		r.Remediations = []response{{UUID: w.id("remediation", strconv.Itoa(index)), Lifecycle: "recommendation", Title: "What to do",
			Description: markup(f.Remediation)}}
	}
	if waived := f.Waived; waived != nil {
		r.Status = "deviation-approved"
		r.Props = owned("risk-accepted", "yes", "reason", waived.Reason, "until", waived.Until, "approved-by", waived.ApprovedBy, "ticket", waived.Ticket)
		if waived.Until != "" {
			r.Deadline = value(waived.Until + "T23:59:59Z")
		}
	}
	return r
}
