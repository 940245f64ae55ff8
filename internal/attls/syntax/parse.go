package syntax

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/portseal/portseal/internal/ebcdic"
	"github.com/portseal/portseal/report"
)

// Parse reads a policy file. It never fails: what is wrong is in the Problems of the file.
func Parse(src Source) *File {
	file := &File{Path: src.Path}
	start := report.Location{File: src.Path, Line: 1, Column: 1}
	text, encoding, err := ebcdic.Decode(src.Data)
	file.Encoding = encoding
	if err != nil {
		file.Problems = []Problem{newProblem(Binary, start, "%v", err)}
		return file
	}
	p := &parser{file: file}
	if encoding != ebcdic.UTF8 {
		p.report(Encoding, start, "the bytes are no UTF-8: they were read as %s", encoding)
	}
	p.parse(text)
	return file
}

// parser reads one file, line by line.
type parser struct {
	file *File
	open []*Statement // the blocks around the current line, the innermost last
	// pending is a statement whose opening brace is awaited: the last entry of the current block.
	pending *Statement
	deep    int    // blocks open beyond maxDepth, which are left out
	dropped int    // problems beyond maxProblems
	slab    []Word // the words of many attributes share one allocation
	last    report.Location
}

const (
	maxDepth    = 20   // real statements nest three levels deep
	maxProblems = 1000 // of a file
	maxLine     = 4096 // octets; real lines end before column 80
)

func (p *parser) parse(text string) {
	for _, l := range p.lines(text) {
		p.line(l)
	}
	p.finish()
	if p.dropped > 0 {
		p.file.Problems = append(p.file.Problems, newProblem(More, p.last, "%d more faults are not listed", p.dropped))
	}
	slices.SortStableFunc(p.file.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.At.Column, b.At.Column))
	})
}

// finish is the end of the file.
func (p *parser) finish() {
	p.settlePending("")
	for len(p.open) > 0 {
		s := p.open[len(p.open)-1]
		p.report(Unclosed, s.At, "%s is still open at the end of the file, line %d: want a line with } for it", s.title(), p.last.Line)
		p.close(p.last)
	}
	p.checkTop()
}

// line reads one line: a comment, or keyword and value, or a brace, or the mistake of several of these.
func (p *parser) line(l line) {
	p.last = l.at(p.file.Path, 0)
	hash := l.comment()
	comment := strings.TrimRightFunc(l.text[hash:], blank)
	start, end := trim(l.text, 0, hash)
	if len(l.text) > maxLine {
		p.report(LongLine, l.at(p.file.Path, min(start, end)), "the line has %d characters; is a line end missing?", len(l.text))
	}
	if start == end {
		p.empty(l, hash, comment)
		return
	}
	at := l.at(p.file.Path, start)
	for pieces := 1; start < end; pieces++ {
		piece := p.cut(l, start, end)
		next, _ := trim(l.text, piece, end)
		if pieces == 2 {
			p.report(Brace, at, "a brace must be alone on its line: Policy Agent ignores what stands beside it")
		}
		last := ""
		if next >= end {
			last = comment
		}
		p.piece(strings.TrimRightFunc(l.text[start:piece], blank), at, last)
		at.Column += utf8.RuneCountInString(l.text[start:next])
		start = next
	}
	if code := l.text[:hash]; l.sequence != "" && strings.Trim(code, " {}") == "" {
		p.report(SequenceBrace, l.at(p.file.Path, 0), "a brace must be alone on its line, and the sequence number %s stands beside it", l.sequence)
	}
}

// empty is a line without code: a comment, or nothing.
func (p *parser) empty(l line, hash int, comment string) {
	if comment != "" {
		p.add(&Comment{Text: comment, At: l.at(p.file.Path, hash)})
		return
	}
	body := *p.body()
	if len(body) > 0 {
		if _, again := body[len(body)-1].(*Blank); again {
			return
		}
	}
	p.add(&Blank{At: l.at(p.file.Path, 0)})
}

// cut is where the piece of a line ends that begins at an offset: after a brace, or before the next one that is a word or
// ends one. A certificate label may have words that end in a brace.
func (p *parser) cut(l line, start, end int) int {
	if isBrace(l.text[start]) {
		return start + 1
	}
	if !strings.ContainsAny(l.text[start:end], "{}") {
		return end
	}
	param, _ := Lookup(p.block(), l.text[start:wordEnd(l.text[:end], start)])
	for from := start; from < end; {
		to := wordEnd(l.text[:end], from)
		word := l.text[from:to]
		kept := strings.TrimRight(word, "{}")
		if kept == "" || len(kept) < len(word) && param.Kind != KindText {
			return from + len(kept)
		}
		from, _ = trim(l.text, to, end)
	}
	return end
}

func isBrace(b byte) bool { return b == '{' || b == '}' }

// piece reads a brace, or a keyword with what follows it.
func (p *parser) piece(text string, at report.Location, comment string) {
	if p.deep > 0 {
		switch text {
		case "{":
			p.deep++
		case "}":
			p.deep--
		}
		return
	}
	switch text {
	case "{":
		p.opening(at, comment)
	case "}":
		p.closing(at, comment)
	default:
		p.entry(text, at, comment)
	}
}

// block is the keyword of the current block.
func (p *parser) block() string {
	if len(p.open) == 0 {
		return Top
	}
	return p.open[len(p.open)-1].Keyword
}

func (p *parser) body() *[]Node {
	if len(p.open) == 0 {
		return &p.file.Body
	}
	return &p.open[len(p.open)-1].Body
}

func (p *parser) add(n Node) {
	body := p.body()
	*body = append(*body, n)
}

func (p *parser) report(id string, at report.Location, format string, arguments ...any) {
	if len(p.file.Problems) >= maxProblems {
		p.dropped++
		return
	}
	p.file.Problems = append(p.file.Problems, newProblem(id, at, format, arguments...))
}

// title is how messages name a statement.
func (s *Statement) title() string {
	switch {
	case s.Written == "":
		return "a block without a statement"
	case s.Name == "":
		return s.Keyword
	}
	return s.Keyword + " " + quote(s.Name)
}
