package archtest

import (
	"go/ast"
	"go/token"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func (f goFile) functions() []*ast.FuncDecl {
	var out []*ast.FuncDecl
	for _, decl := range f.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok {
			out = append(out, fn)
		}
	}
	return out
}

// declarations calls each for every var, const and type of the file's top level.
func (f goFile) declarations(each func(group *ast.GenDecl, spec ast.Spec)) {
	for _, decl := range f.Decls {
		if group, ok := decl.(*ast.GenDecl); ok && group.Tok != token.IMPORT {
			for _, spec := range group.Specs {
				each(group, spec)
			}
		}
	}
}

func TestPackageComments(t *testing.T) {
	for _, f := range load(t).folders {
		var comments []string
		for _, file := range f.files {
			if file.Doc != nil && !file.test {
				comments = append(comments, file.path)
				want := "Package " + file.Name.Name + " "
				if f.isProgram() {
					want = "Command "
				}
				assert.True(t, strings.HasPrefix(file.Doc.Text(), want), "%s: the package comment begins with %q", file.path, want)
			}
		}
		if len(f.code()) > 0 {
			assert.Len(t, comments, 1, "package %s: want one file with a package comment", f.dir)
		}
	}
}

func TestExportsAreDocumented(t *testing.T) {
	all := load(t)
	for _, f := range all.folders {
		if f.isProgram() {
			continue
		}
		for _, file := range f.code() {
			for _, name := range file.undocumented() {
				assert.Fail(t, "no doc comment", "%s: %s", all.fset.Position(name.Pos()), name.Name)
			}
		}
	}
}

// undocumented returns the exported names without a comment. A group's comment speaks for its members; fields and the
// methods of interfaces may speak for themselves.
func (f goFile) undocumented() []*ast.Ident {
	var out []*ast.Ident
	for _, fn := range f.functions() {
		if fn.Name.IsExported() && fn.Doc == nil && (fn.Recv == nil || exportedReceiver(fn)) {
			out = append(out, fn.Name)
		}
	}
	f.declarations(func(group *ast.GenDecl, spec ast.Spec) {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() && s.Doc == nil && s.Comment == nil && (group.Doc == nil || group.Lparen.IsValid()) {
				out = append(out, s.Name)
			}
		case *ast.ValueSpec:
			for _, name := range s.Names {
				if name.IsExported() && s.Doc == nil && s.Comment == nil && group.Doc == nil {
					out = append(out, name)
				}
			}
		}
	})
	return out
}

func exportedReceiver(fn *ast.FuncDecl) bool {
	exported := false
	ast.Inspect(fn.Recv.List[0].Type, func(n ast.Node) bool {
		if name, ok := n.(*ast.Ident); ok {
			exported = exported || name.IsExported()
		}
		_, typeArguments := n.(*ast.IndexExpr)
		return !typeArguments
	})
	return exported
}
