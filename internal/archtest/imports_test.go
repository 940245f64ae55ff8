package archtest

import (
	"fmt"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// rowOf returns the row of a package.
func rowOf(dir string) (row, bool) {
	i := slices.IndexFunc(table, func(r row) bool { return r.dir == dir })
	if i < 0 {
		return row{}, false
	}
	return table[i], true
}

// toolOf returns the entry of tools that a folder belongs to.
func toolOf(dir string) (usedBy string, isTool bool) {
	for _, tool := range tools {
		if within(dir, tool.dir) {
			return tool.usedBy, true
		}
	}
	return "", false
}

// anyWithin says whether name is, or is below, one of the entries of a list.
func anyWithin(name, list string) bool {
	return slices.ContainsFunc(strings.Fields(list), func(entry string) bool { return within(name, entry) })
}

// forbids says whether a list of imports and PACKAGE.NAMEs holds name or what it is below.
func forbids(list, name string) bool {
	isAddress := name == "net/netip" || strings.HasPrefix(name, "net/netip.")
	return !isAddress && anyWithin(name, list)
}

func TestTableAndPackagesAgree(t *testing.T) {
	have := map[string]bool{}
	for _, f := range load(t).folders {
		if len(f.code()) == 0 {
			continue
		}
		have[f.dir] = true
		_, inTable := rowOf(f.dir)
		_, isTool := toolOf(f.dir)
		assert.True(t, inTable != isTool, "package %s: want one row in table_test.go, in table or in tools", f.dir)
	}
	for _, r := range table {
		assert.True(t, have[r.dir], "table_test.go: the row %s names no package", r.dir)
		assert.NotEmpty(t, r.why, "table_test.go: the row %s has no reason", r.dir)
	}
}

func TestImports(t *testing.T) {
	for _, f := range load(t).folders {
		r, inTable := rowOf(f.dir)
		for _, file := range f.code() {
			for name := range file.imports() {
				if ours, ok := strings.CutPrefix(name, module+"/"); ok {
					assert.Empty(t, importFault(f.dir, ours), "%s", file.path)
				}
				assert.False(t, inTable && forbids(r.never, name), "%s: package %s must not import %s: %s", file.path, f.dir, name, r.why)
			}
		}
	}
}

// importFault says what is wrong with one package of ours importing another; empty when nothing is.
func importFault(from, to string) string {
	if usedBy, isTool := toolOf(to); isTool && !anyWithin(from, usedBy) {
		return fmt.Sprintf("%s must not import %s: it is there for tests and generators", from, to)
	}
	r, inTable := rowOf(from)
	if _, isTool := toolOf(to); isTool || !inTable || r.may == "*" || slices.Contains(strings.Fields(r.may), to) {
		return ""
	}
	return fmt.Sprintf("%s must not import %s (it may import: %s): %s", from, to, r.may, r.why)
}

func TestNames(t *testing.T) {
	all := load(t)
	for _, f := range all.folders {
		r, inTable := rowOf(f.dir)
		for _, file := range f.code() {
			file.uses(func(name string, at token.Pos) {
				assert.False(t, inTable && forbids(r.never, name), "%s: package %s must not use %s: %s", all.fset.Position(at), f.dir, name, r.why)
			})
		}
	}
}

func TestOnePlace(t *testing.T) {
	all := load(t)
	for _, f := range all.folders {
		for _, file := range f.code() {
			for _, o := range only {
				if anyWithin(f.dir, o.where) || f.isProgram() && !strings.HasPrefix(o.what, "context.") {
					continue
				}
				for name := range file.imports() {
					assert.NotEqual(t, o.what, name, "%s: %s", file.path, o.why)
				}
				file.uses(func(name string, at token.Pos) {
					assert.NotEqual(t, o.what, name, "%s: %s", all.fset.Position(at), o.why)
				})
			}
		}
	}
}

// TestParsersAreFuzzed: what reads bytes or text that others wrote has a fuzz target.
func TestParsersAreFuzzed(t *testing.T) {
	fuzzed := map[string]bool{}
	for _, f := range load(t).folders {
		for _, file := range f.files {
			for _, decl := range file.functions() {
				if file.test && strings.HasPrefix(decl.Name.Name, "Fuzz") {
					fuzzed[path.Clean(f.dir)] = true
				}
			}
		}
	}
	for _, r := range table {
		assert.True(t, !r.parses || fuzzed[r.dir], "package %s reads what others wrote and has no fuzz target", r.dir)
	}
}
