// Package jsonl writes a report as lines of JSON while the run goes on, and makes the report's document of them again.
//
// The first line is {"type": "run", ...}, with all that is known before the first dial, by the keys of the report. Then comes a line
// {"type": "endpoint", "endpoint": ..., "findings": [...], "certificates": [...]} for each endpoint as it is done, with its own findings
// and the certificates that no line before it has. A later line of an endpoint stands in the place of the earlier one: it was looked at
// again, or judged with what only the whole run shows. The last line is {"type": "end", ...}: the findings about no endpoint of the
// report, and every other key of the report that is not as in the first line, the digest among them.
//
// Each line is handed on in one write. The lines may be cut at any byte: Read loses no whole line, and says that the end is missing.
// Write gives the lines of a finished report, in its order.
//
// Limits: endpoints must be sorted by id, certificates by SHA-256 and findings as report.SortFindings does, as a run's are, for the
// document to be what it was, digest included. Read holds the whole document in memory.
package jsonl

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"

	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
)

// The types of lines.
const (
	typeRun      = "run"
	typeEndpoint = "endpoint"
	typeEnd      = "end"
)

// Write writes a finished report. It fails only when w does.
func Write(w io.Writer, rep *report.Report) error {
	s := Begin(w, rep)
	certificates := index(rep.Certificates)
	own, rest := split(rep)
	for i := range rep.Endpoints {
		s.endpoint(&rep.Endpoints[i], own[rep.Endpoints[i].ID], certificates)
	}
	s.end(rep, rest)
	return s.err
}

// Stream writes the lines of a run that is going on. It keeps the first error and writes nothing after it.
type Stream struct {
	w       io.Writer
	err     error
	begun   map[string]json.RawMessage // the keys of the first line
	known   map[string]bool            // certificates in a line, by SHA-256
	written map[string][sha256.Size]byte
}

// Begin writes the first line. Of rep it takes what is known before a run, also of one that is finished.
func Begin(w io.Writer, rep *report.Report) *Stream {
	s := &Stream{w: w, known: map[string]bool{}, written: map[string][sha256.Size]byte{}}
	first := opening(reportjson.Complete(rep))
	for _, c := range first.Certificates {
		s.known[c.SHA256] = true
	}
	doc := s.line(first)
	_ = json.Unmarshal(doc, &s.begun) // it was made here
	return s
}

// Endpoint writes the line of an endpoint, its findings and those of its certificates that are new. A copy of each is written, none kept.
func (s *Stream) Endpoint(e report.Endpoint, findings []report.Finding, certificates []report.Certificate) error {
	s.written[e.ID] = s.sum(&e, findings)
	s.endpoint(&e, findings, index(certificates))
	return s.err
}

// End writes the last line, and before it again every endpoint that is not as its line says.
func (s *Stream) End(rep *report.Report) error {
	certificates := index(rep.Certificates)
	own, rest := split(rep)
	for i := range rep.Endpoints {
		e := &rep.Endpoints[i]
		if findings := own[e.ID]; s.sum(e, findings) != s.written[e.ID] {
			s.endpoint(e, findings, certificates)
		}
	}
	s.end(rep, rest)
	return s.err
}

// endpointLine is a line of type endpoint.
type endpointLine struct {
	Type         string               `json:"type"`
	Endpoint     report.Endpoint      `json:"endpoint"`
	Findings     []report.Finding     `json:"findings"`
	Certificates []report.Certificate `json:"certificates,omitempty"`
}

func (s *Stream) endpoint(e *report.Endpoint, findings []report.Finding, certificates map[string]*report.Certificate) {
	l := lineOf(e, findings)
	for _, sum := range referred(e) {
		if c := certificates[sum]; c != nil && !s.known[sum] {
			s.known[sum] = true
			l.Certificates = append(l.Certificates, *c)
		}
	}
	s.line(l)
}

// lineOf is the line of an endpoint without certificates, its lists as in the report's document.
func lineOf(e *report.Endpoint, findings []report.Finding) endpointLine {
	whole := reportjson.Complete(&report.Report{Endpoints: []report.Endpoint{*e}, Findings: findings})
	return endpointLine{Type: typeEndpoint, Endpoint: whole.Endpoints[0], Findings: whole.Findings}
}

// sum tells whether an endpoint and its findings are as before.
func (s *Stream) sum(e *report.Endpoint, findings []report.Finding) [sha256.Size]byte {
	hash := sha256.New()
	if err := json.NewEncoder(hash).Encode(lineOf(e, findings)); err != nil {
		s.fail(err)
	}
	return [sha256.Size]byte(hash.Sum(nil))
}

// line writes a value as one line in one write, and returns it.
func (s *Stream) line(v any) []byte {
	if s.err != nil {
		return nil
	}
	doc, err := reportjson.Line(v)
	if err == nil {
		_, err = s.w.Write(doc)
	}
	if err != nil {
		s.fail(err)
	}
	return bytes.TrimSpace(doc)
}

func (s *Stream) fail(err error) {
	if s.err == nil {
		s.err = fmt.Errorf("write JSON lines: %w", err)
	}
}

func index(certificates []report.Certificate) map[string]*report.Certificate {
	all := make(map[string]*report.Certificate, len(certificates))
	for i := range certificates {
		all[certificates[i].SHA256] = &certificates[i]
	}
	return all
}

// split returns the findings of each endpoint of the report, and those of none.
func split(rep *report.Report) (own map[string][]report.Finding, rest []report.Finding) {
	own = make(map[string][]report.Finding, len(rep.Endpoints))
	for i := range rep.Endpoints {
		own[rep.Endpoints[i].ID] = nil
	}
	for _, f := range rep.Findings {
		if have, known := own[f.Endpoint]; known {
			own[f.Endpoint] = append(have, f)
		} else {
			rest = append(rest, f)
		}
	}
	return own, rest
}

// referred are the certificates that an endpoint's facts and evidence name.
func referred(e *report.Endpoint) []string {
	var out []string
	for _, p := range e.Presented {
		out = append(append(out, p.Leaf), p.Sent...)
	}
	for _, x := range e.Evidence {
		for _, c := range x.Cut {
			out = append(out, c.SHA256)
		}
	}
	return out
}
