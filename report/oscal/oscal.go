// Package oscal writes a report as NIST OSCAL assessment results (SAR model), for tools of governance and compliance.
//
// An endpoint is an inventory item, and what was seen of it an observation. A finding of the report is a finding with a risk: its
// severity is a facet, its remedy a recommendation; where it is waived the risk is a deviation that was approved, with the waiver's last
// day as deadline. An endpoint with an expectation and without any finding has a finding that is satisfied, and so has an item of a
// profile that passed. Every target is an objective that the document itself defines: a kind of finding, or an item of a profile. The
// whole evidence stays in the report, which observations refer to by its digest and a JSON pointer.
//
// UUIDs are made from the report's digest, those of endpoints from the estate's name and their id: the same report gives the same bytes,
// and an endpoint is the same item in every report of its estate.
//
// Limits: OSCAL knows satisfied and not satisfied only. What was not assessed, and an item of a profile that is not met and not yet in
// force, is "not-satisfied" with the reason "other" and words that say so; what does not apply is "satisfied" with that reason. There is
// no assessment plan: import-ap leads to a resource that says what the run was to look at. No control of a catalogue is claimed; items of
// profiles are the controls.
package oscal

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/facts"
	"github.com/portseal/portseal/report/internal/ref"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/report/limits"
	"github.com/portseal/portseal/report/text"
)

// Version is the version of OSCAL. A document is valid under the later patches of 1.2 as well.
const Version = "1.2.1"

// namespace is that of our own properties and facets.
const namespace = "https://github.com/portseal/portseal/ns/oscal"

// Write writes a report to w. It returns the writer's error.
func Write(w io.Writer, rep *report.Report) error {
	of := &writer{rep: rep, limits: limits.Of(rep), seed: cmp.Or(rep.Digest, rep.Run.ID), declared: map[string]bool{}, observed: map[string]string{}}
	of.tool = []origin{{Actors: []actor{{Type: "tool", UUID: of.id("tool")}}}}
	for _, e := range rep.Endpoints {
		of.declared[e.ID] = true
	}
	doc := document{of.document()}
	return reportjson.EncodeLists(w, doc, of.lists...)
}

// writer makes one document.
type writer struct {
	rep      *report.Report
	limits   limits.Limits
	seed     string            // of UUIDs: the digest
	tool     []origin          // of everything
	declared map[string]bool   // the endpoints that the report has
	observed map[string]string // the UUIDs of observations, by endpoint
	lists    []reportjson.List // in the order of the document
}

// list is a list of the document whose items are made when it is written: there is one for each endpoint or finding.
func (w *writer) list(key string, n int, item func(i int) any) placeholder {
	if n == 0 {
		return nil
	}
	w.lists = append(w.lists, reportjson.List{Key: key, Len: n, Item: item})
	return placeholder("[]")
}

// id is the UUID of a thing in this report.
func (w *writer) id(path ...string) string {
	return ref.UUID(append([]string{"oscal", w.seed}, path...)...)
}

// item is the UUID of a thing that stays the same from report to report.
func (w *writer) item(path ...string) string {
	return ref.UUID(append([]string{"oscal", w.rep.Run.Estate}, path...)...)
}

func (w *writer) stamp(t time.Time) string { return stamp(t, w.rep.Run.Finished) }

func own(name, text string) prop { return prop{Name: name, NS: namespace, Value: value(text)} }

// owned are properties in pairs of name and value; the empty ones are left out.
func owned(pairs ...string) []prop {
	var out []prop
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out = append(out, own(pairs[i], pairs[i+1]))
		}
	}
	return out
}

func (w *writer) document() assessmentResults {
	run := w.rep.Run
	res := result{UUID: w.id("result"), Title: w.title(), Description: w.verdict(), Start: w.stamp(run.Started), End: w.stamp(run.Finished),
		Props: owned("verdict", string(w.rep.Summary.Verdict), "run", run.ID, "vantage", run.Vantage, "probes", run.Probes, "pace", run.Pace,
			"judged-at", w.stamp(run.JudgedAt), "complete", yesNo(run.Complete)),
		LocalDefinitions: w.inventory(), ReviewedControls: w.reviewed(), Remarks: w.notTested()}
	res.Observations, res.Risks, res.Findings = w.observations(), w.risks(), w.findings() // in the order of the document
	return assessmentResults{UUID: w.id("document"), Metadata: w.metadata(), LocalDefinitions: w.objectives(), Results: []result{res},
		ImportAP:   importAP{Href: "#" + w.id("plan"), Remarks: "There is no assessment plan in OSCAL; the resource says what the run was to look at."},
		BackMatter: backMatter{w.resources()}}
}

func (w *writer) title() string {
	if w.rep.Run.Estate != "" {
		return markup("TLS assessment of " + w.rep.Run.Estate)
	}
	return "TLS assessment"
}

func (w *writer) verdict() string {
	s, counted := w.rep.Summary, facts.Count(w.rep)
	return markup(fmt.Sprintf("Verdict: %s. Findings: %s; %d waived. The state of %d of %s is known, from %s.",
		s.Verdict, counted, counted.Waived, s.Assessed, text.Count(s.Endpoints, "endpoint"), text.Count(s.Connections, "connection")))
}

func (w *writer) metadata() metadata {
	run := w.rep.Run
	m := metadata{Title: w.title(), LastModified: w.stamp(run.Finished), Version: value(run.ID), OSCALVersion: Version,
		Remarks: paragraphs(w.limits.Shows...)}
	if w.rep.Digest != "" {
		m.DocumentIDs = []documentID{{value(w.rep.Digest)}}
	}
	if run.Operator != "" {
		m.Roles = []role{{"assessor", "Assessor"}}
		m.Parties = []party{{UUID: w.item("party", run.Operator), Type: "person", Name: value(run.Operator)}}
		m.ResponsibleParties = []responsibleParty{{"assessor", []string{m.Parties[0].UUID}}}
	}
	return m
}

// notTested lists the questions without an answer; the endpoints of each stand at their observations.
func (w *writer) notTested() string {
	var lines []string
	for _, gap := range w.limits.NotTested {
		lines = append(lines, fmt.Sprintf("Not tested at %s: %s (%s)", text.Count(len(gap.Endpoints), "endpoint"), gap.Question, gap.Why))
	}
	for _, s := range w.limits.Skipped {
		lines = append(lines, fmt.Sprintf("Skipped: %s (%s)", s.ID, s.Reason))
	}
	return paragraphs(lines...)
}

// resources are the plan, the report itself and the files that the run read.
func (w *writer) resources() []resource {
	run := w.rep.Run
	whole := resource{UUID: w.id("report"), Title: "The report", Description: markup("Report of the form " + report.Schema +
		", which holds all evidence. Its digest is over its canonical JSON (RFC 8785) without the key of the digest.")}
	if w.rep.Digest != "" {
		whole.DocumentIDs = []documentID{{value(w.rep.Digest)}}
	}
	out := []resource{{UUID: w.id("plan"), Title: "What the run was to look at",
		Description: paragraphs(w.limits.Scope(), "portseal "+strings.Join(run.Arguments, " "))}, whole}
	for _, in := range run.Inputs {
		r := resource{UUID: w.input(in.Path), Title: markup(in.Path), Description: markup("Input file of the kind " + in.Kind),
			Rlinks: []rlink{{Href: ref.FileURI(in.Path), Hashes: []hash{{"SHA-256", value(in.SHA256)}}}}}
		if in.Collected != nil {
			r.Props = owned("collected", w.stamp(*in.Collected))
		}
		out = append(out, r)
	}
	return out
}

func (w *writer) input(path string) string { return w.id("input", path) }

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
