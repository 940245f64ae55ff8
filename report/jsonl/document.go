package jsonl

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

// document puts the lists together as a report has them.
func (a *assembly) document() (Stored, error) {
	endpoints, findings := []json.RawMessage{}, []sorted{}
	for _, id := range slices.Sorted(maps.Keys(a.endpoints)) {
		e := a.endpoints[id]
		endpoints = append(endpoints, e.endpoint)
		if err := addSorted(&findings, e.findings); err != nil {
			return Stored{}, fmt.Errorf("findings of %s: %w", text.Cut(id, 60), err)
		}
	}
	if err := addSorted(&findings, a.estate); err != nil {
		return Stored{}, fmt.Errorf("findings: %w", err)
	}
	slices.SortStableFunc(findings, func(x, y sorted) int { return report.CompareFindings(x.Finding, y.Finding) })
	certificates := []json.RawMessage{}
	for _, sum := range slices.Sorted(maps.Keys(a.certificates)) {
		certificates = append(certificates, a.certificates[sum])
	}
	if !a.whole {
		if err := a.cut(); err != nil {
			return Stored{}, err
		}
	}
	doc := map[string]any{"endpoints": endpoints, "findings": findings, "certificates": certificates}
	for name, value := range a.keys {
		if _, mine := doc[name]; !mine {
			doc[name] = value
		}
	}
	out, err := reportjson.Line(doc)
	if err != nil {
		return Stored{}, err
	}
	return Stored{out, a.whole}, nil
}

// cut sets what the missing end would have said of the run: it is not complete, and nothing is known of its clock.
func (a *assembly) cut() error {
	run := map[string]any{}
	if err := unmarshal(a.keys["run"], &run); err != nil {
		return fmt.Errorf(`key "run": %w`, err)
	}
	run["complete"], run["clock"] = false, report.Clock{Synchronised: scan.Unknown}
	run["finished"] = run["started"]
	if !a.finished.IsZero() {
		run["finished"] = a.finished
	}
	doc, err := json.Marshal(run)
	if err != nil {
		return fmt.Errorf(`key "run": %w`, err)
	}
	a.keys["run"] = doc
	return nil
}

// sorted is a finding as it stands, with what it is sorted by: see report.CompareFindings.
type sorted struct {
	report.Finding
	raw json.RawMessage
}

// MarshalJSON writes the finding as it was read.
func (s sorted) MarshalJSON() ([]byte, error) { return s.raw, nil }

func addSorted(to *[]sorted, raws []json.RawMessage) error {
	for _, raw := range raws {
		s := sorted{raw: raw}
		if err := json.Unmarshal(raw, &s.Finding); err != nil {
			return err
		}
		*to = append(*to, s)
	}
	return nil
}
