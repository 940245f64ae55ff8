package syntax

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// plain is a tree without positions, for comparison.
func plain(body []Node) []any {
	var out []any
	for _, n := range body {
		switch n := n.(type) {
		case *Statement:
			out = append(out, []any{"statement", n.Keyword, n.Written, n.Name, n.Extra, n.Comment, n.OpenComment, n.CloseComment, plain(n.Body)})
		case *Attribute:
			var words []string
			for i, w := range n.Words() {
				words = append(words, w.Text, n.Word(i), n.Rest(i))
			}
			out = append(out, []any{"attribute", n.Keyword, n.Written, n.Value, n.Comment, words})
		case *Comment:
			out = append(out, "comment "+n.Text)
		case *Blank:
			out = append(out, "blank")
		}
	}
	return out
}

func parseText(text string) *File {
	f := &File{Path: "p"}
	(&parser{file: f}).parse(text)
	return f
}

func write(t testing.TB, f *File) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Write(&b, f))
	return b.String()
}

// requireRoundTrip: parse, write, parse gives the same tree, and writing it again the same text.
func requireRoundTrip(t testing.TB, f *File) {
	t.Helper()
	text := write(t, f)
	again := parseText(text)
	require.Equal(t, plain(f.Body), plain(again.Body), "written:\n%s", text)
	require.Equal(t, text, write(t, again))
}

func fixtures(t testing.TB) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("testdata/*.attls*")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	out := map[string][]byte{}
	for _, name := range names {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		out[filepath.ToSlash(name)] = data
	}
	return out
}

func TestFixturesRoundTrip(t *testing.T) {
	for name, data := range fixtures(t) {
		t.Run(name, func(t *testing.T) {
			f := Parse(Source{name, data, nil})
			requireRoundTrip(t, f)
		})
	}
}

func TestWriteKeepsComments(t *testing.T) {
	const text = `# head

ttlsrule  A#1  extra # header
# between
{ # open
  LocalPortRange 443   7 # value
	CertificateLabel My  Label # label

  # last
} # close
# tail
`
	assert.Equal(t, `# head

ttlsrule A#1 extra # header
{ # open
  # between
  LocalPortRange   443   7 # value
  CertificateLabel My  Label # label

  # last
} # close
# tail
`, write(t, parseText(text)))
}

func TestWriteWhatWasBuilt(t *testing.T) {
	f := &File{Body: []Node{
		&Comment{Text: "# made"},
		NewStatement("PortGroup", "Ports",
			NewStatement("PortRange", "", NewAttribute("Port", " 443 ", "# https")),
			NewStatement("PortRange", "", NewAttribute("Port", "1-2", ""))),
	}}
	requireRoundTrip(t, f)
	again := parseText(write(t, f))
	assert.Empty(t, again.Problems)
	assert.Len(t, again.Statements("PortGroup")[0].Statements("PortRange"), 2)
}

// TestWriteMakesNoSequenceNumber: a line that by chance ends as one with a sequence number does is written otherwise.
func TestWriteMakesNoSequenceNumber(t *testing.T) {
	f := &File{Body: []Node{&Comment{Text: fmt.Sprintf("%-72s12345678", "# a number:")}}}
	assert.Equal(t, 0, sequenceAt(f.Body[0].(*Comment).Text)-sequenceStart)
	requireRoundTrip(t, f)
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestWriteReportsErrors(t *testing.T) {
	assert.ErrorIs(t, Write(failingWriter{}, parseText("TTLSRule a\n")), os.ErrClosed)
}

func FuzzParse(f *testing.F) {
	for _, data := range fixtures(f) {
		f.Add(data)
	}
	f.Add([]byte("}}#x\nfoo}{ #y\nTTLSRule{ b\n{"))
	f.Add([]byte(strings.Repeat("A {\n", 30)))
	f.Fuzz(func(t *testing.T, data []byte) {
		file := Parse(Source{"p", data, nil})
		for _, p := range file.Problems {
			assert.NotEmpty(t, p.ID)
			assert.GreaterOrEqual(t, p.At.Line, 1)
			assert.GreaterOrEqual(t, p.At.Column, 1)
		}
		requireRoundTrip(t, file)
	})
}

// TestAnyLinesRoundTrip: whatever lines stand in whatever order, what was read of them is written and read back.
func TestAnyLinesRoundTrip(t *testing.T) {
	pieces := []string{"{", "}", "{", "}", "# note", "", "  ", "\t", "A#1", "x{", "y}", "trailing  words", "443", "1-2", "On", "é", "```", "\uFEFF",
		"TTLSRule", "ttlsrule", "TTLSRul", "PortGroup", "PortRange", "Port", "TTLSKeyringParms", "Keyring", "TTLSConfig",
		"CertificateLabel", "TTLSEnvironmentAction", "TTLSEnvironmentAdvancedParms", "Direction", "Nonsense"}
	random := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		var b strings.Builder
		for range random.IntN(40) {
			for range 1 + random.IntN(3) {
				b.WriteString(pieces[random.IntN(len(pieces))] + " ")
			}
			b.WriteString("\n")
		}
		requireRoundTrip(t, parseText(b.String()))
	}
}
