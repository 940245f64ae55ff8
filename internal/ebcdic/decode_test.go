package ebcdic

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
)

// encode writes text in a code page; "\n" becomes the given bytes.
func encode(t testing.TB, page *charmap.Charmap, text, lineEnd string) []byte {
	t.Helper()
	var out []byte
	for _, r := range text {
		if r == '\n' {
			out = append(out, lineEnd...)
			continue
		}
		b, ok := page.EncodeRune(r)
		require.True(t, ok, "%q is not in the code page", r)
		out = append(out, b)
	}
	return out
}

func TestDecode(t *testing.T) {
	const policy = "TTLSRule A#1\n{\n  LocalPortRange 443 # ^!|~@$\n}\n"
	const brackets = "# [ports] a|b\nTTLSRule A\n"
	p1047, p037 := charmap.CodePage1047, charmap.CodePage037
	var records strings.Builder
	for line := range strings.SplitSeq(strings.TrimSuffix(policy, "\n"), "\n") {
		records.WriteString(line + strings.Repeat(" ", 80-len(line)))
	}
	for name, c := range map[string]struct {
		data     []byte
		text     string
		encoding string
	}{
		"empty":                      {nil, "", UTF8},
		"UTF-8":                      {[]byte(policy), policy, UTF8},
		"UTF-8, accents":             {[]byte("# é\n"), "# é\n", UTF8},
		"byte order mark":            {[]byte("\uFEFF" + policy), policy, UTF8},
		"mark, then bytes":           {[]byte("\uFEFF# \xB8\n"), "# ¸\n", ISO88591},
		"UTF-16, little end first":   {[]byte("\xFF\xFEA\x00\r\x00\n\x00"), "A\n", UTF16},
		"UTF-16, big end first":      {[]byte("\xFE\xFF\x00A\x00\n"), "A\n", UTF16},
		"CRLF":                       {[]byte("a\r\nb\r\n"), "a\nb\n", UTF8},
		"CRLF, converted twice":      {[]byte("a\r\r\nb"), "a\nb", UTF8},
		"CR":                         {[]byte("a\rb\r"), "a\nb\n", UTF8},
		"CR within LF lines":         {[]byte("a\rb\n"), "a\rb\n", UTF8},
		"NEL as U+0085":              {[]byte("a\u0085b\u0085"), "a\nb\n", UTF8},
		"NEL as 0x85":                {[]byte("a\x85b\x85"), "a\nb\n", ISO88591},
		"0x85 within LF lines":       {[]byte("# wait\x85\nx\n"), "# wait\u0085\nx\n", ISO88591},
		"raw byte in a comment":      {[]byte("# \xB8 x\nA\n"), "# ¸ x\nA\n", ISO88591},
		"DOS end of file":            {[]byte("a\r\n\x1A"), "a\n", UTF8},
		"IBM-1047, NL":               {encode(t, p1047, policy, "\x15"), policy, IBM1047},
		"IBM-1047, LF":               {encode(t, p1047, policy, "\x25"), policy, IBM1047},
		"IBM-1047, NL and LF":        {append(encode(t, p1047, policy, "\x15"), encode(t, p1047, policy, "\x25")...), policy + policy, IBM1047},
		"IBM-1047, CR LF":            {encode(t, p1047, policy, "\x0D\x25"), policy, IBM1047},
		"IBM-1047, brackets":         {encode(t, p1047, brackets, "\x15"), brackets, IBM1047},
		"IBM-037, brackets":          {encode(t, p037, brackets, "\x25"), brackets, IBM037},
		"IBM-037, circumflex":        {encode(t, p037, "TTLSRule a^b\n", "\x25"), "TTLSRule a^b\n", IBM037},
		"no evidence":                {encode(t, p037, "TTLSRule ab\n", "\x15"), "TTLSRule ab\n", IBM1047},
		"fixed records, EBCDIC":      {encode(t, p1047, records.String(), ""), policy, IBM1047},
		"fixed records, ASCII":       {[]byte(records.String()), policy, UTF8},
		"80 columns, without blanks": {[]byte(strings.Repeat("x", 160)), strings.Repeat("x", 160), UTF8},
	} {
		t.Run(name, func(t *testing.T) {
			text, encoding, err := Decode(c.data)
			require.NoError(t, err)
			assert.Equal(t, c.text, text)
			assert.Equal(t, c.encoding, encoding)
		})
	}
}

// TestCodePagesDiffer holds what the choice rests on: where the two code pages differ, and that line ends do not.
func TestCodePagesDiffer(t *testing.T) {
	var differ []byte
	for i := range 256 {
		if b := byte(i); charmap.CodePage1047.DecodeByte(b) != charmap.CodePage037.DecodeByte(b) {
			differ = append(differ, b)
		}
	}
	assert.Equal(t, []byte{0x5F, 0xAD, 0xB0, 0xBA, 0xBB, 0xBD}, differ)
}

func TestDecodeRefusesBinary(t *testing.T) {
	for name, data := range map[string]string{
		"ELF":        "\x7FELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00\x3E\x00",
		"gzip":       "\x1F\x8B\x08\x00\x01\x02\x03\x04\x00\x03\xCB\x48\xCD\xC9\xC9\x57",
		"EBCDIC NUL": strings.Repeat("\xC1\x00", 40),
	} {
		_, _, err := Decode([]byte(data))
		assert.ErrorContains(t, err, "binary data, not text", name)
		assert.ErrorContains(t, err, "want a text file", name)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("TTLSRule A\r\n{\r\n}\r\n"))
	f.Add([]byte("\xFF\xFEA\x00"))
	f.Add([]byte("# \xB8\x85"))
	f.Add(encode(f, charmap.CodePage1047, "TTLSRule A\n{\n}\n", "\x15"))
	f.Add(encode(f, charmap.CodePage037, strings.Repeat("Port [1]  ", 16), ""))
	f.Fuzz(func(t *testing.T, data []byte) {
		text, encoding, err := Decode(data)
		if err != nil {
			assert.Empty(t, text)
			return
		}
		assert.True(t, utf8.ValidString(text))
		assert.Contains(t, []string{UTF8, UTF16, ISO88591, IBM1047, IBM037}, encoding)
		assert.NotContains(t, text, "\r\n")
		if encoding != UTF16 {
			assert.LessOrEqual(t, utf8.RuneCountInString(text), len(data)+len(data)/80, "no character is invented")
		}
	})
}
