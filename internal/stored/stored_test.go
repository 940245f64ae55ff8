package stored

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/report/jsonl"
)

// kept are reports that the demo of earlier versions wrote.
func kept(t *testing.T) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for _, name := range []string{"first", "readers"} {
		doc, err := os.ReadFile(filepath.Join("..", "..", "testdata", "reports", name+".json"))
		require.NoError(t, err)
		all[name] = doc
	}
	return all
}

func write(t *testing.T, rep *report.Report) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, reportjson.Write(&out, rep))
	return out.Bytes()
}

func lines(t *testing.T, rep *report.Report) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, jsonl.Write(&out, rep))
	return out.String()
}

func TestReadsEarlierVersions(t *testing.T) {
	for name, doc := range kept(t) {
		s, err := Read(bytes.NewReader(doc))
		require.NoError(t, err, name)
		assert.Equal(t, "demo", s.Run.Estate)
		assert.Len(t, s.Endpoints, s.Summary.Endpoints)
		rep, err := s.Sealed()
		require.NoError(t, err)
		require.NoError(t, evidence.VerifyJSON(write(t, rep)), "what is written again has a digest that is right")
		again, err := Read(strings.NewReader("\ufeff" + lines(t, rep)))
		require.NoError(t, err, name)
		assert.Equal(t, string(write(t, rep)), string(write(t, again.Report)), "lines give the same document again")
		assert.Equal(t, rep.Digest, again.Digest)
	}
}

func TestAChangedReportIsRefused(t *testing.T) {
	doc := bytes.Replace(kept(t)["first"], []byte(`"profiles": []`), []byte(`"profiles": ["mozilla-old"]`), 1)
	_, err := Read(bytes.NewReader(doc))
	require.ErrorContains(t, err, "was changed after it was sealed")
}

func TestKeysOfALaterVersion(t *testing.T) {
	doc := bytes.Replace(kept(t)["first"], []byte(`"rules": [`), []byte(`"colour": "red", "rules": [`), 1)
	var mismatch *evidence.DigestError
	require.ErrorAs(t, evidence.VerifyJSON(doc), &mismatch)
	doc = bytes.Replace(doc, []byte(mismatch.Stated), []byte(mismatch.Computed), 1)
	s, err := Read(bytes.NewReader(doc))
	require.NoError(t, err)
	assert.False(t, s.Same)
	require.Len(t, s.Notes, 1)
	assert.Contains(t, s.Notes[0], "this version does not know /colour: its digest covers that too")
	assert.Equal(t, mismatch.Computed, s.Digest)
	rep, err := s.Sealed()
	require.NoError(t, err)
	require.NoError(t, evidence.Verify(rep))
	assert.NotEqual(t, s.Digest, rep.Digest)
}

func TestCutLines(t *testing.T) {
	s, err := Read(bytes.NewReader(kept(t)["readers"]))
	require.NoError(t, err)
	all := strings.SplitAfter(lines(t, s.Report), "\n")
	cut, err := Read(strings.NewReader(strings.Join(all[:4], "") + all[4][:50]))
	require.NoError(t, err)
	assert.Len(t, cut.Endpoints, 8)
	assert.Equal(t, 5, cut.Summary.ByState["skipped"])
	assert.NotEmpty(t, cut.Run.SourceAddresses)
	assert.False(t, cut.Run.Complete)
	assert.NotEqual(t, report.Pass, cut.Summary.Verdict)
	require.Len(t, cut.Notes, 1)
	assert.Contains(t, cut.Notes[0], "3 of 8 endpoints are there")
	missing := 0
	for _, f := range cut.Findings {
		if f.ID == "NOT-ASSESSED" && strings.Contains(f.Detail, "was interrupted before") {
			missing++
		}
	}
	assert.Equal(t, 5, missing, "each endpoint that was expected and is not there")
	require.NoError(t, evidence.Verify(cut.Report))
	again, err := Read(bytes.NewReader(write(t, cut.Report)))
	require.NoError(t, err)
	assert.False(t, again.Run.Complete)
}

func TestRefuses(t *testing.T) {
	first := string(kept(t)["first"])
	var unsealed report.Report
	unsealed.Schema = report.Schema
	for _, tt := range []struct{ name, in, want string }{
		{"empty", " \n", "it is empty"},
		{"compressed", "\x1f\x8b\x08\x00", "it is compressed"},
		{"an estate file", "name: prodplex\n", "not a report: want JSON"},
		{"another document", `{"schema": "portseal.lint/v1"}`, `schema is "portseal.lint/v1"`},
		{"changed", strings.Replace(first, `"verdict": "fail"`, `"verdict": "pass"`, 1), "was changed after it was sealed"},
		{"a key twice", strings.Replace(first, `"rules": [`, `"rules": [], "rules": [`, 1), "canonical JSON"},
		{"no digest", string(write(t, &unsealed)), "report has no digest"},
		{"lines of another file", `{"type":"run"}` + "\n" + `{"type":"run"}` + "\n", "line 2: another run begins"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read(strings.NewReader(tt.in))
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"schema": "portseal.report/v1", "digest": "sha256:", "profiles": ["a"]}`))
	f.Add([]byte(`{"type":"run","schema":"portseal.report/v1","run":{"scope":{"selected":1}},"expectations":[{"endpoint":"a","expect":"tls"}]}` + "\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		s, err := Read(bytes.NewReader(in))
		if err == nil {
			_, err = s.Sealed()
			require.NoError(t, err)
		}
	})
}
