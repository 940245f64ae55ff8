// Package official holds documents against the schemas that standards bodies publish for them, out of packages that carry these. It is
// for tests.
//
// Limits: a schema says which keys and values may stand where; it does not say that what refers to something finds it.
package official

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest"
)

// Schema is a schema that is ready to be held against documents.
type Schema struct{ compiled *jsonschema.Schema }

// Validate says what of a document the schema forbids.
func (s Schema) Validate(t testing.TB, doc []byte) error {
	t.Helper()
	return s.compiled.Validate(read(t, doc))
}

// SARIF is the schema that OASIS publishes for SARIF 2.1.0 (errata 01).
func SARIF(t testing.TB) Schema {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(folder(t, reflect.TypeFor[sarif.Report]().PkgPath()), "schema.go"), nil, 0)
	require.NoError(t, err)
	var text string
	ast.Inspect(file, func(n ast.Node) bool { // the module has it as a constant of its own
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			text += literal.Value
		}
		return true
	})
	return compile(t, "https://json.schemastore.org/sarif-2.1.0.json", map[string][]byte{
		"https://json.schemastore.org/sarif-2.1.0.json": []byte(strings.Trim(text, "`"))})
}

// CycloneDX is the schema of CycloneDX 1.7, with those that it refers to.
func CycloneDX(t testing.TB) Schema {
	t.Helper()
	const base = "http://cyclonedx.org/schema/"
	dir := filepath.Join(folder(t, reflect.TypeFor[cdx.BOM]().PkgPath()), "schema")
	return compile(t, base+"bom-1.7.schema.json", map[string][]byte{
		base + "bom-1.7.schema.json":           file(t, filepath.Join(dir, "bom-1.7.schema.json")),
		base + "spdx.schema.json":              file(t, filepath.Join(dir, "spdx.schema.json")),
		base + "jsf-0.82.schema.json":          file(t, filepath.Join(dir, "jsf-0.82.schemax.json")),
		base + "cryptography-defs.schema.json": file(t, tlstest.RequireTool(t, "cyclonedx-1.7/cryptography-defs.SNAPSHOT.schema.json")),
	})
}

// OSCAL is NIST's schema of assessment results.
func OSCAL(t testing.TB) Schema {
	t.Helper()
	const url = "http://csrc.nist.gov/ns/oscal/1.2.1/oscal-ar-schema.json"
	return compile(t, url, map[string][]byte{url: file(t, tlstest.RequireTool(t, "oscal-1.2.1/oscal_assessment-results_schema.json"))})
}

// folder is where the source of a package of another module is.
func folder(t testing.TB, pkg string) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", "{{.Dir}}", pkg).Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(out))
}

func file(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return data
}

func read(t testing.TB, doc []byte) any {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
	require.NoError(t, err)
	return value
}

// compile reads schemas, each of which must say that it is what its URL says.
func compile(t testing.TB, url string, schemas map[string][]byte) Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for at, text := range schemas {
		value := read(t, text)
		if id, ok := value.(map[string]any)["$id"]; ok {
			require.Equal(t, at, id)
		}
		require.NoError(t, c.AddResource(at, value))
	}
	compiled, err := c.Compile(url)
	require.NoError(t, err)
	return Schema{compiled}
}
