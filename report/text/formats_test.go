package text

import (
	"encoding/csv"
	"encoding/xml"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	gmtext "github.com/yuin/goldmark/text"
)

func TestCSV(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"CN=portal, O=Example AG", "CN=portal, O=Example AG"},
		{"=1+1", "'=1+1"},
		{"+49 711", "'+49 711"},
		{"-2", "'-2"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{"  =1", "  '=1"},
		{"＝1", "'＝1"},
		{"＋1", "'＋1"},
		{"－1", "'－1"},
		{"＠A1", "'＠A1"},
		{"\t=1", `\t=1`},
		{"\r=1", `\r=1`},
		{"a;=1;b; @c", "a;'=1;b; '@c"},
		{"a\x1b[31m\u202e", `a\x1b[31m\u202e`},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, CSV(tt.in))
	}
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"=1+1", "\t=1", "a;=1", `"=1`, "\xff=", "\u3000=1", "＝", "\r\n@x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := CSV(s)
		requireVisible(t, got)
		for part := range strings.SplitSeq(got, ";") {
			part = strings.TrimLeftFunc(part, unicode.IsSpace)
			assert.False(t, part != "" && strings.ContainsAny(part[:min(len(part), 3)], formulaStarts) && strings.IndexAny(part, formulaStarts) == 0, "%q", got)
		}
		var file strings.Builder
		w := csv.NewWriter(&file)
		require.NoError(t, w.Write([]string{got, "x"}))
		w.Flush()
		rows, err := csv.NewReader(strings.NewReader(file.String())).ReadAll()
		require.NoError(t, err)
		assert.Equal(t, [][]string{{got, "x"}}, rows)
	})
}

// requireVisible asserts that nothing is left in s that acts instead of showing.
func requireVisible(t *testing.T, s string) {
	t.Helper()
	for _, r := range s {
		if Unsafe(r) {
			t.Fatalf("%q in %q", r, s)
		}
	}
}

func TestXML(t *testing.T) {
	assert.Equal(t, `a\x00b &lt;c&gt; &amp;&#34;&#39; \x1b \ufffe \uffff`, XML("a\x00b <c> &\"' \x1b \ufffe \uffff"))
}

func FuzzXML(f *testing.F) {
	for _, s := range []string{"<a>", "]]>", "&#0;", "\x00", "\xff", "\ufffe", "\U0001f600"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		doc := `<a b="` + XML(s) + `">` + XML(s) + `</a>`
		requireVisible(t, doc)
		var back struct {
			B    string `xml:"b,attr"`
			Text string `xml:",chardata"`
		}
		require.NoError(t, xml.Unmarshal([]byte(doc), &back))
		assert.Equal(t, Visible(s), back.Text)
		assert.Equal(t, Visible(s), back.B)
	})
}

func TestMarkdown(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"no anchor for CN=Example Root CA,O=Example AG", "no anchor for CN=Example Root CA,O=Example AG"},
		{"TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"},
		{"_a_ *b* **c** `d` ~~e~~", "\\_a\\_ \\*b\\* \\*\\*c\\*\\* \\`d\\` \\~\\~e\\~\\~"},
		{"a|b \\| c", "a&#124;b \\\\&#124; c"},
		{"<script>alert(1)</script>", "\\<script>alert(1)\\</script>"},
		{"[a](javascript:b)", "\\[a\\](javascript:b)"},
		{"![a](b)", "!\\[a\\](b)"},
		{"see https://example.com/ now", "see `https://example.com/` now"},
		{"@octocat and a@b.example", "`@octocat` and `a@b.example`"},
		{"agent-out@SYSB", "agent-out@SYSB"},
		{"fixes #12", "fixes `#12`"},
		{"- a", "\\- a"},
		{"# a", "\\# a"},
		{"1. a", "1\\. a"},
		{"    code", "code"},
		{"a\nb\r\n", `a\\nb\\r\\n`},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, Markdown(tt.in))
	}
	assert.Equal(t, "``a`b``&#124;`  c  `", MarkdownCode("a`b| c "))
	assert.Equal(t, "`` `a ``", MarkdownCode("`a"))
	assert.Empty(t, MarkdownCode(""))
}

func FuzzMarkdown(f *testing.F) {
	for _, s := range []string{"a|b", `\|`, "`", "``", "<b>", "&amp;", "[x](y)", "http://a", "www.a.b", "a@b.c", "- a", "1) a", "***", "$x$", "=", ":-", "#", "a  ", "|-|",
		"\\`a|`", "`a` |", "\xff\x1b", "_a_b_", "a_ _b", "<!--", "ftp://x", " x ", "~a~", "[^1]", "[ ] a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		prose, code := Markdown(s), MarkdownCode(s)
		requireVisible(t, prose+code)
		assert.NotContains(t, prose+code, "|")
		want := strings.TrimFunc(Visible(s), unicode.IsSpace)
		assert.Equal(t, squeeze(want), shown(t, prose+"\n", 0), "a paragraph")
		assert.Equal(t, squeeze("a: "+want), shown(t, "- a: "+prose+"\n", 0), "an item")
		assert.Equal(t, squeeze("a: "+want), shown(t, "### a: "+prose+"\n", 0), "a heading")
		assert.Equal(t, squeeze("hi"+want+Visible(s)+"x"), shown(t, "| h | i |\n|---|---|\n| "+prose+" | "+code+"x |\n", 4), "a table")
	})
}

// squeeze takes out the blanks, which Markdown does not keep all.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// shown returns what a reader of a document sees, in which nothing but text and so many cells may be.
func shown(t *testing.T, document string, cells int) string {
	t.Helper()
	source := []byte(document)
	var out strings.Builder
	count := 0
	tree := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote)).Parser().Parse(gmtext.NewReader(source))
	require.NoError(t, ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Document, *ast.Paragraph, *ast.TextBlock, *ast.List, *ast.ListItem, *ast.Heading, *ast.CodeSpan, *east.Table, *east.TableHeader, *east.TableRow:
		case *east.TableCell:
			count++
		case *ast.Text:
			value := string(n.Value(source))
			if _, isCode := n.Parent().(*ast.CodeSpan); !isCode {
				value = unescaped(value)
			}
			out.WriteString(value)
		default:
			t.Fatalf("%q has a %s", document, n.Kind())
		}
		return ast.WalkContinue, nil
	}))
	assert.Equal(t, cells, count, document)
	return squeeze(out.String())
}

// unescaped undoes what the parser leaves to its renderer.
func unescaped(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", s[i+1]) >= 0 {
			i++
		} else if strings.HasPrefix(s[i:], "&#124;") {
			out.WriteByte('|')
			i += len("&#124;") - 1
			continue
		}
		out.WriteByte(s[i])
	}
	return out.String()
}
