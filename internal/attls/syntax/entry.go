package syntax

import (
	"strings"
	"unicode/utf8"

	"github.com/portseal/portseal/report"
)

// entry reads a keyword with what follows it: an attribute, or a statement whose brace is to come.
func (p *parser) entry(text string, at report.Location, comment string) {
	n := wordEnd(text, 0)
	written := text[:n]
	if strings.HasPrefix(written, fence) {
		p.report(Unknown, at, "%s is no keyword: a line that begins so is a fence of Markdown, but its other one is missing", quote(written))
		if comment != "" {
			p.add(&Comment{Text: comment, At: at})
		}
		return
	}
	start, end := trim(text, n, len(text))
	a := &Attribute{Keyword: canonical(written), Written: written, Value: text[start:end], At: at, Comment: comment,
		valueLine: int32(at.Line), valueColumn: int32(at.Column + utf8.RuneCountInString(text[:start]))}
	a.private = p.secret && !familiar(a.Keyword)
	p.secret = a.expectsSecret()
	p.settlePending(a.Keyword)
	if _, ok := LookupBlock(a.Keyword); ok {
		p.pending = a.statement()
		p.leave(p.pending)
		p.add(p.pending)
		p.checkHeader(p.pending)
		return
	}
	p.checkAttribute(a)
	p.add(a)
}

// statement is the header of a block that was read as an attribute.
func (a *Attribute) statement() *Statement {
	s := &Statement{Keyword: a.Keyword, Written: a.Written, At: a.At, End: a.At, Comment: a.Comment, Extra: a.Rest(1), private: a.private}
	if a.Value != "" {
		s.Name, s.NameAt = a.Word(0), a.ValueAt()
	}
	return s
}

// settlePending ends the wait for the brace of a statement, because something else came: keyword. When it is one that the
// statement takes, only the brace is missing; else there is no block at all.
func (p *parser) settlePending(keyword string) {
	s := p.pending
	if s == nil {
		return
	}
	if _, ok := Lookup(s.Keyword, keyword); ok {
		p.report(Brace, s.At, "%s has no { before its parameters: want it on the next line, alone", s.title())
		p.push(s)
		return
	}
	p.pending = nil
	p.report(Brace, s.At, "%s has no block: want { on the next line, its parameters, and }", s.title())
}

// leave closes the blocks that a statement cannot stand in, when it can stand in one further out: their } is missing. One
// without a name cannot stand outside of all.
func (p *parser) leave(next *Statement) {
	for depth := len(p.open); depth >= 0; depth-- {
		block := Top
		if depth > 0 {
			block = p.open[depth-1].Keyword
		}
		if _, known := LookupBlock(block); !known || block == Top && next.Name == "" {
			return
		}
		if _, ok := Lookup(block, next.Keyword); !ok {
			continue
		}
		for len(p.open) > depth {
			s := p.open[len(p.open)-1]
			p.report(Unclosed, s.At, "%s is still open where %s begins in line %d, which it cannot hold: want a line with } before that line",
				s.title(), next.title(), next.At.Line)
			p.close(next.At)
		}
		return
	}
}

// opening is a {.
func (p *parser) opening(at report.Location, comment string) {
	s := p.pending
	if s == nil {
		s = p.header()
	}
	if s == nil {
		p.report(Brace, at, "there is no statement before this brace: want a keyword such as TTLSRule, and its name, on the line before")
	}
	if len(p.open) == maxDepth {
		p.pending = nil
		p.report(Depth, at, "blocks are nested %d deep: what stands in this one is left out; is a } missing above?", maxDepth+1)
		p.deep = 1
		return
	}
	if s == nil {
		s = &Statement{At: at, End: at}
		p.add(s)
	}
	s.OpenComment = comment
	p.push(s)
}

// header turns the last attribute into a statement, when the table does not say that it is an attribute: a keyword that is
// misspelt, or of another kind of policy.
func (p *parser) header() *Statement {
	body := *p.body()
	for i := len(body) - 1; i >= 0; i-- {
		switch n := body[i].(type) {
		case *Comment, *Blank:
			continue
		case *Attribute:
			if param, known := Lookup(p.block(), n.Keyword); known && param.Kind != KindUnchecked || len(p.open) == maxDepth {
				return nil
			}
			s := n.statement()
			body[i] = s
			return s
		}
		break
	}
	return nil
}

// push opens the block of a statement of the current one. Comments and empty lines since its keyword belong into the block.
func (p *parser) push(s *Statement) {
	body := p.body()
	for i := len(*body) - 1; i >= 0; i-- {
		if (*body)[i] == Node(s) {
			s.Body = append(s.Body, (*body)[i+1:]...)
			*body = (*body)[:i+1]
			break
		}
	}
	p.pending = nil
	p.open = append(p.open, s)
}

// closing is a }.
func (p *parser) closing(at report.Location, comment string) {
	if s := p.pending; s != nil && len(p.open) == 0 {
		p.report(Brace, s.At, "%s has no { before its }: want it on the next line, alone", s.title())
		p.push(s)
	}
	p.settlePending("")
	if len(p.open) == 0 {
		p.report(Brace, at, "there is no open block that this brace closes: is a { missing above?")
		if comment != "" {
			p.add(&Comment{Text: comment, At: at})
		}
		return
	}
	p.open[len(p.open)-1].CloseComment = comment
	p.close(at)
}

func (p *parser) close(at report.Location) {
	s := p.open[len(p.open)-1]
	p.open = p.open[:len(p.open)-1]
	s.End = at
	p.checkComplete(s)
}

// either writes "a, b or c".
func either(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
