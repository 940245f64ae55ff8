// Package stored reads a report that was kept, as JSON or as lines of JSON, of this version or an earlier one.
//
// A report is read only when its digest is that of its content: what was changed is refused, since nobody could see it in another format.
// Lines that end before the run did have no digest; they become a report that says so.
//
// Limits: a digest proves no author, and evidence is not derived again: that is 'portseal report check'. What is compressed is refused.
package stored

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/report/jsonl"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

// Report is a stored report.
type Report struct {
	*report.Report
	Notes []string // what a reader should know of it, in sentences

	// Same says whether this version writes the report as it is stored, so that its digest stays right. It does not where an earlier
	// version left out what is written now, or a later one added what this one does not know.
	Same bool

	Cut bool // lines of a run that did not end: the report says what it lacks, and its digest is of this reading
}

// Read reads one report.
func Read(r io.Reader) (*Report, error) {
	doc, err := reportjson.ReadAll(r)
	if err != nil {
		return nil, err
	}
	switch {
	case len(bytes.TrimSpace(doc)) == 0:
		return nil, errors.New("not a report: it is empty")
	case bytes.HasPrefix(doc, []byte("\x1f\x8b")):
		return nil, errors.New("not a report: it is compressed; want it as it was written, as from 'gunzip -c'")
	}
	if doc = bytes.TrimPrefix(doc, []byte("\ufeff")); !bytes.HasPrefix(bytes.TrimSpace(doc), []byte("{")) {
		return nil, errors.New("not a report: want JSON or lines of JSON, as 'portseal verify --format json' writes it")
	}
	whole := true
	if jsonl.Is(doc) {
		lines, err := jsonl.Read(bytes.NewReader(doc))
		if err != nil {
			return nil, err
		}
		doc, whole = lines.Document, lines.Whole
	}
	rep, err := reportjson.Decode(doc)
	if err != nil {
		return nil, err
	}
	s := &Report{Report: rep}
	if !whole {
		return s, s.close()
	}
	if err := evidence.VerifyJSON(doc); err != nil {
		return nil, err
	}
	if s.Same = reportjson.Same(doc, rep) || evidence.Verify(rep) == nil; !s.Same {
		s.differs(reportjson.Unknown(doc))
	}
	return s, nil
}

// differs notes why this version does not write the report as it is stored.
func (s *Report) differs(unknown []string) {
	if len(unknown) == 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("it was written by version %s, in another form than this version's", text.Cut(s.Tool.Version, 40)))
		return
	}
	const most = 6
	names := strings.Join(unknown[:min(len(unknown), most)], ", ")
	if more := len(unknown) - most; more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	s.Notes = append(s.Notes, fmt.Sprintf("it was written by version %s, and this version does not know %s: its digest covers that too, and the result leaves it out",
		text.Cut(s.Tool.Version, 40), text.Cut(names, 400)))
}

// close makes a report of lines that were cut: what was expected and is not there was not assessed, and the verdict says so.
func (s *Report) close() error {
	rep := s.Report
	there := len(rep.Endpoints)
	s.stand()
	report.SortFindings(rep.Findings)
	failOn, err := assess.ParseFailOn(rep.Run.FailOn)
	if err != nil { // a report of an earlier version does not say
		failOn = report.Medium
	}
	rep.Summary = assess.Summarise(rep.Endpoints, rep.Findings, failOn)
	if rep.Summary.Verdict == report.Pass {
		rep.Summary.Verdict = report.Incomplete
	}
	s.Same, s.Cut = true, true
	s.Notes = append(s.Notes, fmt.Sprintf("the run did not end, or its lines were cut: %d of %d endpoints are there, and nothing was sealed",
		there, rep.Run.Scope.Selected))
	return evidence.Seal(rep)
}

// stand puts endpoints that were not looked at in the place of those that are missing, as in a run that is interrupted, and says where
// the others were looked at from.
func (s *Report) stand() {
	rep := s.Report
	seen := map[string]bool{}
	for _, e := range rep.Endpoints {
		seen[e.ID] = true
		if source := e.Look().Source; source != "" && !slices.Contains(rep.Run.SourceAddresses, source) {
			rep.Run.SourceAddresses = append(rep.Run.SourceAddresses, source)
		}
	}
	slices.Sort(rep.Run.SourceAddresses)
	for _, x := range rep.Expectations {
		if seen[x.Endpoint] {
			continue
		}
		o := scan.Observation{ID: x.Endpoint, State: scan.StateSkipped, Vantage: rep.Run.Vantage, Started: rep.Run.Started, Finished: rep.Run.Started,
			NotTested: []scan.NotTested{{Question: "all", Why: "the run was interrupted before this target was dialled"}}}
		e := report.Endpoint{Observation: o, System: x.System, Listener: x.Listener, Role: x.Role}
		rep.Endpoints = append(rep.Endpoints, e)
		rep.Findings = append(rep.Findings, assess.JudgeEndpoint(assess.Input{Endpoints: []report.Endpoint{e}, Expectations: []report.Expectation{x},
			At: rep.Run.JudgedAt})...)
	}
	slices.SortFunc(rep.Endpoints, func(a, b report.Endpoint) int { return cmp.Compare(a.ID, b.ID) })
}

// Sealed is the report with a digest of its own where it is not written as it is stored.
func (s *Report) Sealed() (*report.Report, error) {
	if s.Same {
		return s.Report, nil
	}
	rep := *s.Report
	if err := evidence.Seal(&rep); err != nil {
		return nil, err
	}
	return &rep, nil
}
