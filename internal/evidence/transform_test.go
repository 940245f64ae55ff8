package evidence

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gowebpki/jcs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// likeJCS wants the library's own answer, and the same digest when the text is hashed as it is made.
func likeJCS(t *testing.T, in []byte) {
	t.Helper()
	got, err := transform(in)
	want, wantErr := jcs.Transform(in)
	if wantErr != nil || err != nil {
		require.Error(t, wantErr, "%.200q: %v", in, err)
		require.Error(t, err, "%.200q: %v", in, wantErr)
		return
	}
	require.Equal(t, string(want), string(got), "%.200q", in)
	_, computed, err := DigestJSON([]byte(`{"` + "a\": " + string(in) + `}`))
	require.NoError(t, err)
	sum := newSum()
	sum.key([]byte(`"a"`))
	sum.hash.Write(want)
	require.Equal(t, sum.end(), computed, "%.200q", in)
}

func transformSeeds() []string {
	deep := strings.Repeat(`{"b":[`, maxDepth) + `{"z":1,"é":2,"a":[]}` + strings.Repeat(`],"a":0}`, maxDepth)
	return []string{
		`{"b":1,"a":[{"d":"x","c":"\u0041\/"},[],{}],"":null}`, `{"\u0061":1,"a":2}`, `{"€":1,"\r":2,"😀":3,"\ufb33":4,"z":{"y":1,"x":2}}`,
		`[0,-0,1,-1,10,01,1.0,1e3,123456789012345,1234567890123456,-999999999999999]`, `"\ud800"`, "\"\xff\"", "\"\x7f\"", "\"\x01\"",
		`[1,]`, `[,1]`, `{"a":1,}`, `{"a"}`, `{"a":}`, `{a:1}`, `[1 2]`, `[truefalse]`, `tru`, `{"a":1]`, `[1}`, `"`, `"\`, `"\"`, ``, ` `, `1 1`, `{"a":"b""c":1}`,
		`["\u2028","\ufffd","` + "\ufffd" + `"]`, `{"1":1,"\ufffd":1,"` + "\ufffd" + `":2}`, deep, `[` + deep + `,{"b":1,"b":1}]`, strings.Repeat("[", 200), "\ufeff{}",
		`[` + strings.Repeat(`{"text": "0123456789", "a": 1},`, 5000) + `{}]`,
	}
}

func TestTransformIsThatOfJCS(t *testing.T) {
	for _, in := range transformSeeds() {
		likeJCS(t, []byte(in))
	}
	files, err := filepath.Glob(filepath.Join("..", "..", "report", "json", "testdata", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		doc, err := os.ReadFile(file)
		require.NoError(t, err)
		likeJCS(t, doc)
	}
}

func TestDigestJSONOfOddKeys(t *testing.T) {
	_, want, err := DigestJSON([]byte(`{"z": 1, "b": [2]}`))
	require.NoError(t, err)
	for _, in := range []string{`{"b":[2],"z":1}`, ` { "\u007a" : 1 , "b":[2],"digest":"sha256:0" } `, `{"digest":"sha256:0","b":[2.0],"z":1}`} {
		stated, computed, err := DigestJSON([]byte(in))
		require.NoError(t, err, in)
		assert.Equal(t, want, computed, in)
		assert.Equal(t, strings.Contains(in, "sha256:0"), stated == "sha256:0", in)
	}
	for _, in := range []string{`{"digest":"a","\u0064igest":"b"}`, `{"a":1,"b":2,"\u0061":3}`, `{"a":{"b":1,"b":2}}`, `{"a":1`, `{"a":1}}`, `{"\ud800":1}`, `null`} {
		_, _, err := DigestJSON([]byte(in))
		require.Error(t, err, in)
	}
}

func FuzzTransform(f *testing.F) {
	for _, in := range transformSeeds() {
		f.Add([]byte(in))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		if in == nil || bytes.Count(in, []byte("["))+bytes.Count(in, []byte("{")) > 5000 {
			return // the library's own limit of depth counts from the top
		}
		likeJCS(t, in)
		if out, err := transform(in); err == nil {
			require.True(t, json.Valid(out))
		}
	})
}
