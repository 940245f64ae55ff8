package jsonl

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
)

// openingLine is the line of type run: a report without what only a run can tell.
type openingLine struct {
	Type string `json:"type"`
	*report.Report
	Run          openingRun           `json:"run"`
	Certificates []report.Certificate `json:"certificates,omitempty"` // of the key rings

	// What the whole run gives; nil leaves them out.
	Summary    *report.Summary          `json:"summary,omitempty"`
	Endpoints  []report.Endpoint        `json:"endpoints,omitempty"`
	Findings   []report.Finding         `json:"findings,omitempty"`
	Revocation []report.RevocationCheck `json:"revocation,omitempty"`
	Phase      *report.Phase            `json:"phase,omitempty"`
	Drift      *report.Drift            `json:"drift,omitempty"`
	Profiles   []report.Profile         `json:"profiles,omitempty"`
	Digest     string                   `json:"digest,omitempty"`
}

// openingRun is the circumstances of a run that are known at its beginning.
type openingRun struct {
	report.Run
	Finished           *time.Time    `json:"finished,omitempty"`
	SourceAddresses    []string      `json:"source_addresses,omitempty"`
	Clock              *report.Clock `json:"clock,omitempty"`
	Complete           *bool         `json:"complete,omitempty"`
	PreviousDigest     string        `json:"previous_digest,omitempty"`
	Rounds             int           `json:"rounds,omitempty"`
	EarlierConnections int           `json:"earlier_connections,omitempty"`
	Resumed            int           `json:"resumed,omitempty"`
}

func opening(rep *report.Report) openingLine {
	l := openingLine{Type: typeRun, Report: rep, Run: openingRun{Run: rep.Run}}
	rings := map[string]bool{}
	for _, k := range rep.Keyrings {
		for _, sums := range [][]string{k.Anchors, k.Personal, {k.Default}} {
			for _, sum := range sums {
				rings[sum] = true
			}
		}
	}
	for _, c := range rep.Certificates {
		if rings[c.SHA256] {
			l.Certificates = append(l.Certificates, c)
		}
	}
	return l
}

// closing is a report without its endpoints; the outer keys hide the report's own.
type closing struct {
	*report.Report
	Endpoints    []report.Endpoint    `json:"endpoints,omitempty"`
	Findings     []report.Finding     `json:"findings"`
	Certificates []report.Certificate `json:"certificates,omitempty"` // in no line yet
}

// end writes the last line: of the report's keys those that are not as in the first.
func (s *Stream) end(rep *report.Report, rest []report.Finding) {
	if s.err != nil {
		return
	}
	last := closing{Report: reportjson.Complete(rep), Findings: reportjson.Complete(&report.Report{Findings: rest}).Findings}
	for _, c := range last.Report.Certificates {
		if !s.known[c.SHA256] {
			last.Certificates = append(last.Certificates, c)
		}
	}
	doc, err := reportjson.Line(last)
	if err != nil {
		s.fail(err)
		return
	}
	var out bytes.Buffer
	out.WriteString(`{"type":"` + typeEnd + `"`)
	for _, key := range keysOf(doc) {
		if bytes.Equal(s.begun[key.name], key.value) {
			continue
		}
		name, _ := json.Marshal(key.name) // a string
		out.WriteByte(',')
		out.Write(name)
		out.WriteByte(':')
		out.Write(key.value)
	}
	out.WriteString("}\n")
	if _, err := s.w.Write(out.Bytes()); err != nil {
		s.fail(err)
	}
}

// member is a key of an object and its value.
type member struct {
	name  string
	value json.RawMessage
}

// keysOf returns the members of an object that was made here, in their order.
func keysOf(doc []byte) []member {
	var out []member
	dec := json.NewDecoder(bytes.NewReader(doc))
	_, _ = dec.Token() // the brace
	for dec.More() {
		var m member
		key, _ := dec.Token()
		m.name, _ = key.(string)
		if dec.Decode(&m.value) != nil {
			return out
		}
		out = append(out, m)
	}
	return out
}
