// Package jsonparts takes a JSON text apart at its top: the members of an object, the items of a list, as the bytes that stand there. A
// report has one list that is nearly all of it; in parts, it can be read on all processors, and made canonical without a copy of it.
//
// Limits: what is inside a part is passed over by its quotes and brackets alone, and not checked: whoever reads the part does that.
package jsonparts

import (
	"bytes"
	"fmt"
)

// Member is a member of an object, as it is written.
type Member struct {
	Name  []byte // with its quotes and escapes
	Value []byte
	Items [][]byte // of a value that is a list
}

// Members returns the members of the object that doc is, in the order of the text.
func Members(doc []byte) ([]Member, error) {
	var out []Member
	err := Each(doc, func(name []byte, at int) (int, error) {
		items, end, err := list(doc, at)
		if err != nil { // no list, or one with a fault inside, which whoever reads it will name
			items = nil
			end, err = ValueEnd(doc, at)
		}
		if err == nil {
			out = append(out, Member{name, doc[at:end], items})
		}
		return end, err
	})
	return out, err
}

// Each calls value for each member of the object that doc is: with its name, and the offset at which its value begins. It returns the offset
// behind the value.
func Each(doc []byte, value func(name []byte, at int) (end int, err error)) error {
	return walk(doc, '{', '}', func(at int) (int, error) {
		if at == len(doc) || doc[at] != '"' {
			return 0, fmt.Errorf("byte %d: want a key in quotes", at)
		}
		colon, err := ValueEnd(doc, at)
		if err != nil {
			return 0, err
		}
		name := doc[at:colon]
		if colon = Space(doc, colon); colon == len(doc) || doc[colon] != ':' {
			return 0, fmt.Errorf("byte %d: want a colon behind a key", colon)
		}
		return value(name, Space(doc, colon+1))
	})
}

// Items returns the items of the list that doc is.
func Items(doc []byte) ([][]byte, error) {
	items, end, err := list(doc, Space(doc, 0))
	if err != nil {
		return nil, err
	}
	return items, over(doc, end)
}

// list returns the items of the list that begins at an offset, and the offset behind it.
func list(doc []byte, at int) (items [][]byte, end int, err error) {
	items = [][]byte{}
	end, err = List(doc, at, func(at int) (int, error) {
		end, err := ValueEnd(doc, at)
		if err == nil {
			items = append(items, doc[at:end])
		}
		return end, err
	})
	return items, end, err
}

// List calls item for each item of the list that begins at an offset, with the offset at which the item begins; it returns the offset behind the
// item, and List that behind the list.
func List(doc []byte, at int, item func(at int) (end int, err error)) (end int, err error) {
	return inside(doc, at, '[', ']', item)
}

// walk passes over the list or object that doc is; part returns where the part ends that begins at an offset.
func walk(doc []byte, begin, end byte, part func(at int) (int, error)) error {
	at, err := inside(doc, Space(doc, 0), begin, end, part)
	if err != nil {
		return err
	}
	return over(doc, at)
}

// over wants nothing but white space from an offset on.
func over(doc []byte, at int) error {
	if at = Space(doc, at); at != len(doc) {
		return fmt.Errorf("byte %d: more behind the end", at)
	}
	return nil
}

// inside passes over the list or object that begins at an offset, and returns the offset behind it.
func inside(doc []byte, at int, begin, end byte, part func(at int) (int, error)) (int, error) {
	if at == len(doc) || doc[at] != begin {
		return 0, fmt.Errorf("byte %d: want %q", at, begin)
	}
	at = Space(doc, at+1)
	for empty := at < len(doc) && doc[at] == end; !empty; at = Space(doc, at+1) {
		var err error
		if at, err = part(at); err != nil {
			return 0, err
		}
		at = Space(doc, at)
		if at == len(doc) || doc[at] != ',' && doc[at] != end {
			return 0, fmt.Errorf("byte %d: want a comma or %q", at, end)
		}
		if doc[at] == end {
			break
		}
	}
	return at + 1, nil
}

// Space returns the first offset from at on that holds no white space (RFC 8259 section 2), or the length of doc.
func Space(doc []byte, at int) int {
	for at < len(doc) && (doc[at] == ' ' || doc[at] == '\n' || doc[at] == '\r' || doc[at] == '\t') {
		at++
	}
	return at
}

// StringEnd returns the offset behind the string that begins with the quote at an offset, or -1 where it does not end.
func StringEnd(doc []byte, at int) int {
	for at++; ; at++ {
		n := bytes.IndexByte(doc[at:], '"')
		if n < 0 {
			return -1
		}
		escape := bytes.IndexByte(doc[at:at+n], '\\')
		if escape < 0 {
			return at + n + 1
		}
		if at += escape + 1; at == len(doc) {
			return -1
		}
	}
}

// ScalarEnd returns the offset behind a number or literal: what ends one is white space, a quote or a bracket, a comma, a colon.
func ScalarEnd(doc []byte, at int) int {
	for at < len(doc) {
		switch doc[at] {
		case ' ', '\n', '\r', '\t', '"', '{', '}', '[', ']', ',', ':':
			return at
		}
		at++
	}
	return at
}

// ValueEnd returns the offset behind the value that begins at an offset.
func ValueEnd(doc []byte, at int) (int, error) {
	begin, depth := at, 0
	if at == len(doc) || bytes.IndexByte([]byte("}],:"), doc[at]) >= 0 {
		return 0, fmt.Errorf("byte %d: want a value", begin)
	}
	for at < len(doc) {
		switch doc[at] {
		case '"':
			if at = StringEnd(doc, at); at < 0 {
				return 0, fmt.Errorf("byte %d: a string without an end", begin)
			}
		case '{', '[':
			depth++
			at++
		case '}', ']':
			depth--
			at++
		case ' ', '\n', '\r', '\t', ',', ':':
			at++
		default:
			at = ScalarEnd(doc, at)
		}
		if depth == 0 {
			return at, nil
		}
	}
	return 0, fmt.Errorf("byte %d: a value without an end", begin)
}
