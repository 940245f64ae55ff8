package syntax

import (
	"cmp"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/ebcdic"
	"github.com/portseal/portseal/report"
)

// Parse reads a policy file. It never fails: what is wrong is in the Problems of the file.
func Parse(src Source) *File {
	file := &File{Path: src.Path}
	start := report.Location{File: src.Path, Line: 1, Column: 1}
	d := src.decode()
	file.Encoding = d.Encoding
	if d.Failure != "" {
		file.Problems = []Problem{newProblem(Binary, start, "%s", d.Failure)}
		return file
	}
	if strings.Contains(d.Text, "PRIVATE KEY-----") { // whose lines no fault may quote
		file.Problems = []Problem{newProblem(Binary, start, "it holds a private key in PEM: want a policy")}
		return file
	}
	p := &parser{file: file}
	if d.Encoding != ebcdic.UTF8 {
		p.report(Encoding, start, "the bytes are no UTF-8: they were read as %s", d.Encoding)
	}
	p.parse(d.Text)
	return file
}

// parser reads one file, line by line.
type parser struct {
	file *File
	open []*Statement // the blocks around the current line, the innermost last
	// pending is a statement whose opening brace is awaited: the last entry of the current block.
	pending *Statement
	deep    int  // blocks open beyond maxDepth, which are left out
	secret  bool // the line before lacks a value that may be a password
	dropped int  // problems beyond maxProblems
	last    report.Location
}

const (
	maxDepth    = 20   // real statements nest three levels deep
	maxProblems = 1000 // of a file
	maxLine     = 4096 // octets; real lines end before column 80
)

func (p *parser) parse(text string) {
	for l := range p.lines(text) {
		p.line(l)
	}
	p.finish()
	if p.dropped > 0 {
		p.file.Problems = append(p.file.Problems, newProblem(More, p.last, "further faults that are not listed: %d", p.dropped))
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
	keyword, sign := assigned(s.Keyword)
	_, known := LookupBlock(s.Keyword)
	switch {
	case s.Written == "":
		return "a block without a statement"
	case s.private || keyword == "":
		return "a statement"
	case s.Name == "" || !known: // what follows a keyword that nobody knows may be a password
		return keyword + sign
	}
	return keyword + " " + quote(Shown(keyword, s.Name))
}
