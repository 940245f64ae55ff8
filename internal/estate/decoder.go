package estate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/portseal/portseal/internal/nearest"
)

// decoder reads values out of nodes and keeps what is wrong with them.
type decoder struct {
	faults faults
	opts   Options
}

// fail adds the fault of a key's value: "key: what".
func (d *decoder) fail(n *node, key, format string, args ...any) {
	d.faults.add(n.at, "%s: %s%s", key, fmt.Sprintf(format, args...), n.use)
}

// text reads a scalar's source text.
func (d *decoder) text(key string, n *node) (string, bool) {
	switch {
	case n.kind == empty:
		d.fail(n, key, "has no value; want one, or leave the key out")
	case n.kind != scalar:
		d.fail(n, key, "is %s; want a single value", n.what())
	case n.text == "":
		d.fail(n, key, "is an empty text; want a value, or leave the key out")
	case strings.Contains(n.text, "${"):
		d.fail(n, key, "%q: variables stand in templates only; want the value itself", n.text)
	case strings.ContainsFunc(n.text, func(r rune) bool { return !unicode.IsPrint(r) }):
		d.fail(n, key, "%q has characters that cannot be printed; want plain text", n.text)
	default:
		return n.text, true
	}
	return "", false
}

// prose is text that may have several lines.
func (d *decoder) prose(key string, n *node) (string, bool) {
	one := *n
	one.text = strings.Join(strings.Fields(n.text), " ")
	return d.text(key, &one)
}

// name reads the name of a system, listener, ring or template: it must be usable in ids, globs and ring references.
func (d *decoder) name(key string, n *node) (string, bool) {
	s, ok := d.text(key, n)
	if ok && strings.ContainsAny(s, " /@:,*?[]\\\"'") {
		d.fail(n, key, "%q: a name may not have blanks, quotes or / @ : , * ? [ ] \\; want letters, digits, - _ and .", s)
		return "", false
	}
	return s, ok
}

// items reads a list that has at least one item.
func (d *decoder) items(key string, n *node) []*node {
	switch {
	case n.kind == empty, n.kind == list && len(n.items) == 0:
		d.fail(n, key, "is an empty list; want at least one item, or leave the key out")
	case n.kind != list:
		d.fail(n, key, "is %s; want a list, as in [a, b]", n.what())
	default:
		return n.items
	}
	return nil
}

// anyItems reads a list that may be written as [], where none is something to say.
func (d *decoder) anyItems(key string, n *node) []*node {
	if n.kind == list && len(n.items) == 0 {
		return nil
	}
	return d.items(key, n)
}

// integer reads a decimal number; a leading zero is refused, since YAML readers differ on what it means.
func (d *decoder) integer(key string, n *node, low, high int) (int, bool) {
	s, ok := d.text(key, n)
	if !ok {
		return 0, false
	}
	v, err := strconv.Atoi(s)
	switch {
	case err != nil && !isDigits(strings.TrimPrefix(s, "-")), err == nil && strconv.Itoa(v) != s:
		d.fail(n, key, "%q is no whole number; want %d to %d", s, low, high)
	case err != nil, v < low, v > high:
		d.fail(n, key, "%s is out of range; want %d to %d", s, low, high)
	default:
		return v, true
	}
	return 0, false
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// boolean reads true or false.
func (d *decoder) boolean(key string, n *node) (value, ok bool) {
	s, ok := d.text(key, n)
	if ok && s != "true" && s != "false" {
		d.fail(n, key, "%q; want true or false", s)
		return false, false
	}
	return s == "true", ok
}

// oneOf reads one of a few words.
func (d *decoder) oneOf(key string, n *node, words []string) (string, bool) {
	s, ok := d.text(key, n)
	if ok && !slices.Contains(words, s) {
		d.fail(n, key, "%q is unknown; %swant %s", s, nearest.Meant(s, words), nearest.AnyOf(words))
		return "", false
	}
	return s, ok
}

// date reads a day, UTC.
func (d *decoder) date(key string, n *node) (string, bool) {
	s, ok := d.text(key, n)
	if !ok {
		return "", false
	}
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		d.fail(n, key, "%q is no date; want YYYY-MM-DD, as in 2026-12-31", s)
		return "", false
	}
	return s, true
}

// age reads a time such as 7d or 36h.
func (d *decoder) age(key string, n *node) (time.Duration, bool) {
	s, ok := d.text(key, n)
	if !ok {
		return 0, false
	}
	const day, most = 24 * time.Hour, 3650
	var v time.Duration
	days, inDays := strings.CutSuffix(s, "d")
	count, err := strconv.Atoi(days)
	if v = time.Duration(min(count, most+1)) * day; !inDays || err != nil {
		v, err = time.ParseDuration(s)
	}
	switch {
	case err != nil:
		d.fail(n, key, "%q is no time; want days as in 7d, or hours as in 36h", s)
	case v < time.Minute || v > most*day:
		d.fail(n, key, "%s is out of range; want 1m to %dd", s, most)
	default:
		return v, true
	}
	return 0, false
}

// duration reads a time such as 5s.
func (d *decoder) duration(key string, n *node, low, high time.Duration) (time.Duration, bool) {
	s, ok := d.text(key, n)
	if !ok {
		return 0, false
	}
	v, err := time.ParseDuration(s)
	switch {
	case err != nil:
		d.fail(n, key, "%q is no duration; want a number with a unit, as in 5s or 500ms", s)
	case v < low || v > high:
		d.fail(n, key, "%s is out of range; want %v to %v", s, low, high)
	default:
		return v, true
	}
	return 0, false
}
