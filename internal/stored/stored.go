// Package stored reads a report that was kept, as JSON or as lines of JSON, of this version or an earlier one.
//
// A report is read only when its digest is that of its content: what was changed is refused, since nobody could see it in another format.
// Lines that end before the run did have no digest; they become a report that says so.
//
// Limits: a digest proves no author, and evidence is not derived again: that is 'portseal report check'. What is compressed is refused.
package stored

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/report/jsonl"
	"github.com/portseal/portseal/report/text"
)

// Report is a stored report.
type Report struct {
	*report.Report
	Notes []string // what a reader should know of it, in sentences

	// Same says whether this version writes the report as it is stored, so that its digest stays right. It does not where an earlier
	// version left out what is written now, or a later one added what this one does not know.
	Same bool
}

// Read reads one report.
func Read(r io.Reader) (*Report, error) {
	doc, err := io.ReadAll(io.LimitReader(r, reportjson.MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	switch {
	case len(doc) > reportjson.MaxSize:
		return nil, reportjson.ErrTooLarge
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
	rep, err := reportjson.Read(bytes.NewReader(doc))
	if err != nil {
		return nil, err
	}
	s := &Report{Report: rep}
	if !whole {
		return s, s.close()
	}
	unknown, twice := reportjson.Unknown(doc)
	s.Same = len(unknown) == 0 && !twice && evidence.Verify(rep) == nil // the quick way; else the document decides
	if s.Same {
		return s, nil
	}
	if err := evidence.VerifyJSON(doc); err != nil {
		return nil, err
	}
	s.differs(unknown)
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
	missing := assess.Missing(assess.Input{Endpoints: rep.Endpoints, Expectations: rep.Expectations, At: rep.Run.JudgedAt})
	rep.Findings = append(rep.Findings, missing...)
	report.SortFindings(rep.Findings)
	rep.Summary = assess.Summarise(rep.Endpoints, rep.Findings, report.SeverityUnknown)
	if rep.Summary.Verdict == report.Pass {
		rep.Summary.Verdict = report.Incomplete
	}
	s.Same = true
	s.Notes = append(s.Notes, fmt.Sprintf("the run did not end, or its lines were cut: %d of %d endpoints are there, and nothing was sealed",
		len(rep.Endpoints), rep.Run.Scope.Selected))
	return evidence.Seal(rep)
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
