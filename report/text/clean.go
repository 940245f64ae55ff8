// Package text makes strings from peers (names in certificates, banners, alerts) safe for what they are written into.
//
// Clean turns whatever could move the cursor, change colours, reorder or hide text into visible escapes; Width, Cut and
// Wrap measure in terminal columns, not in bytes or runes. Visible is the same at any length; CSV, Markdown, MarkdownCode and XML
// do what their formats need besides. Count, Minute and Took write numbers, times and durations for people, the same in every format.
//
// Limits: letters of right-to-left scripts are shown as they are, so a terminal may still reorder the words of a line
// that holds them; look-alike letters are not told apart. Columns are counted for terminals that show characters of
// ambiguous width in one column.
package text

import (
	"fmt"
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// Limit is the most columns that Clean returns: longer text ends with an ellipsis. The whole text is in the JSON report.
const Limit = 4096

// Ellipsis ends text that was cut. It is ASCII, so that every terminal and code page shows it.
const Ellipsis = "..."

// maxCombining is how many combining marks may follow a letter. The longest stacks of living scripts have three.
const maxCombining = 4

// Clean makes s safe for one line of a terminal: control characters, bidi controls, invisible characters, separators and
// bytes that are not UTF-8 become visible escapes such as \x1b, \u202e or \n. Clean text is never changed again.
func Clean(s string) string { return Cut(s, Limit) }

// Cut is Clean with a limit of its own: the result is at most width columns wide, and ends with Ellipsis when something
// was left out. A width too small for the ellipsis holds as many of its dots as fit.
func Cut(s string, width int) string {
	if width <= len(Ellipsis) {
		if cleaned := Cut(s, len(Ellipsis)+1); Width(cleaned) <= width {
			return cleaned
		}
		return Ellipsis[:max(width, 0)]
	}
	if len(s) <= width && plain(s) {
		return s
	}
	var out strings.Builder
	fit, used := 0, 0
	for piece := range pieces(s) {
		w := Width(piece)
		if used+w > width {
			return out.String()[:fit] + Ellipsis
		}
		out.WriteString(piece)
		if used += w; used <= width-len(Ellipsis) {
			fit = out.Len()
		}
	}
	return out.String()
}

// Visible is Clean without a limit, for what is no terminal.
func Visible(s string) string {
	if plain(s) {
		return s
	}
	var out strings.Builder
	out.Grow(len(s))
	for piece := range pieces(s) {
		out.WriteString(piece)
	}
	return out.String()
}

// plain says that s is ASCII that prints: safe as it is, a column a byte. Nearly all text of a report is.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// pieces are the characters of s, with the escapes in the place of what is not safe.
func pieces(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		marks := maxCombining // a mark that comes first, or after no letter, would sit on what is not its own
		for rest := s; rest != ""; {
			r, size := utf8.DecodeRuneInString(rest)
			piece := rest[:size]
			if unicode.In(r, unicode.Mn, unicode.Me) {
				marks++
			} else if marks = 0; !unicode.IsLetter(r) {
				marks = maxCombining
			}
			if invalid := r == utf8.RuneError && size == 1; invalid || Unsafe(r) || marks > maxCombining {
				piece = escape(r, rest[0], invalid)
			}
			rest = rest[size:]
			if !yield(piece) {
				return
			}
		}
	}
}

// Unsafe says whether a rune must not reach a terminal as it is: it does not print, or prints nothing.
func Unsafe(r rune) bool { return !unicode.IsPrint(r) || unicode.Is(invisible, r) }

// invisible lists the runes that Unicode counts as printing and that show nothing, or change how their neighbours show
// (Default_Ignorable_Code_Point of Unicode's DerivedCoreProperties.txt without what is no letter or mark, and U+2800).
var invisible = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x034F, Hi: 0x034F, Stride: 1}, // combining grapheme joiner
		{Lo: 0x115F, Hi: 0x1160, Stride: 1}, // Hangul fillers
		{Lo: 0x17B4, Hi: 0x17B5, Stride: 1}, // Khmer inherent vowels
		{Lo: 0x180B, Hi: 0x180F, Stride: 1}, // Mongolian variation selectors
		{Lo: 0x2800, Hi: 0x2800, Stride: 1}, // Braille blank
		{Lo: 0x3164, Hi: 0x3164, Stride: 1}, // Hangul filler
		{Lo: 0xFE00, Hi: 0xFE0F, Stride: 1}, // variation selectors
		{Lo: 0xFFA0, Hi: 0xFFA0, Stride: 1}, // halfwidth Hangul filler
	},
	R32: []unicode.Range32{{Lo: 0xE0000, Hi: 0xE0FFF, Stride: 1}}, // tags and variation selectors
}

func escape(r rune, first byte, invalid bool) string {
	switch {
	case invalid:
		return fmt.Sprintf(`\x%02x`, first)
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r < 0x80:
		return fmt.Sprintf(`\x%02x`, r)
	case r <= 0xFFFF:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}

// Width returns how many columns of a terminal s takes.
func Width(s string) int { return displaywidth.String(s) }
