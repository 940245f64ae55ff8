package syntax

import (
	"strings"
	"unicode/utf8"

	"github.com/portseal/portseal/internal/ebcdic"
	"github.com/portseal/portseal/report"
)

// Decoded is the text of a policy file that was read from its code page already.
type Decoded struct {
	Text     string
	Encoding string // a name of internal/ebcdic
	Failure  string // why it is no text; empty for one that is
}

// decode reads the bytes of a source, unless that is done.
func (s Source) decode() Decoded {
	if s.Decoded != nil {
		return *s.Decoded
	}
	text, encoding, err := ebcdic.Decode(s.Data)
	if err != nil {
		return Decoded{Encoding: encoding, Failure: err.Error()}
	}
	return Decoded{Text: text, Encoding: encoding}
}

// Blanked returns the text with all blanked that is not needed to judge it, in place, so that every line and column stays what it was:
// comments, but for those that keep takes; passwords; whatever follows a keyword that the table does not know, which may be one;
// prose around Markdown fences. What it shows is what the table knows the meaning of: keywords, names, values.
func Blanked(src Source, keep func(comment string) bool) Decoded {
	d := src.decode()
	if d.Failure != "" {
		return d
	}
	m := newMask(d.Text, keep)
	m.body("", Parse(Source{Path: src.Path, Decoded: &d}).Body)
	return Decoded{Text: m.String(), Encoding: d.Encoding}
}

// mask is a text with what of it is shown.
type mask struct {
	lines []string // with their line ends
	shown [][]bool // of each rune

	digits map[place]bool // where a digit stands for what is not shown
}

// place is a line and a column, both counted from 1.
type place struct{ line, column int }

// newMask shows the shape of a text: blanks, braces, fences, sequence numbers, where comments begin.
func newMask(text string, keep func(comment string) bool) *mask {
	m := &mask{digits: map[place]bool{}}
	for one := range strings.Lines(text) {
		l := line{text: strings.TrimSuffix(one, "\n")}
		m.lines = append(m.lines, one)
		m.shown = append(m.shown, make([]bool, utf8.RuneCountInString(one)))
		m.fences(l.text)
		if cut := sequenceAt(l.text); cut >= 0 {
			m.show(len(m.lines), utf8.RuneCountInString(l.text[:cut]), l.text[cut:])
			l.text = l.text[:cut]
		}
		if hash := l.comment(); hash < len(l.text) {
			comment := l.text[hash:]
			if !keep(comment) {
				comment = "#"
			}
			m.show(len(m.lines), utf8.RuneCountInString(l.text[:hash]), comment)
		}
	}
	return m
}

// fences shows the words of the last line that begin like a fence, where a keyword is read: at its start, and behind a brace.
func (m *mask) fences(text string) {
	for i := 0; ; i += len(fence) {
		n := strings.Index(text[i:], fence)
		if n < 0 {
			return
		}
		i += n
		before := strings.TrimRightFunc(text[:i], blank)
		if before == "" || isBrace(before[len(before)-1]) {
			m.show(len(m.lines), utf8.RuneCountInString(text[:i]), text[i:wordEnd(text, i)])
		}
	}
}

// show shows a text that stands at a line, counted from 1, and a column, counted from 0.
func (m *mask) show(number, column int, text string) {
	if number < 1 || number > len(m.shown) {
		return
	}
	shown := m.shown[number-1]
	end := min(len(shown), column+utf8.RuneCountInString(text))
	for i := column; i < end; i++ {
		shown[i] = true
	}
}

// skip is the first column from one on that holds no blank.
func (m *mask) skip(number, column int) int {
	i := 0
	for _, r := range m.lines[number-1] {
		if i >= column && !blank(r) {
			return i
		}
		i++
	}
	return i
}

func (m *mask) at(at report.Location, text string) { m.show(at.Line, at.Column-1, text) }

// body shows what of a block has a meaning.
func (m *mask) body(block string, body []Node) {
	for _, n := range body {
		switch n := n.(type) {
		case *Statement:
			m.statement(n)
			m.body(n.Keyword, n.Body)
		case *Attribute:
			m.attribute(block, n)
		}
	}
}

// maxShown is how many characters of a text that is ignored are shown: what a message quotes.
const maxShown = maxQuoted

func (m *mask) statement(s *Statement) {
	m.keyword(s.Keyword, shownWord{s.Written, s.private}, s.At)
	if _, known := LookupBlock(s.Keyword); !known || s.Name == "" {
		return
	}
	m.at(s.NameAt, s.Name)
	if s.Extra != "" {
		after := s.NameAt.Column - 1 + utf8.RuneCountInString(s.Name)
		m.show(s.NameAt.Line, m.skip(s.NameAt.Line, after), firstRunes(s.Extra, maxShown))
	}
}

func (m *mask) attribute(block string, a *Attribute) {
	if _, known := LookupBlock(block); block != "" && !known && len(homes(a.Keyword)) == 0 {
		return // nothing is said of it, and in Passphrase { WORD } the word is no keyword
	}
	m.keyword(a.Keyword, shownWord{a.Written, a.private}, a.At)
	p, known := Lookup(block, a.Keyword)
	if !known || p.Secret || IsSecret(a.Keyword) || p.Kind == KindUnchecked && !leads(a.Keyword) {
		return
	}
	value := a.Value
	if _, extra := p.Value(a); len(extra) > 1 {
		value = firstRunes(value, extra[1].At.Column-a.ValueAt().Column)
	}
	m.at(a.ValueAt(), value)
}

// keyword shows a keyword. What follows a sign of assignment in one that is not known may be a password.
// Of one that messages do not show not a character is, and it has the form of none.
func (m *mask) keyword(keyword string, word shownWord, at report.Location) {
	name, sign := assigned(word.written)
	switch {
	case familiar(keyword):
		m.at(at, word.written)
	case word.private || name == "":
		m.digits[place{at.Line, at.Column}] = true
	default:
		m.at(at, name+sign)
	}
}

// leads says whether the value of a configuration statement leads to files of policy: Follow reads it.
func leads(keyword string) bool {
	switch keyword {
	case "CommonTTLSConfig", "TTLSConfig", "TcpImage", "PEPInstance":
		return true
	}
	return false
}

// String is the text with what is not shown replaced by characters of the same width and length in octets.
func (m *mask) String() string {
	var b strings.Builder
	for i, one := range m.lines {
		column := 0
		for at, r := range one {
			_, size := utf8.DecodeRuneInString(one[at:])
			if m.shown[i][column] || blank(r) || r == '\n' || r == '{' || r == '}' {
				b.WriteString(one[at : at+size])
			} else if size == 1 && m.digits[place{i + 1, column + 1}] {
				b.WriteString("0")
			} else {
				b.WriteString(stand(size))
			}
			column++
		}
	}
	return b.String()
}

// stand is what stands in the place of a character that takes so many octets.
func stand(size int) string {
	return [...]string{1: "x", 2: "\u00d7", 3: "\uff58", 4: "\U0001d465"}[size]
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}
