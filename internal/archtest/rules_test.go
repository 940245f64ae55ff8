package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The rules themselves can fail: each is shown something that it must refuse.

func parse(t *testing.T, src string) goFile {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\n"+src, parser.ParseComments)
	require.NoError(t, err)
	return goFile{path: "x.go", File: file}
}

func TestImportFaultRefuses(t *testing.T) {
	assert.Contains(t, importFault("cipher", "scan"), "cipher must not import scan")
	assert.Contains(t, importFault("scan", "scan/probes"), "scan must not import scan/probes")
	assert.Contains(t, importFault("cmd/portseal", "internal/tlstest/pki"), "there for tests")
	assert.Empty(t, importFault("scan", "cipher"))
	assert.Empty(t, importFault("cmd/portseal", "internal/run"))
	assert.Empty(t, importFault("internal/demo", "internal/tlstest/pki"))
}

func TestForbids(t *testing.T) {
	assert.True(t, forbids(network+clock, "net"))
	assert.True(t, forbids(network+clock, "net/http"))
	assert.True(t, forbids(network+clock, "time.Now"))
	assert.False(t, forbids(network+clock, "net/netip"))
	assert.False(t, forbids(network+clock, "net/netip.ParseAddr"))
	assert.False(t, forbids(network+clock, "time"))
}

func TestUsesFollowsRenamedImports(t *testing.T) {
	var names []string
	parse(t, `import clk "time"
func f() { var time struct{ Now int }; _ = time.Now; _ = clk.Now() }`).uses(func(name string, _ token.Pos) { names = append(names, name) })
	assert.Equal(t, []string{"time.Now"}, names)
}

func TestUndocumentedFinds(t *testing.T) {
	var names []string
	for _, name := range parse(t, `
// Of a group: does not speak for the types in it.
type (
	A int
	// B is documented.
	B int
)
func C() {}
// D is documented.
func D() {}
func (a *A) E() {}
func (h hidden) F() {}
type hidden int
const G = 1
// A group's comment speaks for its values.
const (
	H = 2
)`).undocumented() {
		names = append(names, name.Name)
	}
	assert.ElementsMatch(t, []string{"A", "C", "E", "G"}, names)
}

func TestMutableStateIsFound(t *testing.T) {
	for src, bad := range map[string]bool{
		`var counter int`:                      true,
		`var Table = map[string]int{}`:         true,
		`var mu = &sync.Mutex{}`:               true,
		`var ErrGone = errors.New("gone")`:     false,
		`var _ I = (*T)(nil)`:                  false,
		`var table = map[string]int{"a": 1}`:   false,
		`var once = sync.OnceValue(build)`:     false,
		"//go:embed schema.json\nvar b []byte": false,
	} {
		parse(t, src).declarations(func(group *ast.GenDecl, spec ast.Spec) {
			assert.Equal(t, bad, variableFault(group, spec.(*ast.ValueSpec), 0) != "", src)
		})
	}
}

func TestWritesAreFound(t *testing.T) {
	var names []string
	parse(t, `var a, b, c, d, e = 1, m{}, 3, s{}, m{}
func f() {
	a = 2
	b["x"] = 3
	c++
	p := &d.field
	delete(e, "x")
	elsewhere.x = 1
}
func g(a int) {
	a = 2
	var b m
	b["x"] = 3
	c := 4
	c++
}`).writes(map[string]bool{"a": true, "b": true, "c": true, "d": true, "e": true, "elsewhere": true}, func(name *ast.Ident) {
		names = append(names, name.Name)
	})
	assert.Equal(t, []string{"a", "b", "c", "d", "e", "elsewhere"}, names)
}
