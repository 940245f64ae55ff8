package sarif

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/official"
	"github.com/portseal/portseal/report/internal/sample"
	"github.com/portseal/portseal/report/text"
)

var update = flag.Bool("update", false, "write the golden files")

// lint is what the lint of a policy finds: findings with a line, one of them accepted by a comment.
func lint() Log {
	return Log{Tool: report.Tool{Name: "portseal", Version: "1.2.3"}, Findings: []report.Finding{
		{ID: "ATTLS-SYNTAX-KEYWORD", Severity: report.High, Title: "A keyword is unknown", Detail: "\"Nonsense\" is no keyword",
			Location: &report.Location{File: "my policy/a b#1.attls", Line: 4, Column: 3}, Remediation: "Correct the keyword.",
			References: []string{"IP Configuration Reference", "https://www.ibm.com/docs/ (AT-TLS)"}},
		{ID: "ATTLS-TRACE-LEFT-ON", Severity: report.Medium, Title: "A trace is left on", Detail: "evil \x1b[2J\u202e text",
			Location: &report.Location{File: "/etc/policy/p.attls", Line: 9, Column: 1}, Waived: &report.Waived{Reason: "until the fault is found"}},
		{ID: "ATTLS-SYNTAX-KEYWORD", Severity: report.High, Title: "A keyword is unknown",
			Location: &report.Location{File: `C:\policy\p.attls`}},
	}}
}

func TestWrite(t *testing.T) {
	for name, l := range map[string]Log{"lint": lint(), "estate": OfReport(sample.Prodplex()), "gaps": OfReport(sample.Demo()),
		"full": OfReport(sample.Full()), "hostile": OfReport(sample.Hostile()), "none": {Tool: report.Tool{Name: "portseal"}}} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			require.NoError(t, Write(&out, l))
			require.NoError(t, official.SARIF(t).Validate(t, out.Bytes()))
			golden := filepath.Join("testdata", name+".sarif")
			if *update {
				require.NoError(t, os.WriteFile(golden, out.Bytes(), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), out.String(), "run with -update when the change is meant")
		})
	}
}

// The check itself can fail.
func TestValidRefuses(t *testing.T) {
	const good = `{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"message": {"text": "x"}, "level": "note",
		"locations": [{"physicalLocation": {"artifactLocation": {"uri": "a"}, "region": {"startLine": 1}}}]}]}]}`
	schema := official.SARIF(t)
	assert.NoError(t, schema.Validate(t, []byte(good)))
	for was, is := range map[string]string{`"2.1.0"`: `"2.0.0"`, `"note"`: `"bad"`, `"startLine": 1`: `"startLine": 0`, `"uri": "a"`: `"uri": 1`,
		`"level"`: `"levels"`} {
		assert.Error(t, schema.Validate(t, []byte(strings.Replace(good, was, is, 1))), is)
	}
}

// logOf is a report's log as the module of the standard's types reads it.
func logOf(t *testing.T, rep *report.Report) *sarif.Run {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, Write(&out, OfReport(rep)))
	read, err := sarif.FromBytes(out.Bytes())
	require.NoError(t, err)
	require.Len(t, read.Runs, 1)
	return read.Runs[0]
}

func TestLocations(t *testing.T) {
	at := &report.Location{File: "policy/sysa.attls", Line: 9, Column: 3}
	x := report.Expectation{Endpoint: "SYSA/web", Sources: []report.Source{{Key: "role", From: "estate.yaml:7:1"},
		{Key: "port", From: "lpars/a b.yaml:12:7, defaults of SYSA"}},
		Policy: &report.Policy{Matches: []report.PolicyMatch{{From: report.FromPeer, Rule: "r", Location: at}, {From: report.FromVantage, Rule: "r", Location: at},
			{From: report.FromScanner, Location: &report.Location{File: "p", Line: 1}}}}}
	rep := &report.Report{Expectations: []report.Expectation{x}, Run: report.Run{Inputs: []report.Input{{Kind: "estate", Path: "estate.yaml"}}},
		Findings: []report.Finding{{ID: "A", Endpoint: "SYSA/web", Title: "a"}, {ID: "B", Endpoint: "SYSA/web", Title: "b", Location: at},
			{ID: "C", Endpoint: "SYSA/other", Title: "c"}, {ID: "D", Title: "d"}}}
	var got [][]string
	for _, r := range logOf(t, rep).Results {
		var places []string
		for _, l := range append(r.Locations, r.RelatedLocations...) {
			text := *l.PhysicalLocation.ArtifactLocation.URI
			if region := l.PhysicalLocation.Region; region != nil {
				text += fmt.Sprintf(":%d:%d", *region.StartLine, *region.StartColumn)
			}
			if l.Message != nil && l.Message.Text != nil {
				text += " " + *l.Message.Text
			}
			places = append(places, text)
		}
		got = append(got, places)
	}
	assert.Equal(t, [][]string{
		{"lpars/a%20b.yaml:12:7", "policy/sysa.attls:9:3 rule r takes the connection of the peer"},
		{"policy/sysa.attls:9:3", "lpars/a%20b.yaml:12:7 the listener"},
		{"estate.yaml"}, {"estate.yaml"},
	}, got)
}

// A finding keeps its fingerprint when lines move and values change; two of one kind at one endpoint are told apart.
func TestFingerprints(t *testing.T) {
	prints := func(line int, observed string) []string {
		f := report.Finding{ID: "A", Endpoint: "SYSA/web", Title: "a", Observed: observed, Location: &report.Location{File: "p", Line: line}}
		other := f
		other.Endpoint = "SYSB/web"
		var out []string
		for _, r := range logOf(t, &report.Report{Findings: []report.Finding{f, f, other}}).Results {
			out = append(out, r.PartialFingerprints["portsealFinding/v1"])
		}
		return out
	}
	first := prints(1, "x")
	assert.Equal(t, first, prints(2, "y"))
	assert.Len(t, map[string]bool{first[0]: true, first[1]: true, first[2]: true}, 3)
}

func TestBaseline(t *testing.T) {
	rep := &report.Report{Digest: "sha256:2", Findings: []report.Finding{
		{ID: "NEW", Endpoint: "e", Title: "t"}, {ID: "OLD", Endpoint: "e", Title: "t"}, {ID: "NEW", Endpoint: "f", Title: "t"},
		{ID: "WORSE", Title: "t", Location: &report.Location{File: "p/q", Line: 1}}, {ID: "DRIFT-SUITE", Endpoint: "e", Title: "t"}}}
	state := func() (out []string) {
		for _, r := range logOf(t, rep).Results {
			if r.BaselineState == nil {
				return nil
			}
			out = append(out, *r.BaselineState)
		}
		return out
	}
	assert.Nil(t, state())
	rep.Drift = &report.Drift{Baseline: report.Baseline{Digest: "sha256:1"}, Changes: []report.Change{{Kind: "finding-opened", Endpoint: "e", What: "NEW"},
		{Kind: "finding-severity-changed", What: "WORSE/p/q"}, {Kind: "finding-closed", Endpoint: "e", What: "GONE"}}}
	assert.Equal(t, []string{"new", "unchanged", "unchanged", "updated", "new"}, state())

	before := logOf(t, &report.Report{Digest: "sha256:1"})
	assert.Equal(t, before.AutomationDetails.GuID, logOf(t, rep).BaselineGuID, "the baseline's own id")
}

func TestInvocation(t *testing.T) {
	rep := sample.Demo()
	rep.Run.Arguments, rep.Run.Estate = []string{"verify", "--keyring=a b=c", "it's.yaml"}, "a/b"
	for verdict, code := range map[report.Verdict]int{report.Pass: 0, report.Fail: 3, report.Incomplete: 4} {
		rep.Summary.Verdict = verdict
		assert.Equal(t, code, *logOf(t, rep).Invocations[0].ExitCode)
	}
	rep.Phase = &report.Phase{Checks: []report.PhaseCheck{{Result: report.CheckOK}}}
	assert.Equal(t, 0, *logOf(t, rep).Invocations[0].ExitCode, "a step of the change night that is done")
	rep.Run.Complete = false
	assert.Equal(t, 4, *logOf(t, rep).Invocations[0].ExitCode)
	call := logOf(t, rep).Invocations[0]
	assert.Equal(t, `portseal verify '--keyring=a b=c' 'it'\''s.yaml'`, *call.CommandLine)
	assert.Equal(t, rep.Run.Arguments, call.Arguments)
	assert.Equal(t, "2026-11-22T03:15:00.000Z", *call.EndTimeUtc)
	assert.Equal(t, "portseal/a%2Fb/20261122T031500Z-1", *logOf(t, rep).AutomationDetails.ID)
	assert.NotEmpty(t, call.ToolExecutionNotifications)
}

// FuzzText puts what a peer chose into every text of a log.
func FuzzText(f *testing.F) {
	f.Add(sample.Attack)
	f.Fuzz(func(t *testing.T, s string) {
		var out bytes.Buffer
		require.NoError(t, Write(&out, Log{Findings: []report.Finding{{ID: "A", Title: s, Detail: s, Observed: s, Remediation: s, References: []string{s},
			Endpoint: s, Waived: &report.Waived{Reason: s}}}}))
		var doc any
		require.NoError(t, json.Unmarshal(out.Bytes(), &doc))
		var visit func(v any)
		visit = func(v any) {
			switch v := v.(type) {
			case map[string]any:
				for _, member := range v {
					visit(member)
				}
			case []any:
				for _, member := range v {
					visit(member)
				}
			case string:
				assert.False(t, strings.ContainsFunc(strings.NewReplacer("\n- ", "", "\n\n", "", "\n"+text.Clean(s), "").Replace(v), text.Unsafe), "%q", v)
			}
		}
		visit(doc)
	})
}

func TestWriteReturnsTheError(t *testing.T) {
	assert.ErrorIs(t, Write(broken{}, lint()), errFull)
}

var errFull = errors.New("disk full")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errFull }
