package jsonl

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/sample"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/report/text"
)

var update = flag.Bool("update", false, "write the golden files")

// samples are reports in the order of a run's.
func samples() map[string]*report.Report {
	all := sample.All()
	all["full"] = sample.Full()
	for _, rep := range all {
		report.SortFindings(rep.Findings)
		slices.SortFunc(rep.Certificates, func(a, b report.Certificate) int { return cmp.Compare(a.SHA256, b.SHA256) })
		rep.Digest = "sha256:" + sample.Hash("digest")
	}
	return all
}

func lines(t *testing.T, rep *report.Report) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, Write(&out, rep))
	return out.String()
}

func document(t *testing.T, rep *report.Report) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, reportjson.Write(&out, rep))
	return out.String()
}

func TestGolden(t *testing.T) {
	for name, rep := range samples() {
		t.Run(name, func(t *testing.T) {
			got := lines(t, rep)
			path := filepath.Join("testdata", name+".jsonl")
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
		})
	}
}

func TestRoundTrip(t *testing.T) {
	all := samples()
	all["large"] = sample.Large(40)
	for name, rep := range all {
		stored, err := Read(strings.NewReader(lines(t, rep)))
		require.NoError(t, err, name)
		assert.True(t, stored.Whole)
		assert.JSONEq(t, document(t, rep), string(stored.Document), name)
		read, err := reportjson.Read(bytes.NewReader(stored.Document))
		require.NoError(t, err)
		assert.Equal(t, document(t, rep), document(t, read), name)
	}
}

func TestEachLineIsAnObjectAndPrintable(t *testing.T) {
	for name, rep := range samples() {
		seen := map[string]int{}
		got := lines(t, rep)
		for line := range strings.Lines(got) {
			var l struct{ Type string }
			require.NoError(t, json.Unmarshal([]byte(line), &l), name)
			seen[l.Type]++
			for _, r := range strings.TrimSuffix(line, "\n") {
				assert.False(t, text.Unsafe(r), "%q", r)
			}
		}
		assert.Equal(t, map[string]int{"run": 1, "endpoint": len(rep.Endpoints), "end": 1}, seen, name)
		for _, c := range rep.Certificates {
			assert.Equal(t, 1, strings.Count(got, `"sha256":"`+c.SHA256+`","subject"`), "each certificate stands once")
		}
	}
}

// Wherever the lines are cut, every whole line is kept, and the report says that it is not complete.
func TestCutAtAnyByte(t *testing.T) {
	rep := samples()["demo"]
	all := lines(t, rep)
	first := strings.Index(all, "\n")
	for at := 1; at < len(all); at += 1 + at%37 {
		stored, err := Read(strings.NewReader(all[:at]))
		if at < first {
			require.ErrorContains(t, err, "no whole line", "cut at %d", at)
			continue
		}
		require.NoError(t, err, "cut at %d", at)
		if at == len(all)-1 {
			assert.True(t, stored.Whole, "only the line feed is missing")
			continue
		}
		assert.False(t, stored.Whole)
		read, err := reportjson.Read(bytes.NewReader(stored.Document))
		require.NoError(t, err, "cut at %d", at)
		assert.False(t, read.Run.Complete)
		assert.Empty(t, read.Digest)
		whole := strings.Count(all[:at], "\n") - 1
		if all[at] == '\n' {
			whole++
		}
		want := rep.Endpoints[:whole]
		require.Len(t, read.Endpoints, whole, "cut at %d", at)
		findings := 0
		for i, e := range want {
			assert.Equal(t, e.ID, read.Endpoints[i].ID)
			for _, f := range rep.Findings {
				if f.Endpoint == e.ID {
					findings++
				}
			}
			for _, sum := range referred(&e) {
				assert.True(t, slices.ContainsFunc(read.Certificates, func(c report.Certificate) bool { return c.SHA256 == sum }), sum)
			}
		}
		assert.Len(t, read.Findings, findings)
		assert.Equal(t, len(rep.Expectations), len(read.Expectations), "what was to be looked at is known")
	}
}

// A live run hands endpoints over in any order, looks again at some, and judges some findings at its end only.
func TestStream(t *testing.T) {
	rep := samples()["demo"]
	var out bytes.Buffer
	s := Begin(&out, rep)
	for _, i := range []int{5, 2, 0, 7, 1, 6, 3, 4, 2} {
		e := rep.Endpoints[i]
		var own []report.Finding
		for _, f := range rep.Findings {
			if f.Endpoint == e.ID && f.ID != "CHAIN-UNTRUSTED" {
				own = append(own, f)
			}
		}
		if i == 7 {
			e.State = "filtered" // at the first look
		}
		require.NoError(t, s.Endpoint(e, own, rep.Certificates))
		assert.True(t, strings.HasSuffix(out.String(), "\n"), "each line is written at once")
	}
	require.NoError(t, s.End(rep))
	assert.Equal(t, 1+9+2+1, strings.Count(out.String(), "\n"), "the endpoints that changed are written again, and no others")
	stored, err := Read(&out)
	require.NoError(t, err)
	assert.JSONEq(t, document(t, rep), string(stored.Document))
}

func TestReadRefuses(t *testing.T) {
	run := `{"type":"run","schema":"portseal.report/v1","run":{"started":"2026-01-01T00:00:00Z"}}` + "\n"
	end := `{"type":"end","findings":[]}` + "\n"
	tests := []struct{ name, in, want string }{
		{"empty", "", "no whole line is there"},
		{"blank", "\n\n", "no whole line is there"},
		{"no JSON", "hello\nworld\n", "line 1: not a line of a report"},
		{"no type", "{}\n" + end, `line 1: not a line of a report: key "type" is missing`},
		{"no beginning", end, `line 1: the first line has the type "end": want "run"`},
		{"two runs", run + end + run, `line 3: another run begins`},
		{"more after the end", run + end + `{"type":"endpoint"}` + "\n", "line 3: a line comes after"},
		{"no JSON in the middle", run + "{\n" + end, "line 2: not a line of a report"},
		{"endpoint without id", run + `{"type":"endpoint","endpoint":{}}` + "\n", "line 2: an endpoint has no id"},
		{"endpoint of another type", run + `{"type":"endpoint","endpoint":[]}` + "\n", "line 2: an endpoint: "},
		{"certificate of another type", run + `{"type":"end","certificates":[1]}` + "\n", "line 2: a certificate: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read(strings.NewReader(tt.in))
			require.ErrorContains(t, err, tt.want)
		})
	}
	later, err := Read(strings.NewReader("\ufeff" + run + `{"type":"heartbeat"}` + "\n\n" + end))
	require.NoError(t, err, "lines of a type that a later version adds are passed over")
	assert.True(t, later.Whole)
}

func TestIs(t *testing.T) {
	for _, rep := range samples() {
		assert.True(t, Is([]byte(lines(t, rep))))
		assert.True(t, Is([]byte(lines(t, rep)[:40])))
		assert.False(t, Is([]byte(document(t, rep))))
	}
	assert.False(t, Is([]byte("name: prodplex")))
	assert.False(t, Is(nil))
}

func TestWriteFails(t *testing.T) {
	full := errors.New("disk full")
	require.ErrorIs(t, Write(fails{full}, sample.Demo()), full)
	s := Begin(fails{full}, sample.Demo())
	require.ErrorIs(t, s.Endpoint(sample.Demo().Endpoints[0], nil, nil), full)
	require.ErrorIs(t, s.End(sample.Demo()), full)
}

type fails struct{ err error }

func (f fails) Write([]byte) (int, error) { return 0, f.err }

func FuzzRead(f *testing.F) {
	for _, rep := range samples() {
		var out bytes.Buffer
		require.NoError(f, Write(&out, rep))
		f.Add(out.Bytes()[:min(out.Len(), 20000)])
	}
	f.Add([]byte(`{"type":"run","run":{"started":1}}` + "\n" + `{"type":"endpoint","endpoint":{"id":"a"},"findings":[{"severity":"low"}]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		stored, err := Read(bytes.NewReader(in))
		if err == nil {
			assert.True(t, json.Valid(stored.Document))
		}
		_ = Is(in)
	})
}
