package json

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/sample"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

var update = flag.Bool("update", false, "write the golden files")

func TestGolden(t *testing.T) {
	for name, rep := range sample.All() {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			require.NoError(t, Write(&got, rep))
			file := filepath.Join("testdata", name+".json")
			if *update {
				require.NoError(t, os.WriteFile(file, got.Bytes(), 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(want), got.String())
		})
	}
}

func TestRoundTrip(t *testing.T) {
	for name, rep := range sample.All() {
		t.Run(name, func(t *testing.T) {
			var first, second bytes.Buffer
			require.NoError(t, Write(&first, rep))
			read, err := Read(bytes.NewReader(first.Bytes()))
			require.NoError(t, err)
			require.NoError(t, Write(&second, read))
			assert.Equal(t, first.String(), second.String())
			assert.True(t, bytes.HasSuffix(first.Bytes(), []byte("}\n")))
		})
	}
}

func TestHostileTextIsEscapedAndKept(t *testing.T) {
	rep := &report.Report{Schema: report.Schema, Findings: []report.Finding{{Severity: report.High, Observed: "\x1b[2J\u202e\u009b\x7f\U000e0041<é&東>"}}}
	var doc bytes.Buffer
	require.NoError(t, Write(&doc, rep))
	for _, r := range doc.String() {
		assert.False(t, r != '\n' && text.Unsafe(r), "%q", r)
	}
	assert.Contains(t, doc.String(), "<é&東>", "what prints is readable")
	read, err := Read(&doc)
	require.NoError(t, err)
	assert.Equal(t, rep.Findings[0].Observed, read.Findings[0].Observed)
}

func TestNothingIsNull(t *testing.T) {
	e := report.Endpoint{}
	e.Protocols = []scan.Protocol{{Refused: &scan.Refusal{}}}
	e.Presented = []scan.Presented{{}}
	e.Evidence = []scan.Exchange{{}}
	e.ClientAuth = &scan.ClientAuth{}
	for _, rep := range []*report.Report{
		{},
		{Endpoints: []report.Endpoint{e}, Certificates: []report.Certificate{{}}, Keyrings: []report.Keyring{{}},
			Expectations: []report.Expectation{{}}, Findings: []report.Finding{{}}, Waivers: []report.Waiver{{}}},
	} {
		var doc bytes.Buffer
		require.NoError(t, Write(&doc, rep))
		assert.NotContains(t, doc.String(), "null")
	}
	assert.Nil(t, e.Presented[0].Sent, "the caller's report is untouched")
	assert.Nil(t, e.Protocols[0].Refused.Evidence, "the caller's report is untouched")
	assert.Nil(t, e.Evidence[0].Sent, "the caller's report is untouched")
}

func TestReadRefuses(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"empty", "", "not a report: line 1, column 1: unexpected end of JSON input"},
		{"no JSON", "{\n  \"schema\": x\n}", "not a report: line 2, column 13: invalid character 'x' looking for beginning of value"},
		{"no schema", "{}", `not a report: key "schema" is missing: want "schema": "portseal.report/v1"`},
		{"other schema", `{"schema": "portseal.report/v2"}`, `schema is "portseal.report/v2": want "schema": "portseal.report/v1"`},
		{"hostile schema", `{"schema": "\u001b[2J"}`, `schema is "\\x1b[2J": want "schema": "portseal.report/v1"`},
		{"a list", `[]`, "not a report: line 1, column 1: the document is a JSON array: want an object"},
		{"wrong type", "{\"schema\": \"portseal.report/v1\",\n \"findings\": 1}",
			`report: line 2, column 14: key "findings": a JSON number, where the schema has another type`},
		{"two documents", `{"schema": "portseal.report/v1"}{}`, "not a report: line 1, column 33: invalid character '{' after top-level value"},
		{"wrong severity", `{"schema": "portseal.report/v1", "findings": [{"severity": "bad"}]}`,
			`report: unknown severity "bad": want info, low, medium, high or critical`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read(strings.NewReader(tt.in))
			require.EqualError(t, err, tt.want)
		})
	}
	_, err := Read(strings.NewReader(`{"schema": "x"}`))
	require.ErrorIs(t, err, ErrSchema)
}

func TestReadStopsAtTheLimit(t *testing.T) {
	doc := `{"schema": "portseal.report/v1"}`
	_, err := read(strings.NewReader(doc), int64(len(doc)))
	require.NoError(t, err)
	_, err = read(strings.NewReader(doc), int64(len(doc))-1)
	require.ErrorIs(t, err, ErrTooLarge)
}

func TestReadTakesKeysOfNewerPrograms(t *testing.T) {
	rep, err := Read(strings.NewReader(`{"schema": "portseal.report/v1", "added_later": {"a": [1]}, "digest": "sha256:00"}`))
	require.NoError(t, err)
	assert.Equal(t, "sha256:00", rep.Digest)
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("disk full") }
func (broken) Read([]byte) (int, error)  { return 0, errors.New("disk gone") }

func TestErrorsOfStreamsAreKept(t *testing.T) {
	require.EqualError(t, Write(broken{}, sample.Conforming()), "write JSON: disk full")
	_, err := Read(broken{})
	require.EqualError(t, err, "read report: disk gone")
}

// Written item by item, a document is what it is when written whole.
func TestEncodeListWritesAsEncodeDoes(t *testing.T) {
	type item struct {
		Name  string   `json:"name"`
		Words []string `json:"words"`
	}
	type document struct {
		Schema string `json:"schema"`
		Items  []item `json:"items"`
		After  string `json:"after"`
	}
	for _, items := range [][]item{{}, {{"a", nil}}, {{"\n  \"items\": []", []string{"<\x1b>", "\u202e"}}, {"b", []string{}}, {}}} {
		var whole, single bytes.Buffer
		require.NoError(t, Encode(&whole, document{"\n  \"items\": []", items, "\"items\": []"}))
		require.NoError(t, EncodeList(&single, document{"\n  \"items\": []", []item{}, "\"items\": []"}, "items", items))
		assert.Equal(t, whole.String(), single.String())
	}
	require.ErrorContains(t, EncodeList(&bytes.Buffer{}, document{}, "items", []item{{}}), `"items" is no empty list`)
	require.EqualError(t, EncodeList(broken{}, document{Items: []item{}}, "items", []item{{}}), "write JSON: disk full")
}

// Lists may stand deep in a document, and one after the other.
func TestEncodeLists(t *testing.T) {
	type inner struct {
		A []int  `json:"a"`
		B string `json:"b"`
		C []any  `json:"c"`
	}
	document := func(a []int, c []any) any {
		return map[string][]inner{"list": {{a, `"c": []`, c}}}
	}
	numbers := []int{1, 2, 3}
	objects := []any{map[string][]int{"a": {}, "c": {1}}, "x"}
	for _, n := range []int{0, 3} {
		var whole, single bytes.Buffer
		require.NoError(t, Encode(&whole, document(numbers[:n], objects)))
		require.NoError(t, EncodeLists(&single, document([]int{}, []any{}), List{"a", n, func(i int) any { return numbers[i] }},
			List{"c", len(objects), func(i int) any { return objects[i] }}))
		assert.Equal(t, whole.String(), single.String())
	}
}

func TestWriteIsStable(t *testing.T) {
	var a, b bytes.Buffer
	require.NoError(t, Write(&a, sample.Demo()))
	require.NoError(t, Write(&b, sample.Demo()))
	assert.Equal(t, a.String(), b.String())
	assert.True(t, json.Valid(a.Bytes()))
}

// FuzzRead wants an error or a report that can be written, never a panic.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"schema": "portseal.report/v1", "findings": [{"severity": "low"}], "endpoints": [{"id": "a"}]}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		rep, err := Read(bytes.NewReader(doc))
		if err != nil {
			return
		}
		require.NoError(t, Write(io.Discard, rep))
	})
}

// The first reports had the ids of profiles.
func TestProfilesOfTheFirstReports(t *testing.T) {
	rep, err := Read(strings.NewReader(`{"schema": "portseal.report/v1", "profiles": ["mozilla-intermediate", {"id": "b", "title": "t"}]}`))
	require.NoError(t, err)
	assert.Equal(t, []report.Profile{{ID: "mozilla-intermediate"}, {ID: "b", Title: "t"}}, rep.Profiles)
}

func TestUnknown(t *testing.T) {
	for name, rep := range sample.All() {
		var doc bytes.Buffer
		require.NoError(t, Write(&doc, rep))
		t.Run(name, func(t *testing.T) { requireKnown(t, doc.Bytes()) })
	}
	var doc bytes.Buffer
	require.NoError(t, Write(&doc, sample.Full()))
	requireKnown(t, doc.Bytes())
	keys := Unknown([]byte(`{"schema": "s", "colour": {"deep": 1},
		"run": {"scope": {"z": [1, {"a": 2}]}}, "summary": {"by_state": {"anything": 1}},
		"endpoints": [{"id": "a", "new": 1}, {"new": null, "evidence": [{"x": "1"}]}]}`))
	assert.Equal(t, []string{"/colour", "/endpoints/evidence/x", "/endpoints/new", "/run/scope/z"}, keys)
}

// requireKnown asserts that a document that this version wrote has no key that it does not know.
func requireKnown(t *testing.T, doc []byte) {
	t.Helper()
	assert.Empty(t, Unknown(doc))
}
