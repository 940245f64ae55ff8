package syntax

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"

	"github.com/portseal/portseal/report"
)

// TestFaultsOfFixture: the faults of broken.attls are those that its marks name, line by line.
func TestFaultsOfFixture(t *testing.T) {
	data, err := os.ReadFile("testdata/broken.attls")
	require.NoError(t, err)
	var want, got []string
	for i, text := range strings.Split(string(data), "\n") {
		if _, ids, ok := strings.Cut(text, "#want:"); ok {
			for id := range strings.SplitSeq(ids, ",") {
				want = append(want, fmt.Sprintf("%d %s", i+1, id))
			}
		}
	}
	for _, p := range Parse(Source{"broken.attls", data, nil}).Problems {
		got = append(got, fmt.Sprintf("%d %s", p.At.Line, p.ID))
		assert.Equal(t, p.Hard, strings.Contains(p.Message, "install no AT-TLS policy"), p.Message)
	}
	slices.Sort(want)
	slices.Sort(got)
	assert.Equal(t, want, got)
}

func TestMessages(t *testing.T) {
	const hard = " (Policy Agent would install no AT-TLS policy at all)"
	for _, c := range []struct{ text, want string }{
		{"TTLSRul A\n{\n}\n", `1:1 ATTLS-SYNTAX-KEYWORD "TTLSRul" is no statement; did you mean TTLSRule?` + hard},
		{"IpAddr A\n{\n  Adr 1.2.3.4\n}\n", `1:1 ATTLS-SYNTAX-REQUIRED IpAddr "A" has no Addr: it must have one` + hard +
			"\n" + `3:3 ATTLS-SYNTAX-KEYWORD "Adr" is no keyword of IpAddr; did you mean Addr?` + hard},
		{"TTLSGroupAction A\n{\n\tTTLSEnabled Onn\n}\n", `3:14 ATTLS-SYNTAX-VALUE TTLSEnabled cannot be "Onn": want On or Off; did you mean On?` + hard},
		{"TTLSGroupAction A\n{\nTTLSEnabled On#c\n}\n", `3:13 ATTLS-SYNTAX-VALUE TTLSEnabled cannot be "On#c": want On or Off; a comment begins after a blank` + hard},
		{"```\n# only one fence\nIpAddr A\n{\nAddr 1.2.3.4\n}", "1:1 ATTLS-SYNTAX-KEYWORD \"```\" is no keyword: " +
			"a line that begins so is a fence of Markdown, but its other one is missing" + hard},
		{"IpAddr A\n{\nAddr=1.2.3.4\n}", `1:1 ATTLS-SYNTAX-REQUIRED IpAddr "A" has no Addr: it must have one` + hard +
			"\n" + `3:1 ATTLS-SYNTAX-KEYWORD "Addr="..., with no blank after the keyword, is no keyword of IpAddr; did you mean Addr?` + hard},
		{"IpAddr A\n{\n Addr 1.2.3.4\n", `1:1 ATTLS-SYNTAX-UNCLOSED IpAddr "A" is still open at the end of the file, line 3: want a line with } for it` + hard},
		{"IpAddr é\n{\n Addr ü x\n}", `3:9 ATTLS-SYNTAX-EXTRA "x" follows the value of Addr and is ignored: want an address, address/prefix, address-address or All`},
		{"TTLSCipherParms A\n{\nHandshakeRole Server\n}", `3:1 ATTLS-SYNTAX-BLOCK HandshakeRole cannot stand in TTLSCipherParms: ` +
			`want it in TTLSEnvironmentAction or TTLSConnectionAction` + hard},
		{"IpAddr A\n{\n{\n}\nAddr 1.2.3.4\n}", `3:1 ATTLS-SYNTAX-BRACE there is no statement before this brace: want a keyword such as TTLSRule, and its name, on the line before` + hard},
		{"", "1:1 ATTLS-SYNTAX-EMPTY there is no statement in this file, so it makes no connection secure: want at least a TTLSRule"},
		{"# only\n\n  # comments\n", "1:1 ATTLS-SYNTAX-EMPTY there is no statement in this file, so it makes no connection secure: want at least a TTLSRule"},
		{"\x00\x01\x02\x03", "1:1 ATTLS-SYNTAX-BINARY binary data, not text: 4 of 4 characters are control characters; " +
			"want a text file in UTF-8, ISO-8859-1, IBM-1047 or IBM-037" + hard},
	} {
		var got []string
		for _, p := range Parse(Source{"p", []byte(c.text), nil}).Problems {
			assert.Equal(t, "p", p.At.File)
			got = append(got, fmt.Sprintf("%d:%d %s %s", p.At.Line, p.At.Column, p.ID, p.Message))
		}
		assert.Equal(t, c.want, strings.Join(got, "\n"), c.text)
	}
}

// A password is in no message, wherever it stands and however it is written.
func TestMessagesHoldNoPassword(t *testing.T) {
	for _, s := range []string{"KeyringPw=sesame", "KeyringPw:sesame x", "KeyringPw sesame", "KeyringPw sesame sesame", "GSK_LDAP_USER_PW \"sesame"} {
		for _, layout := range []string{"%s", "%s\n{\n", "%s\n{\n}\n%[1]s\n{\n}", "TTLSKeyringParms r\n{\n%s\n}", "TTLSKeyringParms r\n{\n} %s\n{%[1]s",
			"TTLSGskLdapParms r\n{\n%s\n{\n}\n}", "TTLSConfig f\n%s\n{"} {
			text := fmt.Sprintf(layout, s)
			for _, p := range Parse(Source{"p", []byte(text), nil}).Problems {
				assert.NotContains(t, p.Message, "sesame", text)
			}
		}
	}
}

func TestTree(t *testing.T) {
	f := Parse(Source{"dir/p", []byte("# é\nttlsrule My#Rule~1 # c\n{\n\tLOCALPORTRANGE 443\t444  # d\n  CertificateLabel A  B c#d #e\n}\n"), nil})
	require.Len(t, f.Body, 2)
	rule := f.Statements("TTLSRule")[0]
	at := func(line, column int) report.Location {
		return report.Location{File: "dir/p", Line: line, Column: column}
	}
	assert.Equal(t, []string{"TTLSRule", "ttlsrule", "My#Rule~1", "# c"}, []string{rule.Keyword, rule.Written, rule.Name, rule.Comment})
	assert.Equal(t, []report.Location{at(2, 1), at(2, 10), at(6, 1)}, []report.Location{rule.Pos(), rule.NameAt, rule.End})
	ports := rule.Attributes("LocalPortRange")[0]
	assert.Equal(t, "LOCALPORTRANGE", ports.Written)
	assert.Equal(t, "443\t444", ports.Value)
	assert.Equal(t, []report.Location{at(4, 2), at(4, 17), at(4, 21)}, []report.Location{ports.Pos(), ports.Words()[0].At, ports.Words()[1].At})
	assert.Equal(t, []report.Location{at(1, 1), at(2, 1)}, []report.Location{f.Body[0].Pos(), f.Body[1].Pos()})
	label := rule.Attributes("CertificateLabel")[0]
	assert.Equal(t, []string{"A  B c#d", "c#d", "", "A", "", "#e"},
		[]string{label.Rest(0), label.Rest(2), label.Rest(3), label.Word(0), label.Word(9), label.Comment})
}

// TestEncodings: however a policy was transferred, the tree is the same, and so are the positions.
func TestEncodings(t *testing.T) {
	data, err := os.ReadFile("testdata/blog.attls")
	require.NoError(t, err)
	want := Parse(Source{"p", data, nil})
	require.Empty(t, want.Problems)
	ebcdic := func(page *charmap.Charmap, end byte, width int) []byte {
		var out []byte
		for line := range strings.Lines(string(data)) {
			line = strings.TrimSuffix(line, "\n")
			line += strings.Repeat(" ", max(0, width-len(line)))
			for _, r := range line {
				b, ok := page.EncodeRune(r)
				require.True(t, ok)
				out = append(out, b)
			}
			if end != 0 {
				out = append(out, end)
			}
		}
		return out
	}
	for name, c := range map[string]struct {
		data     []byte
		encoding string
	}{
		"CRLF":                    {[]byte(strings.ReplaceAll(string(data), "\n", "\r\n")), "UTF-8"},
		"IBM-1047, NL":            {ebcdic(charmap.CodePage1047, 0x15, 0), "IBM-1047"},
		"IBM-1047, fixed records": {ebcdic(charmap.CodePage1047, 0, 80), "IBM-1047"},
		"IBM-037, LF":             {append(ebcdic(charmap.CodePage037, 0x25, 0), 0x7B, 0xBA, 0xBB), "IBM-037"}, // # [ ]
		"a byte that is no UTF-8": {append(slices.Clone(data), "# \xB8\n"...), "ISO-8859-1"},
	} {
		got := Parse(Source{"p", c.data, nil})
		assert.Equal(t, c.encoding, got.Encoding, name)
		assert.Equal(t, want.Body, got.Body[:len(want.Body)], name)
		for _, p := range got.Problems {
			assert.Equal(t, Encoding, p.ID, name)
		}
	}
}

func TestSequenceNumbers(t *testing.T) {
	number := func(text string, n int) string { return fmt.Sprintf("%-72s%08d\n", text, n*100) }
	f := parseText(number("IpAddr A", 1) + number("{", 2) + number("  Addr 1.2.3.4", 3) + number("  # note", 4) + number("}", 5))
	requireIDs(t, f, Sequence, SequenceBrace, SequenceBrace)
	requireIDs(t, parseText(write(t, f)))
	addr := f.Statements("IpAddr")[0].Attributes("Addr")[0]
	assert.Equal(t, "1.2.3.4", addr.Value)
	assert.Equal(t, "# note", f.Statements("IpAddr")[0].Body[1].(*Comment).Text)
	one := parseText("IpAddr A\n{\nAddr 1.2.3.4\n}\n" + number("# a comment", 1))
	requireIDs(t, one)
}

func TestMarkdown(t *testing.T) {
	f := parseText("# Title\n\nText { with } braces.\n\n```jcl\n//JOB\n```\n\n```\nIpAddr A\n{\n  Addr 1.2.3.4\n}\n```\nMore.\n")
	requireIDs(t, f, Fence)
	require.Len(t, f.Body, 1)
	assert.Equal(t, 12, f.Statements("IpAddr")[0].Attributes("Addr")[0].At.Line, "lines count as in the file")
	requireIDs(t, parseText("```\nnothing here\n```\n"), Fence, Empty)
}

func requireIDs(t *testing.T, f *File, want ...string) {
	t.Helper()
	var got []string
	for _, p := range f.Problems {
		got = append(got, p.ID)
	}
	require.Equal(t, want, got)
}

// TestRecovery: what a missing or misplaced brace leaves readable is read.
func TestRecovery(t *testing.T) {
	for text, want := range map[string]string{
		"IpAddr A {\nAddr 1.2.3.4\n}\n":                                      "IpAddr A\n{\n  Addr 1.2.3.4\n}\n",
		"IpAddr A{ Addr 1.2.3.4 }\n":                                         "IpAddr A\n{\n  Addr 1.2.3.4\n}\n",
		"IpAddr A\nAddr 1.2.3.4\nIpAddr B\n{\nAddr 1.2.3.5\n}\n":             "IpAddr A\n{\n  Addr 1.2.3.4\n}\nIpAddr B\n{\n  Addr 1.2.3.5\n}\n",
		"IpAddr A\n{\nAddr 1.2.3.4\nIpAddr B\n{\nAddr 1.2.3.5\n}\n":          "IpAddr A\n{\n  Addr 1.2.3.4\n}\nIpAddr B\n{\n  Addr 1.2.3.5\n}\n",
		"PortGroup A\n{\nPortRange\n{\nPort 1\nPortRange\n{\nPort 2\n}\n}\n": "PortGroup A\n{\n  PortRange\n  {\n    Port 1\n  }\n  PortRange\n  {\n    Port 2\n  }\n}\n",
		"IpAddr A\n}\n": "IpAddr A\n{\n}\n",
	} {
		f := parseText(text)
		assert.Equal(t, want, write(t, f), text)
		assert.True(t, slices.ContainsFunc(f.Problems, func(p Problem) bool { return p.Hard }), text)
	}
}

// TestLimits: input of absurd shape is refused in words, keeps its bounds, and can still be written.
func TestLimits(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"nested deeply":    {strings.Repeat("X a\n{\n", 100_000), []string{Depth, Unclosed}},
		"braces on a line": {strings.Repeat("{", 1<<20), []string{LongLine, Brace, Depth}},
		"a long line":      {"X " + strings.Repeat("y ", 1<<19), []string{Unknown, LongLine}},
		"a long keyword":   {strings.Repeat("x", 1<<20), []string{Unknown, LongLine}},
		"a line of hashes": {strings.Repeat("{", 1<<19) + strings.Repeat("x#", 1<<18), []string{LongLine, Brace}},
		"all wrong":        {strings.Repeat("}\n", 100_000), []string{Brace, More}},
	} {
		t.Run(name, func(t *testing.T) {
			f := parseText(c.text)
			ids := map[string]bool{}
			for _, p := range f.Problems {
				ids[p.ID] = true
				assert.Less(t, len(p.Message), 600)
			}
			for _, id := range c.want {
				assert.True(t, ids[id], "no %s", id)
			}
			assert.LessOrEqual(t, len(f.Problems), maxProblems+1)
			requireRoundTrip(t, f)
		})
	}
}

// BenchmarkParse reads a policy of 10 MB, with as many rules and as little text in each as real ones.
func BenchmarkParse(b *testing.B) {
	data, err := os.ReadFile("testdata/blog.attls")
	require.NoError(b, err)
	big := []byte(strings.Repeat(string(data), 10<<20/len(data)+1))
	b.SetBytes(int64(len(big)))
	b.ReportAllocs()
	for b.Loop() {
		if f := Parse(Source{"big", big, nil}); len(f.Problems) != 0 {
			b.Fatal(f.Problems[0])
		}
	}
}

// One word asked for is what all of them together are.
func TestWords(t *testing.T) {
	for _, value := range []string{"", "a", "a b", "A\u00a0 B\tc#d", "\ufeffé  日本 x", strings.Repeat("w ", 2*maxWords)} {
		a := NewAttribute("CertificateLabel", value, "")
		a.Place(report.Location{File: "p", Line: 3, Column: 2}, report.Location{File: "p", Line: 3, Column: 19})
		all := a.Words()
		for i, w := range all {
			assert.Equal(t, w.Text, a.Word(i))
			assert.True(t, strings.HasPrefix(a.Rest(i), w.Text))
			before := strings.TrimSuffix(a.Value, a.Rest(i))
			assert.Equal(t, report.Location{File: "p", Line: 3, Column: 19 + utf8.RuneCountInString(before)}, w.At)
		}
		assert.LessOrEqual(t, len(all), maxWords)
		assert.Empty(t, a.Word(2*maxWords))
		assert.Empty(t, a.Rest(2*maxWords))
		assert.Empty(t, a.Word(-1))
		assert.Equal(t, a.Value == "", len(all) == 0)
	}
}
