package estate

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxNodes bounds what aliases may expand to.
const maxNodes = 4 << 20

// parse reads the source into a tree. It returns nil when there is none to read on from; the faults say why.
func (s *source) parse(f *faults) (tree *node) {
	if !s.normalise(f) {
		return nil
	}
	file, err := parseYAML(s.text)
	if err != nil {
		s.syntaxError(f, err)
		return nil
	}
	var bodies []ast.Node
	for _, doc := range file.Docs {
		if doc.Body != nil && doc.Body.Type() != ast.DirectiveType {
			bodies = append(bodies, doc.Body)
		}
	}
	switch {
	case len(bodies) == 0:
		f.add(s.at(1, 1), "the file is empty; want %s", cmp.Or(s.is, "systems with listeners"))
		return nil
	case len(bodies) > 1:
		at := bodies[1].GetToken().Position
		f.add(s.at(at.Line, at.Column), "a second YAML document; want one document a file%s", map[bool]string{true: ": name other files under include"}[s.is == ""])
		return nil
	}
	c := converter{src: s, faults: f, anchors: map[string]*node{}}
	return c.convert(bodies[0])
}

// parseYAML contains a panic of the parser: hostile text must not end the program.
func parseYAML(text []byte) (file *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the YAML parser failed: %v", r)
		}
	}()
	return parser.Parse(joinPlain(lexer.Tokenize(string(text))), 0, parser.AllowDuplicateMapKey())
}

func (s *source) syntaxError(f *faults, err error) {
	var syntax yaml.Error
	if !errors.As(err, &syntax) || syntax.GetToken() == nil {
		f.add(s.at(1, 1), "no YAML: %s", firstLine(err.Error()))
		return
	}
	at := syntax.GetToken().Position
	hint := ""
	if lines := strings.Split(string(s.text), "\n"); at.Line <= len(lines) && strings.Contains(lines[at.Line-1], "${") {
		hint = `; write "${name}" in quotes inside { } and [ ]`
	}
	f.add(s.at(at.Line, at.Column), "no YAML: %s%s", firstLine(syntax.GetMessage()), hint)
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}

// converter turns the parser's tree into ours.
type converter struct {
	src     *source
	faults  *faults
	anchors map[string]*node // those that stand before the place being converted
}

// convert returns an empty node for what it refuses.
func (c *converter) convert(from ast.Node) *node {
	tk := from.GetToken()
	n := &node{at: c.src.at(tk.Position.Line, tk.Position.Column), size: 1}
	switch v := from.(type) {
	case *ast.AnchorNode:
		n = c.convert(v.Value)
		c.anchors[v.Name.GetToken().Value] = n
	case *ast.AliasNode:
		name := v.Value.GetToken().Value
		if c.anchors[name] == nil {
			c.faults.add(n.at, "*%s: no anchor &%s stands before this alias", name, name)
			return n
		}
		return c.anchors[name]
	case *ast.MappingNode:
		c.mapping(n, v)
	case *ast.MappingValueNode:
		c.mapping(n, &ast.MappingNode{Values: []*ast.MappingValueNode{v}})
	case *ast.SequenceNode:
		n.kind = list
		for _, item := range v.Values {
			n.add(c.convert(item))
		}
	case *ast.LiteralNode:
		n.scalar(strings.TrimRight(v.Value.Value, "\n"))
	case *ast.TagNode:
		c.faults.add(n.at, "%s: YAML tags are not used here; write the value alone", tk.Value)
	case ast.ScalarNode:
		if tk.Type != token.ImplicitNullType {
			n.scalar(tk.Value)
		}
	default:
		c.faults.add(n.at, "%s: not used here; want a key, a value or a list", tk.Value)
	}
	if n.size > maxNodes {
		c.faults.add(n.at, "aliases expand to more than %d values; want %s", maxNodes, c.src.want())
		return &node{at: n.at, size: 1}
	}
	return n
}

func (n *node) scalar(text string) {
	n.kind, n.text, n.hasVar = scalar, text, strings.Contains(text, "${")
}

func (n *node) add(item *node) {
	n.items = append(n.items, item)
	n.size += item.size
	n.hasVar = n.hasVar || item.hasVar
}

func (n *node) put(key, value *node) {
	n.entries = append(n.entries, entry{key, value})
	n.size += 1 + value.size
	n.hasVar = n.hasVar || value.hasVar
}

// mapping converts the entries, refuses a key that is there twice, and adds what merge keys bring: a key of the mapping
// itself goes before a merged one, an earlier merged one before a later one.
func (c *converter) mapping(n *node, from *ast.MappingNode) {
	n.kind = mapping
	if len(from.Values) > 0 {
		// the parser puts a block mapping at its first colon
		first := from.Values[0].Key.GetToken().Position
		if n.at.line == first.Line && n.at.column > first.Column {
			n.at.column = first.Column
		}
	}
	seen := map[string]*node{}
	var merged []*node
	for _, v := range from.Values {
		if v.Key.IsMergeKey() {
			merged = append(merged, c.convert(v.Value))
			continue
		}
		key, ok := c.key(v.Key)
		value := c.convert(v.Value)
		if !ok {
			continue
		}
		if before := seen[key.text]; before != nil {
			c.faults.add(key.at, "%s: the key is here twice, first on line %d; want it once", key.text, before.at.line)
			continue
		}
		seen[key.text] = key
		n.put(key, value)
	}
	for _, m := range merged {
		c.merge(n, m, seen)
	}
}

func (c *converter) key(from ast.MapKeyNode) (*node, bool) {
	if k, ok := from.(*ast.MappingKeyNode); ok {
		inner, ok := k.Value.(ast.MapKeyNode)
		if !ok {
			c.faults.add(c.src.at(k.GetToken().Position.Line, k.GetToken().Position.Column), "a key that is no single value; want a name")
			return nil, false
		}
		from = inner
	}
	key := c.convert(from)
	if key.kind != scalar {
		c.faults.add(key.at, "a key that is no single value; want a name")
		return nil, false
	}
	return key, true
}

func (c *converter) merge(n, m *node, seen map[string]*node) {
	from := []*node{m}
	if m.kind == list {
		from = m.items
	}
	for _, one := range from {
		if one.kind != mapping {
			c.faults.add(one.at, "<<: merges %s; want an alias of a mapping, as in <<: *name", one.what())
			continue
		}
		for _, e := range one.entries {
			if seen[e.key.text] == nil {
				seen[e.key.text] = e.key
				n.put(e.key, e.value)
			}
		}
	}
}
