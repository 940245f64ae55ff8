package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
)

const module = "github.com/portseal/portseal/"

// source is what the schema takes from the text of packages.
type source struct {
	comments  map[string]string     // by import path, type and field, with dots between
	constants map[string][]constant // by package folder, in source order
}

// constant is a string constant.
type constant struct{ name, kind, value string } // kind is the type as written, empty for an untyped one

// readSource parses the Go files of folders, without their subfolders and tests.
func readSource(root string, folders ...string) (*source, error) {
	src := &source{comments: map[string]string{}, constants: map[string][]constant{}}
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
		if err != nil {
			return nil, fmt.Errorf("list %s: %w", folder, err)
		}
		if len(files) == 0 {
			return nil, fmt.Errorf("no Go files in %s: run in report/schema", filepath.Join(root, folder))
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				return nil, fmt.Errorf("read source: %w", err)
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments)
			if err != nil {
				return nil, fmt.Errorf("parse source: %w", err)
			}
			src.add(folder, file)
		}
	}
	return src, nil
}

func (s *source) add(folder string, file *ast.File) {
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range group.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				s.addType(folder, group, spec)
			case *ast.ValueSpec:
				if group.Tok == token.CONST {
					s.addConstants(folder, spec)
				}
			}
		}
	}
}

func (s *source) addType(folder string, group *ast.GenDecl, spec *ast.TypeSpec) {
	key := module + folder + "." + spec.Name.Name
	s.comments[key] = line(spec.Doc, group.Doc)
	fields, ok := spec.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, field := range fields.Fields.List {
		for _, name := range field.Names {
			s.comments[key+"."+name.Name] = line(field.Doc, field.Comment)
		}
	}
}

func (s *source) addConstants(folder string, spec *ast.ValueSpec) {
	kind := ""
	if named, ok := spec.Type.(*ast.Ident); ok {
		kind = named.Name
	}
	for i, value := range spec.Values {
		literal, ok := value.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			continue
		}
		if text, err := strconv.Unquote(literal.Value); err == nil {
			s.constants[folder] = append(s.constants[folder], constant{spec.Names[i].Name, kind, text})
		}
	}
}

// line returns the first comment that says something, as one line.
func line(groups ...*ast.CommentGroup) string {
	for _, group := range groups {
		if text := strings.Join(strings.Fields(group.Text()), " "); text != "" {
			return text
		}
	}
	return ""
}

// comment is the reflector's LookupComment.
func (s *source) comment(t reflect.Type, field string) string {
	key := t.PkgPath() + "." + t.Name()
	if field != "" {
		key += "." + field
	}
	return s.comments[key]
}

// enum returns the values of a folder's constants: those of a type, or untyped ones whose names begin with prefix.
func (s *source) enum(folder, kind, prefix string) ([]any, error) {
	var values []any
	for _, c := range s.constants[folder] {
		if c.kind == kind && strings.HasPrefix(c.name, prefix) {
			values = append(values, c.value)
		}
	}
	if len(values) == 0 {
		return nil, fmt.Errorf("package %s has no constant of type %q with prefix %q", folder, kind, prefix)
	}
	return values, nil
}
