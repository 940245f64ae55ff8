// Package json writes and reads a report as its JSON document, the contract that every other format is made from.
//
// Write gives the same bytes for the same report: keys in the order of the structs, two blanks of indent, a newline at the
// end, no list that is null. What is not printable on a terminal is written as a JSON escape, so a report may be shown as
// it is. Read refuses what is not a report of this schema, and keeps to keys that it knows: keys are added to the
// contract, so a report of a newer program can be read, but must be checked (evidence.VerifyJSON) as bytes; Unknown names those that were
// passed over. Forms of earlier versions are read too.
//
// Limits: a report is held in memory whole. Nothing is sealed or checked here.
package json

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// MaxSize is the largest document that Read takes, in bytes: 256 MiB.
const MaxSize = 256 << 20

// Errors of Read. They are wrapped with what was found.
var (
	ErrTooLarge = errors.New("report is larger than 256 MiB")
	ErrSchema   = errors.New(`want "schema": "` + report.Schema + `"`)
)

// Write writes rep, which the caller has sealed, as indented JSON with a newline at the end. Its long lists become text one item after the
// other.
func Write(w io.Writer, rep *report.Report) error {
	whole := Complete(rep)
	shell := *whole
	shell.Endpoints, shell.Certificates, shell.Expectations, shell.Findings = []report.Endpoint{}, []report.Certificate{}, []report.Expectation{}, []report.Finding{}
	return EncodeLists(w, &shell,
		List{"endpoints", len(whole.Endpoints), func(i int) any { return &whole.Endpoints[i] }},
		List{"certificates", len(whole.Certificates), func(i int) any { return &whole.Certificates[i] }},
		List{"expectations", len(whole.Expectations), func(i int) any { return &whole.Expectations[i] }},
		List{"findings", len(whole.Findings), func(i int) any { return &whole.Findings[i] }})
}

// Encode writes any document as Write does: indented, a newline at the end, and nothing that moves a terminal's cursor.
func Encode(w io.Writer, document any) error { return EncodeLists(w, document) }

// Line is a value as one line, as Encode would write it but for the layout; it ends with a line feed.
func Line(v any) ([]byte, error) { return new(encoder).printable(v) }

// EncodeList writes a document as Encode does, with items as the value of key, which in document is an empty list at the top
// level. The items become text one after the other: there may be too many to hold the text of all.
func EncodeList[T any](w io.Writer, document any, key string, items []T) error {
	return EncodeLists(w, document, List{key, len(items), func(i int) any { return items[i] }})
}

func put(w io.Writer, parts ...[]byte) error {
	for _, part := range parts {
		if _, err := w.Write(part); err != nil {
			return fmt.Errorf("write JSON: %w", err)
		}
	}
	return nil
}

// Read reads one report. Errors wrap ErrTooLarge or ErrSchema, or name line and column of what is no JSON or has the wrong
// type. The certificates of observations are not parsed again: they are in Report.Certificates.
func Read(r io.Reader) (*report.Report, error) { return read(r, MaxSize) }

func read(r io.Reader, limit int64) (*report.Report, error) {
	doc, err := readAll(r, limit)
	if err != nil {
		return nil, err
	}
	return Decode(doc)
}

// ReadAll reads a document for Decode. Its errors are ErrTooLarge and those of r.
func ReadAll(r io.Reader) ([]byte, error) { return readAll(r, MaxSize) }

// readAll reads a file into as many bytes as it has: a slice that grows is there twice, and most of a report's memory is its text.
func readAll(r io.Reader, limit int64) ([]byte, error) {
	var doc bytes.Buffer
	if file, ok := r.(fs.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			doc.Grow(int(max(min(info.Size(), limit+1), 0)) + bytes.MinRead)
		}
	}
	if _, err := doc.ReadFrom(io.LimitReader(r, limit+1)); err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	if int64(doc.Len()) > limit {
		return nil, ErrTooLarge
	}
	return doc.Bytes(), nil
}

// Decode is Read of a document in memory, in parts, or in one piece where that shows a fault.
func Decode(doc []byte) (*report.Report, error) {
	if len(doc) > MaxSize {
		return nil, ErrTooLarge
	}
	in := anyVersion{Report: new(report.Report)}
	if readParts(doc, &in) == nil && in.Schema == report.Schema {
		return in.report(), nil
	}
	var head struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(doc, &head); err != nil {
		return nil, fmt.Errorf("not a report: %w", at(doc, err))
	}
	switch head.Schema {
	case report.Schema:
	case "":
		return nil, fmt.Errorf(`not a report: key "schema" is missing: %w`, ErrSchema)
	default:
		return nil, fmt.Errorf(`schema is %q: %w`, text.Cut(head.Schema, 60), ErrSchema)
	}
	in = anyVersion{Report: new(report.Report)}
	if err := json.Unmarshal(doc, &in); err != nil {
		return nil, fmt.Errorf("report: %w", at(doc, err))
	}
	return in.report(), nil
}

// at says where a document is wrong, in line and column counted from 1 in bytes, for the errors of encoding/json that know.
func at(doc []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	var offset int64
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		offset, err = kind.Offset, fmt.Errorf("key %q: a JSON %s, where the schema has another type", strings.TrimPrefix(kind.Field, "Report."), kind.Value)
		if kind.Field == "" {
			err = fmt.Errorf("the document is a JSON %s: want an object", kind.Value)
		}
	default:
		return err
	}
	before := doc[:min(max(int(offset)-1, 0), len(doc))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return fmt.Errorf("line %d, column %d: %w", line, column, err)
}
