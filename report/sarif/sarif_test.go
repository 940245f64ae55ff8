package sarif

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/official"
	"github.com/portseal/portseal/report/internal/sample"
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
		"none": {Tool: report.Tool{Name: "portseal"}}} {
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

func TestWriteReturnsTheError(t *testing.T) {
	assert.ErrorIs(t, Write(broken{}, lint()), errFull)
}

var errFull = errors.New("disk full")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errFull }
