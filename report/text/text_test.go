package text

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

func TestClean(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "CN=portal, O=Example AG", "CN=portal, O=Example AG"},
		{"letters of other scripts", "CN=Zürich 東京 Ελλάδα", "CN=Zürich 東京 Ελλάδα"},
		{"escape sequence", "a\x1b[31mred", `a\x1b[31mred`},
		{"title sequence", "\x1b]0;pwned\x07", `\x1b]0;pwned\x07`},
		{"line breaks", "a\r\nPASS\tok", `a\r\nPASS\tok`},
		{"delete and backspace", "a\x7fb\x08", `a\x7fb\x08`},
		{"eight-bit CSI", "a\u009b31m", `a\u009b31m`},
		{"bidi override", "exe.\u202egpj", `exe.\u202egpj`},
		{"bidi isolate and marks", "\u2066\u2069\u200e\u200f\u061c", `\u2066\u2069\u200e\u200f\u061c`},
		{"zero width", "pay\u200bpal\u2060\ufeff", `pay\u200bpal\u2060\ufeff`},
		{"line and paragraph separators", "a\u2028b\u2029c\u0085", `a\u2028b\u2029c\u0085`},
		{"no-break space", "a\u00a0b", `a\u00a0b`},
		{"invisible letters", "\u3164\u115f\u2800", `\u3164\u115f\u2800`},
		{"tag characters", "\U000e0041", `\U000e0041`},
		{"variation selector", "a\ufe0f", `a\ufe0f`},
		{"not UTF-8", "a\xff\xc3", `a\xff\xc3`},
		{"replacement character", "a\ufffd", "a\ufffd"},
		{"accent in two characters", "e\u0301", "e\u0301"},
		{"leading combining mark", "\u0301a", `\u0301a`},
		{"combining mark after no letter", "O=\u0301", `O=\u0301`},
		{"tower of marks", "a\u0301\u0301\u0301\u0301\u0301", "a\u0301\u0301\u0301\u0301\\u0301"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, Clean(tt.in)) })
	}
}

func TestCut(t *testing.T) {
	tests := []struct {
		in    string
		width int
		want  string
	}{
		{"exactly10c", 10, "exactly10c"},
		{"exactly 11c", 10, "exactly..."},
		{"東京東京東京", 12, "東京東京東京"},
		{"東京東京東京", 11, "東京東京..."},
		{"東京東京東京", 10, "東京東..."},
		{"abc\x1bdef", 8, "abc..."},   // an escape is never cut in two
		{"abcd\x1bdef", 8, "abcd..."}, // nor here
		{"abcd", 3, "..."},
		{"abc", 3, "abc"},
		{"abc", 1, "."},
		{"", 0, ""},
		{"a", 0, ""},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, Cut(tt.in, tt.width), "%q in %d columns", tt.in, tt.width)
	}
	assert.Equal(t, Limit, Width(Clean(strings.Repeat("x", Limit+100))))
}

func TestWrap(t *testing.T) {
	tests := []struct {
		in    string
		width int
		want  []string
	}{
		{"", 10, []string{""}},
		{"one two three", 20, []string{"one two three"}},
		{"one two three", 7, []string{"one two", "three"}},
		{"RC4-LISTENER-OPEN", 10, []string{"RC4-", "LISTENER-", "OPEN"}},
		{"SYSA/agent-tls", 9, []string{"SYSA/", "agent-tls"}},
		{"abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
		{"東京東京", 5, []string{"東京", "東京"}},
		{"東", 1, []string{"東"}},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, Wrap(tt.in, tt.width), "%q in %d columns", tt.in, tt.width)
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"CN=a", "CN=a\x7f", "\x1b[2J", "\u202e\u2066", "a\u0301\u0301\u0301\u0301\u0301\u0301", "\xff", "東京", "🇨🇭🇨🇭"} {
		f.Add(s, 10)
	}
	f.Fuzz(func(t *testing.T, s string, width int) {
		width = min(max(width, 0), 200)
		cleaned := Clean(s)
		assert.True(t, utf8.ValidString(cleaned))
		for _, r := range cleaned {
			assert.False(t, r < 0x20 || (r >= 0x7f && r <= 0x9f) || strings.ContainsRune(
				"\u061c\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff", r), "%q", r)
		}
		assert.Equal(t, cleaned, Clean(cleaned), "cleaning twice changes nothing")
		assert.Equal(t, strings.Join(slices.Collect(pieces(s)), ""), Visible(s), "what is plain takes no other way")
		cut := Cut(s, width)
		assert.LessOrEqual(t, Width(cut), width)
		lines := Wrap(cleaned, max(width, 2))
		for _, line := range lines {
			assert.LessOrEqual(t, Width(line), max(width, 2))
		}
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
		assert.Equal(t, squeeze(cleaned), squeeze(strings.Join(lines, "")))
	})
}
