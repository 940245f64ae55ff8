package json

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzIndented lays values out as encoding/json does.
func FuzzIndented(f *testing.F) {
	for _, s := range []string{`{"a":[],"b":{},"c":[1,-2.5e3,null,true],"d":{"e":"f: [,]\"{\\"}}`, `[[[]],{"":""}]`, `"\\\""`, `1`, `{"a":"\u2028<\u007f東\ufffd"}`} {
		f.Add([]byte(s), uint8(2))
	}
	f.Fuzz(func(t *testing.T, doc []byte, indent uint8) {
		prefix := strings.Repeat(" ", int(indent))
		var v any
		if json.Unmarshal(doc, &v) != nil {
			return
		}
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		enc.SetIndent(prefix, "  ")
		require.NoError(t, enc.Encode(v))
		var e encoder
		_, err := e.indented([]any{v, v, "what was there before"}, prefix)
		require.NoError(t, err)
		got, err := e.indented(v, prefix)
		require.NoError(t, err)
		printable := appendPrintable(nil, bytes.TrimSuffix(want.Bytes(), []byte("\n")))
		assert.Equal(t, string(printable), string(got))
	})
}
