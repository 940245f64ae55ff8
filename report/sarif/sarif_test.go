package sarif

import (
	"bytes"
	"errors"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/report"
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
			require.NoError(t, valid(t, out.Bytes()))
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

// valid holds a log against the schema of the standard.
func valid(t *testing.T, doc []byte) error {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	require.NoError(t, c.AddResource("sarif.json", standard(t)))
	schema, err := c.Compile("sarif.json")
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
	require.NoError(t, err)
	return schema.Validate(value)
}

// standard is the schema that OASIS publishes (errata 01), out of the source of the module that carries it, which has it as
// a constant of its own.
func standard(t *testing.T) any {
	t.Helper()
	folder, err := exec.Command("go", "list", "-f", "{{.Dir}}", reflect.TypeFor[sarif.Report]().PkgPath()).Output()
	require.NoError(t, err)
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(folder)), "schema.go"), nil, 0)
	require.NoError(t, err)
	var text string
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			text += literal.Value
		}
		return true
	})
	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(strings.Trim(text, "`")))
	require.NoError(t, err)
	return schema
}

// The check itself can fail.
func TestValidRefuses(t *testing.T) {
	const good = `{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"message": {"text": "x"}, "level": "note",
		"locations": [{"physicalLocation": {"artifactLocation": {"uri": "a"}, "region": {"startLine": 1}}}]}]}]}`
	assert.NoError(t, valid(t, []byte(good)))
	for was, is := range map[string]string{`"2.1.0"`: `"2.0.0"`, `"note"`: `"bad"`, `"startLine": 1`: `"startLine": 0`, `"uri": "a"`: `"uri": 1`,
		`"level"`: `"levels"`} {
		assert.Error(t, valid(t, []byte(strings.Replace(good, was, is, 1))), is)
	}
}

func TestWriteReturnsTheError(t *testing.T) {
	assert.ErrorIs(t, Write(broken{}, lint()), errFull)
}

var errFull = errors.New("disk full")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errFull }
