package archtest

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/portseal/portseal"

// goFile is one parsed source file.
type goFile struct {
	path string // from the top of the module, with slashes
	test bool
	*ast.File
}

// folder is a folder of Go files: a package and its tests.
type folder struct {
	dir   string // from the top of the module, with slashes
	files []goFile
}

// tree is the whole repository, read once.
type tree struct {
	root    string
	fset    *token.FileSet
	folders []*folder
	texts   map[string][]byte // every text file, Go or not
}

var repository = sync.OnceValues(func() (*tree, error) {
	t := &tree{root: filepath.Join("..", ".."), fset: token.NewFileSet(), texts: map[string][]byte{}}
	byDir := map[string]*folder{}
	err := filepath.WalkDir(t.root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(t.root, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			if skipDir(rel) {
				return filepath.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if !bytes.ContainsRune(src, 0) {
			t.texts[rel] = src
		}
		if path.Ext(rel) != ".go" {
			return nil
		}
		file, err := parser.ParseFile(t.fset, rel, src, parser.ParseComments)
		if err != nil {
			return err
		}
		dir := path.Dir(rel)
		if byDir[dir] == nil {
			byDir[dir] = &folder{dir: dir}
			t.folders = append(t.folders, byDir[dir])
		}
		byDir[dir].files = append(byDir[dir].files, goFile{path: rel, test: strings.HasSuffix(rel, "_test.go"), File: file})
		return nil
	})
	return t, err
})

// skipDir says which folders hold nothing that was written here.
func skipDir(rel string) bool {
	switch rel {
	case ".git", ".cache", "bin", "dist":
		return true
	}
	return false
}

func load(t *testing.T) *tree {
	t.Helper()
	all, err := repository()
	require.NoError(t, err)
	require.Greater(t, len(all.folders), 5, "the tree was not read")
	return all
}

// code returns the files that are part of a build: neither tests nor programs under testdata, which are run by hand.
func (f *folder) code() []goFile {
	if strings.Contains("/"+f.dir+"/", "/testdata/") {
		return nil
	}
	var out []goFile
	for _, file := range f.files {
		if !file.test {
			out = append(out, file)
		}
	}
	return out
}

// isProgram says whether the folder is a command.
func (f *folder) isProgram() bool { return f.files[0].Name.Name == "main" }

// imports returns the import paths of a file, with the local name of each (its last element when it has none).
func (f goFile) imports() map[string]string {
	out := map[string]string{}
	for _, spec := range f.Imports {
		where, _ := strconv.Unquote(spec.Path.Value) // the parser accepts valid strings only
		out[where] = path.Base(where)
		if spec.Name != nil {
			out[where] = spec.Name.Name
		}
	}
	return out
}

// uses calls found for every PACKAGE.NAME of the file where PACKAGE is an import, with PACKAGE as its import path.
func (f goFile) uses(found func(name string, at token.Pos)) {
	paths := map[string]string{}
	for where, local := range f.imports() {
		paths[local] = where
	}
	ast.Inspect(f.File, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && x.Obj == nil && paths[x.Name] != "" {
				found(paths[x.Name]+"."+sel.Sel.Name, sel.Pos())
			}
		}
		return true
	})
}

// within says whether name is entry or below it, as a/b/c is below a/b.
func within(name, entry string) bool { return name == entry || strings.HasPrefix(name, entry+"/") }
