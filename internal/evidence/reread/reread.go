// Package reread reads reports one after the other, as the check of a long history does: each says nearly what the one before it said, and what
// it says again is not parsed, made canonical and judged again.
//
// What is known of an item of a list (an endpoint, a certificate, an expectation, a finding) holds for the same text and for no other: the text
// is compared octet by octet. The digest is over all of the document, every time.
//
// Limits: one goroutine at a time. Of what an endpoint is confirmed by, the run is read and no more, from where portseal writes it. Who gets a report
// must not change it.
package reread

import (
	"errors"
	"fmt"
	"io"
	"strings"

	jsonv1 "github.com/go-json-experiment/json/v1"

	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/jsonparts"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
)

// Reader reads reports, and what follows from each endpoint alone.
type Reader[T any] struct {
	derive       func(e *report.Endpoint) (T, error)
	endpoints    *memo[endpoint[T]]
	certificates *memo[report.Certificate]
	expectations *memo[report.Expectation]
	findings     *memo[report.Finding]
	canonical    evidence.Canoniser
}

// endpoint is one without what report.Confirmed says, and what follows from it.
type endpoint[T any] struct {
	is      report.Endpoint
	follows T
	begins  string // how what it is confirmed by began last, up to the end of the run: it is the same until the endpoint changes
	run     string
}

// confirmed is the run that is named in what an endpoint is confirmed by.
func (e *endpoint[T]) confirmed(text []byte) (*report.Confirmed, error) {
	if e.begins != "" && same(text, e.begins) {
		return &report.Confirmed{Run: e.run}, nil
	}
	var by *struct {
		Run string `json:"run"`
	}
	if err := jsonv1.Unmarshal(text, &by); err != nil || by == nil {
		return nil, err
	}
	first := true
	err := jsonparts.Each(text, func(name []byte, at int) (int, error) {
		end, err := jsonparts.ValueEnd(text, at)
		run := ""
		if err == nil && first && string(name) == `"run"` && jsonv1.Unmarshal(text[at:end], &run) == nil && run == by.Run {
			e.begins, e.run = string(text[:end]), run
		}
		first = false
		return end, err
	})
	return &report.Confirmed{Run: by.Run}, err
}

// New returns a reader. What derive returns must follow from an endpoint alone, and not from its Confirmed, which is nil.
func New[T any](derive func(e *report.Endpoint) (T, error)) *Reader[T] {
	return &Reader[T]{derive: derive, endpoints: newMemo[endpoint[T]](), certificates: newMemo[report.Certificate](),
		expectations: newMemo[report.Expectation](), findings: newMemo[report.Finding]()}
}

// Read is what a document says.
type Read[T any] struct {
	Report  *report.Report // as report/json reads it
	Follows []T            // from each of its endpoints
	Sealed  error          // why its digest is not that of what it says: as evidence.VerifyJSON has it
}

// errPlain says that a document is to be read in one piece: it is none that portseal writes.
var errPlain = errors.New("not a report in items")

// Read reads a document. An error says why it is no report.
func (r *Reader[T]) Read(doc []byte) (*Read[T], error) {
	out, err := r.inItems(doc)
	if err == nil {
		return out, nil
	}
	rep, err := reportjson.Decode(doc)
	if err != nil {
		return nil, err
	}
	out = &Read[T]{Report: rep, Sealed: evidence.VerifyJSON(doc)}
	for _, e := range rep.Endpoints {
		e.Confirmed = nil
		follows, err := r.derive(&e)
		if err != nil {
			return nil, fmt.Errorf("endpoint %s: %w", e.ID, err)
		}
		out.Follows = append(out.Follows, follows)
	}
	return out, nil
}

// lists are the items of one document.
type lists[T any] struct {
	endpoints    []taken[endpoint[T]]
	certificates []taken[report.Certificate]
	expectations []taken[report.Expectation]
	findings     []taken[report.Finding]
}

// inItems reads a document that is sealed, and whose lists are lists. Any fault is found again, and named, by who reads it in one piece.
func (r *Reader[T]) inItems(doc []byte) (*Read[T], error) {
	var in lists[T]
	var members []evidence.Member
	shell := []byte("{")
	seen := map[string]bool{}
	err := jsonparts.Each(doc, func(name []byte, at int) (int, error) {
		m, end, err := r.member(&in, doc, name, at)
		if err != nil || seen[string(name)] {
			return 0, errors.Join(err, errPlain)
		}
		seen[string(name)] = true
		value := m.Value
		if value == nil {
			value = []byte("[]")
		}
		shell = append(append(append(append(shell, name...), ':'), value...), ',')
		members = append(members, m)
		return end, nil
	})
	if err != nil || len(members) == 0 {
		return nil, errors.Join(err, errPlain)
	}
	shell[len(shell)-1] = '}'
	out := &Read[T]{}
	if out.Report, err = reportjson.Decode(shell); err != nil {
		return nil, err
	}
	if err := in.into(out); err != nil {
		return nil, err
	}
	stated, computed, err := evidence.DigestOf(members)
	if err == nil {
		err = evidence.Compare(stated, computed)
	}
	return out, err
}

// member takes the member of a document whose value begins at an offset: the items of a list go into in, and are no value.
func (r *Reader[T]) member(in *lists[T], doc, name []byte, at int) (m evidence.Member, end int, err error) {
	m.Name = name
	switch key := string(name); key {
	case `"endpoints"`:
		in.endpoints, m.Canonical, end, err = take(r.endpoints, &r.canonical, doc, at, r.endpoint)
	case `"certificates"`:
		in.certificates, m.Canonical, end, err = take(r.certificates, &r.canonical, doc, at, read[report.Certificate])
	case `"expectations"`:
		in.expectations, m.Canonical, end, err = take(r.expectations, &r.canonical, doc, at, read[report.Expectation])
	case `"findings"`:
		in.findings, m.Canonical, end, err = take(r.findings, &r.canonical, doc, at, read[report.Finding])
	default:
		if strings.Contains(key, `\`) || isList(key) { // encoding/json would take it for a list too
			return m, 0, errPlain
		}
		if end, err = jsonparts.ValueEnd(doc, at); err == nil {
			m.Value = doc[at:end]
			m.Canonical = func(w io.Writer) error { return writeCanonical(w, &r.canonical, doc[at:end]) }
		}
	}
	return m, end, err
}

// isList says whether a key, in other letters than portseal's, is that of a list.
func isList(key string) bool {
	for _, list := range []string{`"endpoints"`, `"certificates"`, `"expectations"`, `"findings"`} {
		if strings.EqualFold(key, list) {
			return true
		}
	}
	return false
}

// into puts the items into what was read of the rest. A list that is not there is left as it is.
func (in *lists[T]) into(out *Read[T]) error {
	rep := out.Report
	if in.endpoints != nil {
		rep.Endpoints = make([]report.Endpoint, len(in.endpoints))
		out.Follows = make([]T, len(in.endpoints))
	}
	for i, t := range in.endpoints {
		rep.Endpoints[i], out.Follows[i] = t.item.value.is, t.item.value.follows
		if len(t.hole) > 0 {
			var err error
			if rep.Endpoints[i].Confirmed, err = t.item.value.confirmed(t.hole); err != nil {
				return err
			}
		}
	}
	rep.Certificates = values(in.certificates, rep.Certificates)
	rep.Expectations = values(in.expectations, rep.Expectations)
	rep.Findings = values(in.findings, rep.Findings)
	return nil
}

func values[V any](in []taken[V], otherwise []V) []V {
	if in == nil {
		return otherwise
	}
	out := make([]V, len(in))
	for i, t := range in {
		out[i] = t.item.value
	}
	return out
}

// endpoint reads one, without what it is confirmed by.
func (r *Reader[T]) endpoint(text []byte) (endpoint[T], error) {
	is, err := read[report.Endpoint](text)
	if err != nil {
		return endpoint[T]{}, err
	}
	follows, err := r.derive(&is)
	return endpoint[T]{is: is, follows: follows}, err
}

func read[V any](text []byte) (V, error) {
	var v V
	err := jsonv1.Unmarshal(text, &v)
	return v, err
}

func writeCanonical(w io.Writer, canonical *evidence.Canoniser, text []byte) error {
	out, err := canonical.Text(text)
	if err == nil {
		_, err = w.Write(out)
	}
	return err
}
