package pasearch

import (
	"strings"

	"github.com/portseal/portseal/internal/attls/syntax"
)

func (p *parser) beginAction(f Field) {
	p.action = &Action{Name: f.Value, At: f.At, Fields: []Field{f}}
	p.action.Parms.At = f.At
	p.block, p.outer, p.list = &p.action.Parms, nil, false
	switch {
	case p.rule == nil:
		p.image().Actions = append(p.image().Actions, p.action)
	default:
		p.rule.Actions = append(p.rule.Actions, p.action)
	}
	p.in = inAction
}

// statement is the type of statement that a scope is written as.
func statement(scope string) string {
	switch strings.ToLower(scope) {
	case "group":
		return "TTLSGroupAction"
	case "environment":
		return "TTLSEnvironmentAction"
	case "connection":
		return "TTLSConnectionAction"
	}
	return ""
}

// actionLine reads a line of an action: its heading, a parameter, a block, or an entry of a list.
func (p *parser) actionLine(f Field, isField bool) {
	if !isField {
		f = p.line.item()
		if last := len(p.block.Parameters) - 1; p.list && last >= 0 {
			p.block.Parameters[last].List = append(p.block.Parameters[last].List, f)
			return
		}
		p.action.Fields = append(p.action.Fields, f)
		p.unknown(f)
		return
	}
	if p.actionHeading(f) {
		p.list = false
		return
	}
	if b, ok := syntax.LookupBlock(f.Key); ok && f.Value == "" && b.Keyword != syntax.Top {
		p.beginBlock(b.Keyword, f)
		return
	}
	keyword, known := p.keyword(f.Key)
	if !known {
		p.unknownKey(f)
	}
	p.block.Parameters = append(p.block.Parameters, Parameter{Field: f, Keyword: keyword})
	p.list = f.Value == ""
}

// actionHeading takes what an action has beside parameters. Another pair may stand on the line.
func (p *parser) actionHeading(f Field) bool {
	a := p.action
	switch strings.ToLower(f.Key) {
	case "version", "status", "scope":
		for _, f := range p.line.pairs() {
			a.Fields = append(a.Fields, f)
			switch strings.ToLower(f.Key) {
			case "status":
				a.Status = f.Value
			case "scope":
				a.Scope = f.Value
			}
		}
		return true
	case "policy created":
		p.stamp(f, &a.Created, &a.UpdatedAt, a.Updated)
	case "policy updated":
		p.stamp(f, &a.Updated, &a.UpdatedAt, a.Created)
	default:
		return false
	}
	a.Fields = append(a.Fields, f)
	return true
}

// beginBlock begins a block of parms: within the present one when that may hold it, else within one around it.
func (p *parser) beginBlock(keyword string, f Field) {
	p.list = false
	for len(p.outer) > 0 {
		if q, ok := syntax.Lookup(p.block.Keyword, keyword); ok && q.Kind == syntax.KindBlock {
			break
		}
		p.leave()
	}
	b := &Block{Keyword: keyword, At: f.At}
	p.block.Blocks = append(p.block.Blocks, b)
	p.outer, p.block = append(p.outer, p.block), b
}

func (p *parser) leave() {
	p.block, p.outer = p.outer[len(p.outer)-1], p.outer[:len(p.outer)-1]
}

// keyword finds what a key means in the present block, or in one around it, which then becomes the present one.
func (p *parser) keyword(key string) (keyword string, known bool) {
	for i := len(p.outer); i >= 0; i-- {
		block := p.block
		if i < len(p.outer) {
			block = p.outer[i]
		}
		q, ok := p.lookup(block, key)
		if !ok {
			continue
		}
		for len(p.outer) > i {
			p.leave()
		}
		return q.Keyword, true
	}
	return key, false
}

func (p *parser) lookup(b *Block, key string) (syntax.Parameter, bool) {
	t := b.Keyword
	if b == &p.action.Parms {
		t = statement(p.action.Scope)
	}
	if t == "" { // of an action without a scope: not the top level of a file
		return syntax.Parameter{}, false
	}
	return syntax.Lookup(t, key)
}
