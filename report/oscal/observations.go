package oscal

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/facts"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

// observations are what was seen of each endpoint that was dialled, and then the files and the whole that findings without an endpoint
// are about. Their UUIDs are kept for findings.
func (w *writer) observations() placeholder {
	var dialled []int
	for i := range w.rep.Endpoints {
		if e := &w.rep.Endpoints[i]; e.State != scan.StateSkipped {
			w.observed[e.ID] = w.id("observation", e.ID)
			dialled = append(dialled, i)
		}
	}
	var rest []string
	known := map[string]bool{}
	for _, f := range w.rep.Findings {
		about := aboutOf(f)
		if _, dialled := w.observed[f.Endpoint]; !dialled && !known[about] {
			known[about] = true
			rest = append(rest, about)
		}
	}
	return w.list("observations", len(dialled)+len(rest), func(i int) any {
		if i < len(dialled) {
			return w.seen(dialled[i], &w.rep.Endpoints[dialled[i]])
		}
		return w.examined(rest[i-len(dialled)])
	})
}

// seen is what the probes saw of one endpoint.
func (w *writer) seen(index int, e *report.Endpoint) observation {
	o := observation{UUID: w.observed[e.ID], Title: markup(e.ID), Description: markup(seen(e)), Methods: []string{"TEST"}, Types: []string{"finding"},
		Origins: w.tool, Subjects: []subject{{w.item("endpoint", e.ID), "inventory-item"}}, Collected: w.stamp(e.Look().Finished),
		Evidence: []evidence{{"#" + w.id("report"), markup(fmt.Sprintf("/endpoints/%d of the report: %s", index, text.Count(len(e.Evidence), "exchange")))}}}
	var lines []string
	if said := facts.Confirmed(e); said != "" {
		lines = append(lines, "Looked at again: "+said)
	}
	for _, n := range e.NotTested {
		lines = append(lines, fmt.Sprintf("Not tested: %s (%s)", n.Question, n.Why))
	}
	o.Remarks = paragraphs(lines...)
	return o
}

// seen is what was seen of an endpoint, in one line.
func seen(e *report.Endpoint) string {
	parts := []string{"state " + string(e.State)}
	if e.NonTLS != nil {
		parts = append(parts, "not TLS: "+e.NonTLS.Kind)
	}
	if e.Failure != nil {
		parts = append(parts, fmt.Sprintf("%s: %s", e.Failure.Stage, e.Failure.Message))
	}
	for _, p := range e.Protocols {
		switch {
		case p.Supported == scan.Yes && len(p.CipherSuites) > 0:
			names := make([]string, len(p.CipherSuites))
			for i, s := range p.CipherSuites {
				names[i] = s.Name
			}
			parts = append(parts, fmt.Sprintf("%s with %s", p.Version, strings.Join(names, ", ")))
		case p.Supported == scan.Yes:
			parts = append(parts, p.Version.String())
		}
	}
	for _, p := range e.Presented {
		parts = append(parts, "certificate SHA-256 "+p.Leaf)
	}
	if c := e.ClientAuth; c != nil {
		parts = append(parts, fmt.Sprintf("client certificate requested: %s, required: %s", c.Requested, c.Required))
	}
	return strings.Join(parts, "; ")
}

// aboutOf names what a finding without an observed endpoint is about: its file, its endpoint, or nothing for the whole.
func aboutOf(f report.Finding) string {
	switch {
	case f.Location != nil:
		return "file " + f.Location.File
	case f.Endpoint != "":
		return "endpoint " + f.Endpoint
	}
	return ""
}

// examined is the look at what was not dialled.
func (w *writer) examined(about string) observation {
	o := observation{UUID: w.id("examined", about), Title: "The run as a whole", Description: "What the run was to look at, and what it read",
		Methods: []string{"EXAMINE"}, Types: []string{"finding"}, Origins: w.tool, Collected: w.stamp(w.rep.Run.Finished),
		Subjects: []subject{{w.id("report"), "resource"}},
		Evidence: []evidence{{"#" + w.id("report"), "The report's findings"}}}
	if about == "" {
		return o
	}
	kind, name, _ := strings.Cut(about, " ")
	o.Title, o.Description = markup(name), markup("What is declared in the "+kind)
	if kind == "endpoint" {
		o.Description = "What is declared of the endpoint, which was not dialled"
		if w.declared[name] {
			o.Subjects = []subject{{w.item("endpoint", name), "inventory-item"}}
		}
		return o
	}
	for _, in := range w.rep.Run.Inputs {
		if in.Path == name {
			o.Subjects = []subject{{w.input(name), "resource"}}
		}
	}
	return o
}
