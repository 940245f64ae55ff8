package syntax

import (
	"slices"

	"github.com/portseal/portseal/report"
)

// checkHeader checks the line of a statement in the current block.
func (p *parser) checkHeader(s *Statement) {
	block := p.block()
	if _, known := LookupBlock(block); !known {
		return
	}
	if _, ok := Lookup(block, s.Keyword); !ok {
		p.misplaced(s.Keyword, s.At)
	}
	if s.Name == "" && block == Top {
		p.report(NoName, s.At, "%s has no name: a statement outside of all blocks is only ever used by its name", s.Keyword)
	}
	if s.Extra != "" {
		p.report(Extra, s.NameAt, "%s follows the name %s and is ignored", quote(s.Extra), quote(s.Name))
	}
}

// checkAttribute checks a line of the current block. What stands outside of all blocks is checked at the end of the file.
func (p *parser) checkAttribute(a *Attribute) {
	block, known := LookupBlock(p.block())
	if !known || block.Keyword == Top {
		return
	}
	param, ok := Lookup(block.Keyword, a.Keyword)
	if !ok {
		p.unknown(block, a.Keyword, shownWord{a.Written, a.private}, a.At)
		return
	}
	if param.Odd != "" {
		p.report(OddForm, a.At, "%s stands directly in %s, which is not the form of IBM's manual, and was read all the same: want %s",
			a.Keyword, block.Keyword, param.Odd)
	}
	if a.Value == "" {
		p.report(BadValue, a.At, "%s has no value: want %s", a.Keyword, param.want())
		return
	}
	p.checkValue(param, a)
	if _, extra := param.Value(a); len(extra) > 0 {
		p.report(param.extraKind(extra[0].Text), extra[0].At, "%s follows the value of %s and is ignored: want %s",
			quote(param.Shown(extra[0].Text)), a.Keyword, param.want())
	}
}

// unknown reports a keyword that its block does not take.
func (p *parser) unknown(block Block, keyword string, word shownWord, at report.Location) {
	if len(homes(keyword)) > 0 {
		p.misplaced(keyword, at)
		return
	}
	near := word.near(block.Keyword)
	if block.Partial && len(near) == 0 {
		p.report(Unsure, at, "portseal does not know %s in %s: check that the z/OS release does", word, block.Keyword)
		return
	}
	what := "keyword of " + block.Keyword
	if block.Keyword == Top {
		what = "statement"
	}
	p.report(Unknown, at, "%s is no %s%s", word, what, meant(near))
}

// misplaced reports a keyword of another block.
func (p *parser) misplaced(keyword string, at report.Location) {
	block, _ := LookupBlock(p.block())
	in := either(homes(keyword))
	switch {
	case in == "":
		p.report(WrongBlock, at, "%s cannot stand in %s: want it outside of all blocks, referred to by its name", keyword, block.Keyword)
	case block.Keyword == Top:
		p.report(WrongBlock, at, "%s cannot stand outside of all blocks: want it in %s", keyword, in)
	case block.Partial:
		p.report(Unsure, at, "portseal knows %s in %s, and not in %s: check that the z/OS release does", keyword, in, block.Keyword)
	default:
		p.report(WrongBlock, at, "%s cannot stand in %s: want it in %s", keyword, block.Keyword, in)
	}
}

// checkComplete looks for what a block must hold.
func (p *parser) checkComplete(s *Statement) {
	block, ok := LookupBlock(s.Keyword)
	if !ok || s.Written == "" {
		return
	}
	for _, param := range block.Parameters {
		if !param.Required || s.has(param.Keyword) || s.has(param.Keyword+"Ref") {
			continue
		}
		what := param.Keyword
		if param.Kind == KindBlock {
			what += " or " + param.Keyword + "Ref"
		}
		p.report(Missing, s.At, "%s has no %s: it must have one", s.title(), what)
	}
}

func (s *Statement) has(keyword string) bool {
	return slices.ContainsFunc(s.Body, func(n Node) bool {
		switch n := n.(type) {
		case *Attribute:
			return n.Keyword == keyword
		case *Statement:
			return n.Keyword == keyword
		}
		return false
	})
}

// checkTop checks what stands outside of all blocks. A main or image file of Policy Agent may hold statements of other
// kinds of policy, of which portseal knows nothing.
func (p *parser) checkTop() {
	top, _ := LookupBlock(Top)
	main, empty := isMain(p.file), true
	for _, n := range p.file.Body {
		keyword, word := "", shownWord{}
		switch n := n.(type) {
		case *Attribute:
			keyword, word = n.Keyword, shownWord{n.Written, n.private}
		case *Statement:
			keyword, word = n.Keyword, shownWord{n.Written, n.private}
		default:
			continue
		}
		empty = false
		if _, ok := Lookup(Top, keyword); ok || word.written == "" {
			continue
		}
		if main && len(homes(keyword)) == 0 {
			if near := word.near(Top); len(near) > 0 {
				p.report(Unsure, n.Pos(), "%s is no statement of AT-TLS%s", word, meant(near))
			}
			continue
		}
		top.Partial = false // in a policy, all statements are known
		p.unknown(top, keyword, word, n.Pos())
	}
	if empty {
		p.report(Empty, report.Location{File: p.file.Path, Line: 1, Column: 1},
			"there is no statement in this file, so it makes no connection secure: want at least a TTLSRule")
	}
}

// isMain says whether a file is a main or image file: one that names files of policy, or sets up Policy Agent.
func isMain(f *File) bool {
	return slices.ContainsFunc(f.Body, func(n Node) bool {
		keyword := ""
		switch n := n.(type) {
		case *Attribute:
			keyword = n.Keyword
		case *Statement:
			keyword = n.Keyword
		}
		param, ok := Lookup(Top, keyword)
		return ok && param.Kind == KindUnchecked
	})
}
