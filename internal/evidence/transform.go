package evidence

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/gowebpki/jcs"

	"github.com/portseal/portseal/internal/jsonparts"
)

// Limits of what canoniser does itself.
const (
	maxDepth  = 64 // of lists and objects; each level of an object that is not sorted moves its text once
	maxDigits = 15 // of an integer: more may not fit a double
)

// canoniser makes JSON text canonical without a tree. What reports are full of (plain strings, small integers) it copies; any other string
// or number, and what is nested deeper than maxDepth, it leaves to jcs.Transform.
type canoniser struct {
	in      []byte
	at      int
	out     []byte
	members []member // of the objects that are open
	moved   []byte
}

// member is where a member of an object stands in the output: its name, in quotes, begins at from and ends at colon.
type member struct{ from, colon, to int }

// transform is jcs.Transform.
func transform(doc []byte) ([]byte, error) {
	c := canoniser{out: make([]byte, 0, len(doc))}
	return c.again(doc)
}

// Canoniser makes many short JSON texts canonical, one after the other in the same memory.
type Canoniser struct{ c canoniser }

// Text returns the canonical JSON of a text (RFC 8785), which stands until the next one. What is an error is one of Canonical.
func (c *Canoniser) Text(doc []byte) ([]byte, error) {
	out, err := c.c.again(doc)
	if err != nil {
		return nil, fmt.Errorf("canonical JSON: %w", err)
	}
	return out, nil
}

// again takes a document, over the one before it.
func (c *canoniser) again(doc []byte) ([]byte, error) {
	c.in, c.at, c.out, c.members = doc, 0, c.out[:0], c.members[:0]
	if err := c.whole(); err != nil {
		return nil, err
	}
	return c.out, nil
}

// whole takes one value, with nothing behind it.
func (c *canoniser) whole() error {
	if err := c.value(0); err != nil {
		return err
	}
	if c.space(); c.at != len(c.in) {
		return fmt.Errorf("byte %d: more behind the end", c.at)
	}
	return nil
}

func (c *canoniser) space() { c.at = jsonparts.Space(c.in, c.at) }

// next passes over white space, and over a byte if it is the one that is wanted.
func (c *canoniser) next(want byte) bool {
	c.space()
	if c.at == len(c.in) || c.in[c.at] != want {
		return false
	}
	c.at++
	return true
}

// value takes a value that is below so many lists and objects.
func (c *canoniser) value(depth int) error {
	c.space()
	if c.at == len(c.in) {
		return fmt.Errorf("byte %d: want a value", c.at)
	}
	switch first := c.in[c.at]; {
	case first == '"':
		return c.text()
	case first != '{' && first != '[':
		return c.scalar()
	case depth == maxDepth:
		return c.deep()
	case first == '[':
		return c.list(depth)
	}
	return c.object(depth)
}

func (c *canoniser) list(depth int) error {
	c.at++
	c.out = append(c.out, '[')
	for first := true; !c.next(']'); first = false {
		if !first {
			if !c.next(',') {
				return fmt.Errorf("byte %d: want a comma or the end of a list", c.at)
			}
			c.out = append(c.out, ',')
		}
		if err := c.value(depth + 1); err != nil {
			return err
		}
	}
	c.out = append(c.out, ']')
	return nil
}

func (c *canoniser) object(depth int) error {
	c.at++
	begin, mine, sorted := len(c.out), len(c.members), true
	c.out = append(c.out, '{')
	for first := true; !c.next('}'); first = false {
		if !first {
			if !c.next(',') {
				return fmt.Errorf("byte %d: want a comma or the end of an object", c.at)
			}
			c.out = append(c.out, ',')
		}
		m := member{from: len(c.out)}
		if c.space(); c.at == len(c.in) || c.in[c.at] != '"' {
			return fmt.Errorf("byte %d: want a key in quotes", c.at)
		}
		if err := c.text(); err != nil {
			return err
		}
		m.colon = len(c.out)
		if !c.next(':') {
			return fmt.Errorf("byte %d: want a colon behind a key", c.at)
		}
		c.out = append(c.out, ':')
		if err := c.value(depth + 1); err != nil {
			return err
		}
		m.to = len(c.out)
		sorted = sorted && (first || c.order(c.members[len(c.members)-1], m) < 0)
		c.members = append(c.members, m)
	}
	if !sorted {
		if err := c.sort(begin, c.members[mine:]); err != nil {
			return err
		}
	}
	c.members = c.members[:mine]
	c.out = append(c.out, '}')
	return nil
}

// sort puts the members of the object that begins at an offset into the order of their names (RFC 8785 section 3.2.3).
func (c *canoniser) sort(begin int, members []member) error {
	slices.SortFunc(members, c.order)
	c.moved = append(c.moved[:0], '{')
	for i, m := range members {
		if i > 0 {
			if c.order(members[i-1], m) == 0 {
				return fmt.Errorf("key %.40s stands twice in one object", c.out[m.from:m.colon])
			}
			c.moved = append(c.moved, ',')
		}
		c.moved = append(c.moved, c.out[m.from:m.to]...)
	}
	copy(c.out[begin:], c.moved)
	return nil
}

// order compares the names of two members.
func (c *canoniser) order(a, b member) int {
	return compareNames(c.out[a.from:a.colon], c.out[b.from:b.colon])
}

// compareNames compares names as canonical strings by their UTF-16 code units.
func compareNames(a, b []byte) int {
	if plain(a[1:len(a)-1]) && plain(b[1:len(b)-1]) {
		return bytes.Compare(a[1:len(a)-1], b[1:len(b)-1])
	}
	return slices.Compare(units(a), units(b))
}

// units are the UTF-16 code units of a canonical string.
func units(text []byte) []uint16 {
	var s string
	_ = json.Unmarshal(text, &s) // it is one
	return utf16.Encode([]rune(s))
}

// text takes a string.
func (c *canoniser) text() error {
	end := jsonparts.StringEnd(c.in, c.at)
	if end < 0 {
		return fmt.Errorf("byte %d: a string without an end", c.at)
	}
	return c.token(end, plain(c.in[c.at+1:end-1]))
}

// scalar takes a number or a literal.
func (c *canoniser) scalar() error {
	end := jsonparts.ScalarEnd(c.in, c.at)
	return c.token(end, simple(c.in[c.at:end]))
}

// deep takes what is nested too deep.
func (c *canoniser) deep() error {
	end, err := jsonparts.ValueEnd(c.in, c.at)
	if err != nil {
		return err
	}
	return c.token(end, false)
}

// token takes the text up to an offset, as it is when it is canonical already.
func (c *canoniser) token(end int, canonical bool) error {
	token := c.in[c.at:end]
	if !canonical {
		var err error
		if token, err = jcs.Transform(token); err != nil {
			return fmt.Errorf("byte %d: %w", c.at, err)
		}
	}
	c.out = append(c.out, token...)
	c.at = end
	return nil
}

// plain says whether the text between two quotes is printable ASCII without escapes.
func plain(s []byte) bool {
	for _, b := range s {
		if b < ' ' || b >= utf8.RuneSelf || b == '\\' {
			return false
		}
	}
	return true
}

// simple says whether a token is a literal or a small integer, which are canonical as they are.
func simple(s []byte) bool {
	switch string(s) {
	case "true", "false", "null", "0":
		return true
	}
	if len(s) > 0 && s[0] == '-' {
		s = s[1:]
	}
	if len(s) == 0 || len(s) > maxDigits || s[0] == '0' {
		return false
	}
	for _, b := range s {
		if b < '0' || b > '9' {
			return false
		}
	}
	return true
}
