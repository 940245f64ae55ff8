package querymon

import (
	"fmt"
	"strings"
)

// ParseAgent reads the CAE agent's parameters: member CQMCPRMS, or JCL that has it in its stream.
func ParseAgent(path string, data []byte) *File {
	f := &File{Path: path}
	lines := f.decode(data)
	if isJCL(lines) {
		lines = f.instream(lines, "")
	}
	s := &scanner{file: f, lines: lines}
	for s.next() {
		s.item()
	}
	f.review()
	return f
}

// scanner goes through the characters of the agent's lines.
type scanner struct {
	file  *File
	lines []line
	row   int
	col   int
}

func (s *scanner) line() line { return s.lines[s.row] }

// next moves to the next character that is no blank, comma, continuation or comment, and is false at the end.
func (s *scanner) next() bool {
	for s.row < len(s.lines) {
		l := s.line()
		s.col = l.firstAfter(s.col)
		switch {
		case s.col >= len(l.text), l.text[s.col] == '*':
			s.row, s.col = s.row+1, 0
		case l.has(s.col, "/*"):
			s.comment()
		case l.text[s.col] == ',':
			s.col++
		case s.col == len(l.text)-1 && (l.text[s.col] == '+' || l.text[s.col] == '-'):
			s.row, s.col = s.row+1, 0
		default:
			return true
		}
	}
	return false
}

// comment skips /* ... */, over lines when it has to.
func (s *scanner) comment() {
	start := s.line().at(s.file.Path, s.col)
	for s.col += 2; s.row < len(s.lines); s.row, s.col = s.row+1, 0 {
		l := s.line()
		for ; s.col < len(l.text); s.col++ {
			if l.has(s.col, "*/") {
				s.col += 2
				return
			}
		}
	}
	s.file.problem(Unreadable, start, "", "the comment is not closed; want */")
}

// item reads KEYWORD(value), or says that there is none.
func (s *scanner) item() {
	l, start := s.line(), s.col
	for s.col < len(l.text) && !isBlank(l.text[s.col]) && !strings.ContainsRune("(),", l.text[s.col]) {
		s.col++
	}
	name := string(l.text[start:s.col])
	open := l.firstAfter(s.col)
	at := l.at(s.file.Path, start)
	if open == len(l.text) || l.text[open] != '(' || !isName(name) {
		s.file.problem(Unreadable, at, "", "this is no parameter; want KEYWORD(value)")
		s.row, s.col = s.row+1, 0
		return
	}
	s.col = open + 1
	p := Parameter{Name: strings.ToUpper(name), At: at, ValueAt: l.at(s.file.Path, l.firstAfter(s.col))}
	text, closed := s.value()
	p.Value = strings.TrimSpace(text)
	s.file.Parameters = append(s.file.Parameters, p)
	if !closed {
		s.file.problem(Unreadable, at, p.Name, fmt.Sprintf("the value of %s is not closed; want )", p.Name))
	}
}

// value reads up to the parenthesis that closes the value. A quote or a parenthesis that is never closed ends with its line, so that
// one mistake does not swallow the rest of the member.
func (s *scanner) value() (text string, closed bool) {
	var b strings.Builder
	depth := 1
	var quote rune
	for ; s.row < len(s.lines); s.row, s.col = s.row+1, 0 {
		l := s.line()
		if s.col == 0 && l.has(0, "*") {
			continue
		}
		for ; s.col < len(l.text); s.col++ {
			r := l.text[s.col]
			switch {
			case quote != 0 && r == quote && s.col+1 < len(l.text) && l.text[s.col+1] == quote:
				s.col++
			case quote != 0 && r == quote:
				quote = 0
				continue
			case quote != 0:
			case r == '\'' || r == '"':
				quote = r
				continue
			case r == '(':
				depth++
			case r == ')':
				if depth--; depth == 0 {
					s.col++
					return b.String(), true
				}
			case r == '+' && s.col == len(l.text)-1:
				continue
			}
			b.WriteRune(r)
		}
		if quote != 0 || s.keywordFollows() {
			s.row, s.col = s.row+1, 0
			return b.String(), false
		}
		b.WriteByte(' ')
	}
	return b.String(), false
}

// keywordFollows says whether the next line begins with KEYWORD(, so that a value that is still open was meant to end before it.
func (s *scanner) keywordFollows() bool {
	if s.row+1 >= len(s.lines) {
		return false
	}
	l := s.lines[s.row+1]
	start := l.firstAfter(0)
	open := start
	for open < len(l.text) && l.text[open] != '(' && !isBlank(l.text[open]) {
		open++
	}
	return open < len(l.text) && l.text[open] == '(' && isName(string(l.text[start:open]))
}
