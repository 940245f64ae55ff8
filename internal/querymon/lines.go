package querymon

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/report"
)

// line is one line of a file, in characters: columns count these.
type line struct {
	number int
	text   []rune
}

// at is the position of a character, counted from 0.
func (l line) at(path string, i int) report.Location {
	return report.Location{File: path, Line: l.number, Column: i + 1}
}

// Where a card's sequence number stands, and how long it is.
const (
	sequenceColumn = 72
	sequenceLength = 8
)

// split makes lines, without trailing blanks and sequence numbers.
func split(text string) []line {
	var out []line
	number := 0
	for one := range strings.Lines(text) {
		number++
		l := line{number, trimRight([]rune(one))}
		if numbered(l.text) {
			l.text = trimRight(l.text[:sequenceColumn])
		}
		out = append(out, l)
	}
	return out
}

func trimRight(text []rune) []rune {
	for len(text) > 0 && isBlank(text[len(text)-1]) {
		text = text[:len(text)-1]
	}
	return text
}

func isBlank(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == 0 }

// numbered says whether columns 73 to 80 hold a sequence number and nothing else is there.
func numbered(text []rune) bool {
	if len(text) != sequenceColumn+sequenceLength || text[sequenceColumn-1] != ' ' {
		return false
	}
	for _, r := range text[sequenceColumn:] {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}

// firstAfter returns the index of the first character from i on that is no blank, or the line's length.
func (l line) firstAfter(i int) int {
	for i < len(l.text) && isBlank(l.text[i]) {
		i++
	}
	return i
}

func (l line) has(i int, prefix string) bool {
	return strings.HasPrefix(string(l.text[i:min(len(l.text), i+len(prefix))]), prefix)
}

func duplicate(name string, first int) string {
	return fmt.Sprintf("%s was set in line %d before; want it once, since which one counts is not documented", name, first)
}
