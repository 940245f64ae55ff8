package profile

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/portseal/portseal/internal/nearest"
)

// Error is one fault of a profile's file.
type Error struct {
	File         string
	Line, Column int // from 1
	Message      string
}

// Error returns "file:line:column: message".
func (e Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// Errors is every fault of a file, in the order of places.
type Errors []Error

// Error returns one line an error.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// decoder reads values out of nodes and keeps what is wrong with them.
type decoder struct {
	file   string
	faults Errors
}

func (d *decoder) fail(at *node, format string, args ...any) {
	d.faults = append(d.faults, Error{d.file, at.line, at.column, fmt.Sprintf(format, args...)})
}

func (d *decoder) err() error {
	if len(d.faults) == 0 {
		return nil
	}
	slices.SortStableFunc(d.faults, func(a, b Error) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column)) })
	return d.faults
}

// keys checks that n is a mapping with no other keys than these.
func (d *decoder) keys(what string, n *node, known []string) bool {
	if n.kind != mapping {
		d.fail(n, "%s is %s; want a mapping of keys: %s", what, n.what(), nearest.AnyOf(known))
		return false
	}
	for _, e := range n.keys {
		if !slices.Contains(known, e.key.text) {
			d.fail(e.key, "%s: unknown key of %s; %swant %s", e.key.text, what, nearest.Meant(e.key.text, known), nearest.AnyOf(known))
		}
	}
	return true
}

// text reads the text of a key of n; "" where it is not there.
func (d *decoder) text(n *node, key string) string {
	v := n.get(key)
	if v == nil {
		return ""
	}
	return d.word(key, v)
}

// need is text that must be there.
func (d *decoder) need(what string, n *node, key, want string) string {
	if n.get(key) == nil {
		d.fail(n, "%s: %s has none; want %s", key, what, want)
	}
	return d.text(n, key)
}

func (d *decoder) word(key string, n *node) string {
	switch {
	case n.kind == empty, n.kind == scalar && n.text == "":
		d.fail(n, "%s: has no value; want one, or leave the key out", key)
	case n.kind != scalar:
		d.fail(n, "%s: is %s; want a single value", key, n.what())
	case strings.ContainsFunc(n.text, func(r rune) bool { return !unicode.IsPrint(r) }):
		d.fail(n, "%s: %q has characters that cannot be printed; want plain text", key, n.text)
	default:
		return n.text
	}
	return ""
}

// id is a name in small letters, as of profiles and items.
func (d *decoder) id(what string, n *node, key string) string {
	s := d.need(what, n, key, "small letters, digits, - and .")
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" {
		d.fail(n.get(key), "%s: %q; want small letters, digits, - and .", key, s)
	}
	return s
}

// date reads a day.
func (d *decoder) date(n *node, key string) string {
	s := d.text(n, key)
	if s == "" {
		return ""
	}
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		d.fail(n.get(key), "%s: %q is no date; want YYYY-MM-DD, as in 2026-12-31", key, s)
	}
	return s
}

// oneOf reads one of a few words.
func (d *decoder) oneOf(key string, n *node, words []string) string {
	s := d.word(key, n)
	if s != "" && !slices.Contains(words, s) {
		d.fail(n, "%s: %q is unknown; %swant %s", key, s, nearest.Meant(s, words), nearest.AnyOf(words))
	}
	return s
}

// whole reads a whole number.
func (d *decoder) whole(key string, n *node, low, high int) int {
	s := d.word(key, n)
	v, err := strconv.Atoi(s)
	if s != "" && (err != nil || strconv.Itoa(v) != s || v < low || v > high) {
		d.fail(n, "%s: %q; want a whole number from %d to %d", key, s, low, high)
	}
	return v
}

// words reads a list, each member through one; a single value stands for a list of one.
func (d *decoder) words(key string, n *node, one func(n *node) string) []string {
	items := n.items
	switch {
	case n.kind == scalar:
		items = []*node{n}
	case n.kind != list || len(items) == 0:
		d.fail(n, "%s: is %s; want a list with at least one member, as in [a, b]", key, n.what())
		return nil
	}
	var out []string
	for _, i := range items {
		s := one(i)
		if s != "" && slices.Contains(out, s) {
			d.fail(i, "%s: %s is here twice; want it once", key, s)
		}
		out = append(out, s)
	}
	return out
}
