package json

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

func TestSame(t *testing.T) {
	rep := &report.Report{Schema: report.Schema, Endpoints: []report.Endpoint{
		{Observation: scan.Observation{ID: "a", Vantage: "here ü", Evidence: []scan.Exchange{{ID: "e1", Question: `"q" <&>`, Sent: []byte{1}}}}},
		{Observation: scan.Observation{ID: "b"}},
	}}
	var out bytes.Buffer
	require.NoError(t, Write(&out, rep))
	doc := out.Bytes()
	same := func(doc []byte) bool {
		read, err := Decode(doc)
		require.NoError(t, err, "%s", doc)
		return Same(doc, read)
	}
	assert.True(t, same(doc))
	assert.True(t, Same(doc, rep), "absent lists are written as empty ones")
	var compact bytes.Buffer
	require.NoError(t, json.Compact(&compact, doc))
	assert.True(t, same(compact.Bytes()), "white space means nothing")

	var tree map[string]any
	require.NoError(t, json.Unmarshal(doc, &tree))
	sorted, err := json.Marshal(tree)
	require.NoError(t, err)
	assert.False(t, same(sorted), "the same in another order is for the digest to find")
	for old, other := range map[string]string{
		`"id": "a"`: `"id": "a", "colour": "red"`, `"endpoints": [`: `"colour": [], "endpoints": [`, `"vantage"`: `"Vantage"`,
		`"id": "b"`: `"id": "b", "id": "b"`, `"certificates": []`: `"certificates": null`, `"sent": "AQ=="`: `"sent": "AQ\u003d="`,
	} {
		changed := bytes.Replace(doc, []byte(old), []byte(other), 1)
		require.NotEqual(t, string(doc), string(changed), old)
		assert.False(t, same(changed), other)
	}
	assert.False(t, Same(bytes.Replace(doc, []byte(`"id": "b"`), []byte(`"id": "c"`), 1), rep), "another report")
	assert.False(t, Same([]byte(`[]`), rep))
	short := *rep
	short.Endpoints = short.Endpoints[:1]
	assert.False(t, Same(doc, &short))
}

// FuzzSame wants a document that is the same to have the text, but for white space, of what is written.
func FuzzSame(f *testing.F) {
	f.Add([]byte(`{"schema":"portseal.report/v1","endpoints":[{"id":"a b"}],"certificates":[ ]}`))
	var out bytes.Buffer
	require.NoError(f, Write(&out, &report.Report{Schema: report.Schema, Endpoints: []report.Endpoint{{Observation: scan.Observation{ID: "a b"}}}}))
	f.Add(out.Bytes())
	f.Fuzz(func(t *testing.T, doc []byte) {
		rep, err := Decode(doc)
		if err != nil {
			return
		}
		var written, want, got bytes.Buffer
		require.NoError(t, Write(&written, rep))
		require.NoError(t, json.Compact(&want, written.Bytes()))
		require.NoError(t, json.Compact(&got, doc))
		require.Equal(t, bytes.Equal(want.Bytes(), got.Bytes()), Same(doc, rep))
	})
}
