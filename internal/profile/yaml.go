package profile

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// MaxFile is how long a profile's file may be, in octets.
const MaxFile = 1 << 18

const (
	maxLine = 2 << 10 // octets: the YAML parser's time is quadratic in a line
	maxDeep = 20      // brackets, or lists begun on one line: it is quadratic there too
)

type kind uint8

const (
	empty   kind = iota // a key without a value
	scalar              // text
	list                // items
	mapping             // keys
)

// node is a YAML value. A scalar keeps its source text: 0035 and 6.0 are no numbers.
type node struct {
	kind         kind
	text         string
	items        []*node
	keys         []entry
	line, column int
}

type entry struct{ key, value *node }

func (n *node) get(key string) *node {
	for _, e := range n.keys {
		if e.key.text == key {
			return e.value
		}
	}
	return nil
}

// what names the node's kind in errors.
func (n *node) what() string {
	return [...]string{"empty", "a single value", "a list", "a mapping"}[n.kind]
}

// document reads a text into a tree; nil when there is none to read on from.
func (d *decoder) document(text []byte) *node {
	text = bytes.ReplaceAll(bytes.TrimPrefix(text, []byte("\xEF\xBB\xBF")), []byte("\r\n"), []byte("\n"))
	if line, why := unreadable(text); why != "" {
		d.fail(&node{line: line, column: 1}, "%s", why)
		return nil
	}
	file, err := parseYAML(text)
	if err != nil {
		at := &node{line: 1, column: 1}
		var syntax yaml.Error
		if errors.As(err, &syntax) && syntax.GetToken() != nil {
			at.line, at.column = syntax.GetToken().Position.Line, syntax.GetToken().Position.Column
			err = errors.New(syntax.GetMessage())
		}
		first, _, _ := strings.Cut(err.Error(), "\n")
		d.fail(at, "no YAML: %s", first)
		return nil
	}
	var bodies []*node
	for _, doc := range file.Docs {
		if doc.Body != nil {
			bodies = append(bodies, d.convert(doc.Body))
		}
	}
	if len(bodies) != 1 {
		d.fail(&node{line: 1, column: 1}, "the file has %d YAML documents; want one", len(bodies))
		return nil
	}
	return bodies[0]
}

// unreadable returns the line and the fault of a text that the YAML parser must not be given.
func unreadable(text []byte) (line int, why string) {
	if len(text) > MaxFile {
		return 1, fmt.Sprintf("the file has %d octets; at most %d are read", len(text), MaxFile)
	}
	deep := 0
	for l := range bytes.Lines(text) {
		line++
		l = bytes.TrimSuffix(l, []byte("\n"))
		indent := l[:len(l)-len(bytes.TrimLeft(l, " \t"))]
		deep = max(0, deep+bytes.Count(l, []byte("["))+bytes.Count(l, []byte("{"))-bytes.Count(l, []byte("]"))-bytes.Count(l, []byte("}")))
		switch {
		case len(l) > maxLine:
			return line, fmt.Sprintf("the line has %d octets; want at most %d", len(l), maxLine)
		case !utf8.Valid(l):
			return line, "the line is no UTF-8; save the file as UTF-8"
		case bytes.IndexFunc(l, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7F }) >= 0:
			return line, "the line has a control character; want a YAML text"
		case bytes.IndexByte(indent, '\t') >= 0 && len(indent) < len(l):
			return line, "a tab indents the line; YAML wants spaces"
		case deep > maxDeep, bytes.Count(l, []byte("- ")) > maxDeep && bytes.HasPrefix(bytes.TrimSpace(l), []byte("- - ")):
			return line, fmt.Sprintf("lists or brackets are nested more than %d deep", maxDeep)
		}
	}
	return 0, ""
}

// parseYAML contains a panic of the parser: hostile text must not end the program.
func parseYAML(text []byte) (file *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the YAML parser failed: %v", r)
		}
	}()
	return parser.ParseBytes(text, 0, parser.AllowDuplicateMapKey())
}

// convert turns the parser's tree into ours; what a profile does not need, anchors and tags, is refused.
func (d *decoder) convert(from ast.Node) *node {
	tk := from.GetToken()
	n := &node{line: tk.Position.Line, column: tk.Position.Column}
	switch v := from.(type) {
	case *ast.MappingNode:
		d.mapping(n, v.Values)
	case *ast.MappingValueNode:
		d.mapping(n, []*ast.MappingValueNode{v})
	case *ast.SequenceNode:
		n.kind = list
		for _, item := range v.Values {
			n.items = append(n.items, d.convert(item))
		}
	case *ast.LiteralNode:
		n.kind, n.text = scalar, strings.Join(strings.Fields(v.Value.Value), " ")
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		d.fail(n, "%s: anchors, aliases and tags are not used in profiles; write the value itself", tk.Value)
	case ast.ScalarNode:
		if tk.Type != token.ImplicitNullType {
			n.kind, n.text = scalar, strings.Join(strings.Fields(tk.Value), " ")
		}
	default:
		d.fail(n, "%s: not used in profiles; want a key, a value or a list", tk.Value)
	}
	return n
}

func (d *decoder) mapping(n *node, values []*ast.MappingValueNode) {
	n.kind = mapping
	for i, v := range values {
		key, value := d.convert(v.Key), d.convert(v.Value)
		if i == 0 && n.line == key.line { // the parser puts a block mapping at its first colon
			n.column = min(n.column, key.column)
		}
		switch before := n.get(key.text); {
		case key.kind != scalar:
			d.fail(key, "a key that is no single value; want a name")
		case before != nil:
			d.fail(key, "%s: the key is here twice; want it once", key.text)
		default:
			n.keys = append(n.keys, entry{key, value})
		}
	}
}
