package json

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/sample"
)

// asInOnePiece wants what is read in parts to be what encoding/json reads, and says whether it was.
func asInOnePiece(t *testing.T, doc []byte) bool {
	t.Helper()
	parts, one := anyVersion{Report: new(report.Report)}, anyVersion{Report: new(report.Report)}
	if readParts(doc, &parts) != nil {
		return false
	}
	require.NoError(t, json.Unmarshal(doc, &one))
	require.Equal(t, one, parts)
	return true
}

func TestInParts(t *testing.T) {
	for name, rep := range sample.All() {
		var doc bytes.Buffer
		require.NoError(t, Write(&doc, rep))
		assert.True(t, asInOnePiece(t, doc.Bytes()), name)
	}
	for _, doc := range []string{`{}`, `{"endpoints":[]}`, `{"certificates":[{"sha256":"a"}],"\u0065ndpoints":[{"id":"a"},{"id":"b"}],"profiles":["old"]}`} {
		assert.True(t, asInOnePiece(t, []byte(doc)), doc)
	}
	for _, doc := range []string{`{"endpoints":null}`, `{"endpoints":[{}],"endpoints":[]}`, `{"Endpoints":[{}],"endpoints":[]}`, `{"endpoints":[],"ENDPOINTS":[{}]}`,
		`{"endpoints":[{}}`, `{"endpoints":[{},]}`, `{"endpoints":[{"id":1}]}`, `[]`, `{"endpoints":[{]}]}`} {
		assert.False(t, asInOnePiece(t, []byte(doc)), doc)
	}
}

func FuzzInParts(f *testing.F) {
	for _, doc := range []string{`{"endpoints":[{"id":"a"}],"certificates":[]}`, `{"Endpoints":[{}],"endpoints":[]}`, `{"endpoints":[{]}]}`} {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, doc []byte) { asInOnePiece(t, doc) })
}
