package schema

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/sample"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/scan"
)

func compile(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Report()))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	compiler.AssertContent()
	require.NoError(t, compiler.AddResource("report.schema.json", doc))
	compiled, err := compiler.Compile("report.schema.json")
	require.NoError(t, err)
	return compiled
}

// document returns a report's JSON as plain maps and lists, to be broken.
func document(t *testing.T, rep *report.Report) map[string]any {
	t.Helper()
	rep.Digest = "sha256:" + sample.Hash("digest")
	var buf bytes.Buffer
	require.NoError(t, reportjson.Write(&buf, rep))
	doc, err := jsonschema.UnmarshalJSON(&buf)
	require.NoError(t, err)
	return doc.(map[string]any)
}

func TestSamplesAreValid(t *testing.T) {
	compiled := compile(t)
	for name, rep := range sample.All() {
		t.Run(name, func(t *testing.T) { assert.NoError(t, compiled.Validate(document(t, rep))) })
	}
	full := sample.Full()
	assert.NoError(t, compiled.Validate(document(t, full)), "every key that a report can have")
	empty := &report.Report{Schema: report.Schema}
	empty.Run.Pace, empty.Summary.Verdict = "gentle", report.Incomplete
	assert.NoError(t, compiled.Validate(document(t, empty)))
}

func TestBrokenReportsAreNot(t *testing.T) {
	compiled := compile(t)
	endpoint := func(doc map[string]any) map[string]any { return doc["endpoints"].([]any)[0].(map[string]any) }
	finding := func(doc map[string]any) map[string]any { return doc["findings"].([]any)[0].(map[string]any) }
	tests := []struct {
		name   string
		damage func(doc map[string]any)
	}{
		{"other schema", func(d map[string]any) { d["schema"] = "portseal.report/v2" }},
		{"list missing", func(d map[string]any) { delete(d, "findings") }},
		{"list null", func(d map[string]any) { d["waivers"] = nil }},
		{"unknown key", func(d map[string]any) { d["comment"] = "x" }},
		{"unknown key in an endpoint", func(d map[string]any) { endpoint(d)["colour"] = "red" }},
		{"unknown state", func(d map[string]any) { endpoint(d)["state"] = "ok" }},
		{"state of no name in the summary", func(d map[string]any) { d["summary"].(map[string]any)["by_state"].(map[string]any)["ok"] = 1 }},
		{"bare boolean", func(d map[string]any) { d["run"].(map[string]any)["clock"].(map[string]any)["synchronised"] = true }},
		{"unknown severity", func(d map[string]any) { finding(d)["severity"] = "unknown" }},
		{"five versions", func(d map[string]any) { endpoint(d)["protocols"] = endpoint(d)["protocols"].([]any)[1:] }},
		{"no version", func(d map[string]any) {
			endpoint(d)["protocols"].([]any)[0].(map[string]any)["version"] = "TLS 1.2"
		}},
		{"no base64", func(d map[string]any) { d["certificates"].([]any)[0].(map[string]any)["der"] = "%%%" }},
		{"no time", func(d map[string]any) { d["run"].(map[string]any)["started"] = "yesterday" }},
		{"no digest", func(d map[string]any) { d["digest"] = "" }},
		{"verdict of no name", func(d map[string]any) { d["summary"].(map[string]any)["verdict"] = "ok" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc := document(t, sample.Demo())
			require.NoError(t, compiled.Validate(doc))
			tt.damage(doc)
			assert.Error(t, compiled.Validate(doc))
		})
	}
}

func TestEveryStateHasAName(t *testing.T) {
	compiled := compile(t)
	for _, state := range []scan.State{scan.StateTLS, scan.StateStartTLS, scan.StateNonTLS, scan.StateOpen, scan.StateClosed,
		scan.StateFiltered, scan.StateUnreachable, scan.StateError, scan.StateSkipped} {
		rep := sample.Closed()
		rep.Endpoints[0].State = state
		assert.NoError(t, compiled.Validate(document(t, rep)), string(state))
	}
}

// A listener that answers with an older version refuses too: OpenSSL answers TLS 1.1 with a TLS 1.0 ServerHello.
func TestEveryBasisHasAName(t *testing.T) {
	compiled := compile(t)
	for _, basis := range []string{"alert", "close", "reset", "version"} {
		rep := sample.Full()
		rep.Endpoints[0].Protocols[0].Refused = &scan.Refusal{Count: 1, Basis: basis, Evidence: []string{"e1"}}
		assert.NoError(t, compiled.Validate(document(t, rep)), basis)
	}
}

func TestCallersDoNotShareTheBytes(t *testing.T) {
	Report()[0] = 'x'
	assert.True(t, json.Valid(Report()))
}

func TestTheFullSampleIsFull(t *testing.T) {
	assert.Empty(t, sample.Unset(sample.Full()), "keys that no sample sets are keys that the schema test does not see")
}
