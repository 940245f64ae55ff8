package archtest

import (
	"go/ast"
	"go/token"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestNoInit: what a package offers stands in a list that can be read; nothing registers itself.
func TestNoInit(t *testing.T) {
	all := load(t)
	for _, f := range all.folders {
		for _, file := range f.code() {
			for _, fn := range file.functions() {
				assert.False(t, fn.Recv == nil && fn.Name.Name == "init", "%s: init functions are not used here", all.fset.Position(fn.Pos()))
			}
			for name, local := range file.imports() {
				registers := local == "_" && strings.Contains(name, ".") // the standard library's hashes may
				assert.False(t, registers, "%s: blank import of %s: what registers itself is not seen", file.path, name)
			}
		}
	}
}

// TestNoMutableState: a package variable is an error value, or a table that nothing changes. Two scans in one process
// must be able to differ.
func TestNoMutableState(t *testing.T) {
	all := load(t)
	for _, f := range all.folders {
		if _, isTool := toolOf(f.dir); isTool {
			continue
		}
		vars := map[string]bool{}
		for _, file := range f.code() {
			file.declarations(func(group *ast.GenDecl, spec ast.Spec) {
				value, ok := spec.(*ast.ValueSpec)
				if !ok || group.Tok != token.VAR {
					return
				}
				for i, name := range value.Names {
					vars[name.Name] = name.Name != "_"
					fault := variableFault(group, value, i)
					assert.Empty(t, fault, "%s: %s", all.fset.Position(name.Pos()), name.Name)
				}
			})
		}
		for _, file := range f.code() {
			file.writes(vars, func(name *ast.Ident) {
				assert.Fail(t, "a package variable is changed", "%s: %s", all.fset.Position(name.Pos()), name.Name)
			})
		}
	}
}

// variableFault says what is wrong with the i-th name of a declaration; empty when nothing is. Whether a table is ever
// changed is another question: see writes.
func variableFault(group *ast.GenDecl, value *ast.ValueSpec, i int) string {
	name := value.Names[i]
	embedded := group.Doc != nil && strings.Contains(comments(group.Doc), "//go:embed") ||
		value.Doc != nil && strings.Contains(comments(value.Doc), "//go:embed")
	switch {
	case name.Name == "_" || embedded || strings.HasPrefix(name.Name, "Err"):
		return ""
	case name.IsExported():
		return "an exported variable that is no error: anyone could change it; make it a function"
	case len(value.Values) == 0:
		return "a package variable without a value can only be there to be changed"
	case len(value.Values) > i && stateful(value.Type, value.Values[i]):
		return "locks, pools and atomics are state; put them into a value that a caller makes"
	}
	return ""
}

// comments returns a group's text with its directives, which CommentGroup.Text leaves out.
func comments(g *ast.CommentGroup) string {
	var b strings.Builder
	for _, c := range g.List {
		b.WriteString(c.Text + "\n")
	}
	return b.String()
}

// stateful says whether a type, or the type of a literal, comes from sync or sync/atomic, or is a channel.
func stateful(exprs ...ast.Expr) bool {
	found := false
	for _, e := range exprs {
		if e == nil {
			continue
		}
		ast.Inspect(e, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.FuncLit:
				return false // runs later; its locals are its own
			case *ast.ChanType:
				found = true
			case *ast.SelectorExpr:
				in, ok := x.X.(*ast.Ident)
				found = found || ok && (in.Name == "atomic" || in.Name == "sync" && !strings.HasPrefix(x.Sel.Name, "Once"))
			}
			return true
		})
	}
	return found
}

// writes calls found for every assignment to, and every address taken of, a package variable.
func (f goFile) writes(vars map[string]bool, found func(*ast.Ident)) {
	check := func(e ast.Expr) {
		name := rootOf(e)
		if name == nil || !vars[name.Name] {
			return
		}
		// The parser resolves names within a file: one that it leaves open is another file's, or another package.
		if name.Obj == nil || f.Scope.Lookup(name.Name) == name.Obj {
			found(name)
		}
	}
	for _, fn := range f.functions() {
		ast.Inspect(fn, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.AssignStmt:
				for _, e := range x.Lhs {
					if x.Tok != token.DEFINE {
						check(e)
					}
				}
			case *ast.IncDecStmt:
				check(x.X)
			case *ast.UnaryExpr:
				if x.Op == token.AND {
					check(x.X)
				}
			case *ast.CallExpr:
				if name, ok := x.Fun.(*ast.Ident); ok && len(x.Args) > 0 && (name.Name == "delete" || name.Name == "clear") {
					check(x.Args[0])
				}
			}
			return true
		})
	}
}

// rootOf returns the variable that an expression such as v, v[i].f or *v reads from.
func rootOf(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.IndexExpr:
			e = x.X
		case *ast.SelectorExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}
