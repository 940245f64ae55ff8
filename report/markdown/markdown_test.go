package markdown

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	gmtext "github.com/yuin/goldmark/text"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/sample"
	"github.com/portseal/portseal/report/text"
)

var update = flag.Bool("update", false, "write the golden files")

func render(t *testing.T, rep *report.Report) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, Write(&out, rep))
	return out.String()
}

func samples() map[string]*report.Report {
	all := sample.All()
	all["full"] = sample.Full()
	return all
}

func TestGolden(t *testing.T) {
	for name, rep := range samples() {
		t.Run(name, func(t *testing.T) {
			got := render(t, rep)
			path := filepath.Join("testdata", name+".md")
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
		})
	}
}

// shape is what a reader makes of a document: its headings, and of each table the number of rows and cells in a row.
type shape struct {
	headings []string
	tables   [][2]int
}

// read parses a document; only what this package writes may be in it.
func read(t *testing.T, document string) shape {
	t.Helper()
	source := []byte(document)
	var s shape
	tree := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote)).Parser().Parse(gmtext.NewReader(source))
	require.NoError(t, ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Document, *ast.Paragraph, *ast.TextBlock, *ast.List, *ast.ListItem, *ast.CodeSpan, *ast.Text, *ast.Emphasis, *east.TableCell:
		case *ast.Heading:
			s.headings = append(s.headings, string(n.Lines().Value(source)))
		case *east.Table:
			s.tables = append(s.tables, [2]int{0, n.FirstChild().ChildCount()})
		case *east.TableHeader, *east.TableRow:
			last := &s.tables[len(s.tables)-1]
			assert.Equal(t, last[1], n.ChildCount())
			last[0]++
		default:
			t.Fatalf("a %s is in %q", n.Kind(), document)
		}
		return ast.WalkContinue, nil
	}))
	return s
}

func TestStructure(t *testing.T) {
	for name, rep := range samples() {
		s := read(t, render(t, rep))
		require.NotEmpty(t, s.headings, name)
		assert.Equal(t, "What this report shows, and what it cannot", s.headings[1], name)
		assert.Contains(t, s.tables, [2]int{1 + len(rep.Endpoints), 11}, "%s: a row for each endpoint", name)
	}
	assert.Equal(t, []string{"FAIL: `demo`", "What this report shows, and what it cannot", "Listeners", "Findings"}, read(t, render(t, sample.Demo())).headings[:4])
}

// Whatever stands in any text of a report, the document has the structure that it has with plain text.
func TestNothingHostileBecomesMarkup(t *testing.T) {
	for _, attack := range []string{sample.Attack, "a|b", "`x` | <script>alert(1)</script>", "[a](http://evil.example/) ![b](c)", "\n# x\n\n| a |\n|---|\n",
		"**x** @octocat #1 https://evil.example/ <!-- ", "- [ ] x", "1. x", "```\n", `\`, "\\|", "``", "&lt;b&gt;", "$$x$$"} {
		plain, hostile := sample.Full(), sample.Full()
		poison(reflect.ValueOf(plain), "word")
		poison(reflect.ValueOf(hostile), attack)
		doc := render(t, hostile)
		for _, r := range strings.ReplaceAll(doc, "\n", "") {
			require.False(t, text.Unsafe(r), "%q", r)
		}
		want, got := read(t, render(t, plain)), read(t, doc)
		assert.Equal(t, want.tables, got.tables, attack)
		assert.Len(t, got.headings, len(want.headings), attack)
	}
}

// poison sets every text of a report.
func poison(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem(), s)
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i), s)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() && v.Type().Field(i).Tag.Get("json") != "-" {
				poison(f, s)
			}
		}
	}
}

func TestWriteFails(t *testing.T) {
	require.Error(t, Write(fails{}, sample.Demo()))
}

type fails struct{}

func (fails) Write([]byte) (int, error) { return 0, errors.New("disk full") }
