package syntax

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/portseal/portseal/report"
)

// line is one line of the text without its line end.
type line struct {
	number   int
	text     string
	sequence string // what stood in columns 73 to 80, which are cut off the text
}

// blank is what separates words. A byte order mark within a text shows nowhere, and means nothing.
func blank(r rune) bool {
	if r > ' ' && r < 0x7F {
		return false
	}
	return unicode.IsSpace(r) || r == '\uFEFF'
}

func blankOrBrace(r rune) bool { return r == '{' || r == '}' || blank(r) }

// at is the position of an offset in octets.
func (l line) at(file string, offset int) report.Location {
	return report.Location{File: file, Line: l.number, Column: 1 + utf8.RuneCountInString(l.text[:offset])}
}

// comment is where the comment of a line begins, or the length of the line. A '#' begins one at the start of the line and
// after a blank or brace; elsewhere it is part of a name.
func (l line) comment() int {
	for i := 0; ; i++ {
		n := strings.IndexByte(l.text[i:], '#')
		if n < 0 {
			return len(l.text)
		}
		i += n
		if before, _ := utf8.DecodeLastRuneInString(l.text[:i]); i == 0 || blankOrBrace(before) {
			return i
		}
	}
}

// trim is the part of text[from:to] without blanks at its ends, and where it begins.
func trim(text string, from, to int) (start, end int) {
	part := strings.TrimRightFunc(text[from:to], blank)
	return from + len(part) - len(strings.TrimLeftFunc(part, blank)), from + len(part)
}

// maxWords is how many words of a line get a position; no statement has near as many.
const maxWords = 1000

// words splits text that begins at a position.
func words(text string, at report.Location) []Word {
	var out []Word
	for i := 0; i < len(text) && len(out) < maxWords; {
		r, size := utf8.DecodeRuneInString(text[i:])
		if blank(r) {
			i += size
			at.Column++
			continue
		}
		end := wordEnd(text, i)
		out = append(out, Word{Text: text[i:end], At: at})
		at.Column += utf8.RuneCountInString(text[i:end])
		i = end
	}
	return out
}

// wordSpan is where word i begins and ends, counted from 0; both are the end of the text when it has fewer.
func wordSpan(text string, i int) (start, end int) {
	if i < 0 {
		return len(text), len(text)
	}
	for ; i >= 0; i-- {
		start = len(text) - len(strings.TrimLeftFunc(text[end:], blank))
		end = wordEnd(text, start)
	}
	return start, end
}

// wordEnd is where the word ends that begins at an offset.
func wordEnd(text string, from int) int {
	for i := from; i < len(text); {
		r, size := rune(text[i]), 1
		if r > ' ' && r < utf8.RuneSelf {
			i++
			continue
		}
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		if blank(r) {
			return i
		}
		i += size
	}
	return len(text)
}

// firstWord is the first word of a text, which may be empty.
func firstWord(text string) string {
	text = strings.TrimLeftFunc(text, blank)
	return text[:wordEnd(text, 0)]
}
