package pasearch

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/portseal/portseal/report"
)

// line is one line of a listing.
type line struct {
	file   string
	number int
	text   string // without blanks at its end
}

// blanks are what separates on a line. pasearch prints no tabs; an editor may have made some.
const blanks = " \t"

func (l line) at(offset int) report.Location {
	return report.Location{File: l.file, Line: l.number, Column: utf8.RuneCountInString(l.text[:offset]) + 1}
}

// start is the offset of the first character that is not blank.
func (l line) start() int { return len(l.text) - len(strings.TrimLeft(l.text, blanks)) }

// key is what stands before the first colon that a blank or the line's end follows.
func (l line) key() (key string, after int, ok bool) {
	start := l.start()
	for i := start; i < len(l.text); i++ {
		if l.text[i] != ':' || i+1 < len(l.text) && !strings.ContainsRune(blanks, rune(l.text[i+1])) {
			continue
		}
		return l.text[start:i], i + 1, i > start
	}
	return "", 0, false
}

// field reads the line as one "Key: value", whatever else it holds.
func (l line) field() (Field, bool) {
	key, after, ok := l.key()
	if !ok {
		return Field{}, false
	}
	return l.piece(key, l.start(), after, len(l.text)), true
}

// item reads the line as an entry of a list.
func (l line) item() Field { return l.piece("", l.start(), l.start(), len(l.text)) }

// piece makes a field of a key at an offset and the value between two.
func (l line) piece(key string, at, from, to int) Field {
	value := strings.TrimLeft(l.text[from:to], blanks)
	valueAt := to - len(value)
	return Field{Key: key, Value: strings.TrimRight(value, blanks), At: l.at(at), ValueAt: l.at(valueAt)}
}

// maxPairs is far more than the two pairs that pasearch puts on a line: a longer line is no output of it.
const maxPairs = 8

// second finds the key of a second pair on a line: two blanks, words, a colon.
var second = regexp.MustCompile(`[ \t]{2,}([A-Za-z][A-Za-z.]*( [A-Za-z.]+)*):([ \t]|$)`)

// pairs reads the line as one or more "Key: value".
func (l line) pairs() []Field {
	key, after, ok := l.key()
	if !ok {
		return nil
	}
	at := l.start()
	var out []Field
	for {
		var next []int
		if len(out) < maxPairs && strings.Contains(l.text[after:], ":") {
			next = second.FindStringSubmatchIndex(l.text[after:])
		}
		if next == nil {
			return append(out, l.piece(key, at, after, len(l.text)))
		}
		out = append(out, l.piece(key, at, after, after+next[0]))
		key, at, after = l.text[after+next[2]:after+next[3]], after+next[2], after+next[3]+1
	}
}
