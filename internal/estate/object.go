package estate

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/nearest"
)

// field is one key that an object may have: its name, its meaning, the shape of its value for editors, and how it is read.
// The strict key check and the JSON Schema are both made from the same fields, so that they cannot drift apart.
type field[T any] struct {
	name  string
	doc   string
	shape shape
	read  func(d *decoder, n *node, into *T)
}

// object is a kind of mapping with a fixed set of keys.
type object[T any] struct {
	name     string // "a listener", as errors name it
	doc      string
	fields   []field[T]
	required []string // keys that the schema demands; the reader demands them by itself
}

func (o *object[T]) keys() []string {
	keys := make([]string, len(o.fields))
	for i, f := range o.fields {
		keys[i] = f.name
	}
	return keys
}

// check says whether n is a mapping, and adds a fault for each key that the object has not.
func (o *object[T]) check(d *decoder, n *node) bool {
	if n.kind != mapping {
		d.faults.add(n.at, "%s: is %s; want a mapping of keys, such as %s: ...%s", o.name, n.what(), o.keys()[0], n.use)
		return false
	}
	keys := o.keys()
	for _, e := range n.entries {
		if !slices.Contains(keys, e.key.text) {
			want := strings.TrimSpace(nearest.Meant(e.key.text, keys))
			if want == "" {
				want = "want " + nearest.AnyOf(keys)
			}
			d.faults.add(e.key.at, "%s: unknown key of %s; %s%s", e.key.text, o.name, want, e.key.use)
		}
	}
	return true
}

// read checks n and reads every key that is there, in the order of the table.
func (o *object[T]) read(d *decoder, n *node, into *T) bool {
	if !o.check(d, n) {
		return false
	}
	for _, f := range o.fields {
		if v := n.get(f.name); v != nil {
			f.read(d, v, into)
		}
	}
	return true
}

// need adds a fault for each of the keys that n has not.
func (o *object[T]) need(d *decoder, n *node, hint map[string]string) bool {
	ok := true
	for _, key := range o.required {
		if n.get(key) == nil {
			d.faults.add(n.at, "%s: %s has none; want %s%s", key, o.name, hint[key], n.use)
			ok = false
		}
	}
	return ok
}
