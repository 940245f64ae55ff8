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

// findings are those of the report, then the endpoints without any, then the items of profiles.
func (w *writer) findings() placeholder {
	found := map[string]bool{}
	for _, f := range w.rep.Findings {
		found[f.Endpoint] = true
	}
	own := len(w.rep.Findings)
	var more []func() finding
	for i := range w.rep.Expectations {
		x := &w.rep.Expectations[i]
		if _, dialled := w.observed[x.Endpoint]; dialled && !found[x.Endpoint] {
			more = append(more, func() finding { return w.asExpected(x) })
		}
	}
	for i := range w.rep.Profiles {
		for _, one := range w.profile(&w.rep.Profiles[i]) {
			more = append(more, func() finding { return one })
		}
	}
	return w.list("findings", own+len(more), func(i int) any {
		if i < own {
			return w.finding(&w.rep.Findings[i], i)
		}
		return more[i-own]()
	})
}

// risks are those of the findings that are certain.
func (w *writer) risks() placeholder {
	var certain []int
	for i := range w.rep.Findings {
		if !w.rep.Findings[i].Inconclusive {
			certain = append(certain, i)
		}
	}
	return w.list("risks", len(certain), func(i int) any { return w.risk(&w.rep.Findings[certain[i]], certain[i]) })
}

// asExpected is an endpoint without any finding.
func (w *writer) asExpected(x *report.Expectation) finding {
	return finding{UUID: w.id("satisfied", x.Endpoint), Title: markup(x.Endpoint + " is as expected"), Origins: w.tool,
		Description:  markup("Expected: " + x.Expect + ". No rule found a difference."),
		Observations: []relatedObservation{{w.observed[x.Endpoint]}},
		Target:       target{"objective-id", objectiveID(expected), status{State: satisfied, Reason: passed}}}
}

func (w *writer) finding(f *report.Finding, index int) finding {
	is := status{State: notSatisfied, Reason: failed}
	if f.Inconclusive {
		is.Reason, is.Remarks = other, "It could not be assessed."
	}
	out := finding{UUID: w.id("finding", strconv.Itoa(index)), Title: markup(f.Title), Description: described(f), Origins: w.tool,
		Props:  owned("finding", f.ID, "severity", f.Severity.String(), "endpoint", f.Endpoint),
		Target: target{"objective-id", objectiveID(f.ID), is}}
	if at := f.Location; at != nil {
		out.Props = append(out.Props, own("location", at.File+":"+strconv.Itoa(at.Line)+":"+strconv.Itoa(at.Column)))
	}
	for _, e := range f.Evidence {
		out.Props = append(out.Props, own("exchange", e))
	}
	out.Observations = w.observationOf(f)
	if !f.Inconclusive {
		out.Risks = []associatedRisk{{w.riskID(index)}}
	}
	return out
}

func (w *writer) riskID(index int) string { return w.id("risk", strconv.Itoa(index)) }

// observationOf is what a finding rests on.
func (w *writer) observationOf(f *report.Finding) []relatedObservation {
	seen, dialled := w.observed[f.Endpoint]
	if !dialled {
		seen = w.id("examined", aboutOf(*f))
	}
	return []relatedObservation{{seen}}
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
func (w *writer) risk(f *report.Finding, index int) risk {
	title := markup(f.Title)
	r := risk{UUID: w.riskID(index), Title: title, Description: described(f), Statement: title, Status: "open", Observations: w.observationOf(f),
		Characterizations: []characterization{{w.tool[0], []facet{{"severity", namespace, f.Severity.String()}}}}}
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
