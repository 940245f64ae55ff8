package text

import (
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// breakers are the characters after which a word that is too long may be broken: identifiers here are SYSTEM/LISTENER,
// RC4-LISTENER-OPEN, CN=a,O=b and the like.
const breakers = "-/,_.:;="

// Wrap breaks s, which Clean has been over, into lines of at most width columns: between words where it can, inside a
// word that is wider than a line after a punctuation mark, else anywhere. It always returns a line, and loses nothing but
// the blanks at a break. Only a character wider than width itself makes a wider line.
func Wrap(s string, width int) []string {
	width = max(width, 1)
	var lines []string
	line, used := "", 0
	for word := range strings.FieldsSeq(s) {
		w := Width(word)
		if line != "" && used+1+w <= width {
			line, used = line+" "+word, used+1+w
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for w > width {
			at := breakAt(word, width)
			lines = append(lines, word[:at])
			word = word[at:]
			w = Width(word)
		}
		line, used = word, w
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

// breakAt returns the byte offset, past the first character, at which a word wider than width is to be broken.
func breakAt(word string, width int) int {
	hard, soft, used := 0, 0, 0
	for g := displaywidth.StringGraphemes(word); g.Next(); {
		used += g.Width()
		if used > width && hard > 0 {
			break
		}
		hard += len(g.Value())
		if strings.Contains(breakers, g.Value()) && used <= width && used*3 > width {
			soft = hard
		}
	}
	if soft > 0 {
		return soft
	}
	return hard
}
