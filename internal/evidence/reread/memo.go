package reread

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"

	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/jsonparts"
)

// confirmed is the key whose value is left out of what is known of an item: it is another in every report, and leaves a hole.
const confirmed = `"confirmed"`

// least is how many octets of items are remembered at least, twice: or those of the largest document, if they are more. What was not met while as many
// were is let go.
const least = 32 << 20

// item is one that was met, with what is known of it.
type item[V any] struct {
	text           string // without what is in the hole
	hole           int    // where that was; -1 where there is none
	canonicalFront []byte // and so its canonical JSON
	canonicalBack  []byte
	value          V
	next           *item[V] // what followed it when it was met last
	age            int
}

// memo knows the items of one list.
type memo[V any] struct {
	recent, older map[string]*item[V] // by their text without what is in the hole
	size, age     int                 // of recent, in octets; how often recent became older
	largest       int                 // document, in octets
	begin         item[V]             // stands in front of the first
}

func newMemo[V any]() *memo[V] { return &memo[V]{recent: map[string]*item[V]{}} }

// taken is an item as it stands in a document.
type taken[V any] struct {
	item *item[V]
	hole []byte // the value that is in its hole
}

// take takes the list that begins at an offset. It is no list, or one with a fault: an error.
func take[V any](m *memo[V], c *evidence.Canoniser, doc []byte, at int, read func(text []byte) (V, error)) (out []taken[V], canonical func(io.Writer) error, end int, err error) {
	out, m.largest = []taken[V]{}, max(m.largest, len(doc))
	last := &m.begin
	end, err = jsonparts.List(doc, at, func(at int) (int, error) {
		t, end, err := m.item(last.next, doc, at, read)
		if err != nil {
			return 0, err
		}
		last.next, last = t.item, t.item
		out = append(out, t)
		return end, nil
	})
	return out, func(w io.Writer) error { return write(w, c, out) }, end, err
}

// item takes the item that begins at an offset. It may be the one that is expected; if not, it may be known all the same.
func (m *memo[V]) item(expected *item[V], doc []byte, at int, read func(text []byte) (V, error)) (taken[V], int, error) {
	if expected != nil {
		if value, end := expected.is(doc, at); end > 0 {
			m.met(expected)
			return taken[V]{expected, value}, end, nil
		}
	}
	end, err := jsonparts.ValueEnd(doc, at)
	if err != nil {
		return taken[V]{}, 0, err
	}
	text := doc[at:end]
	from, to := holeOf(text)
	key, hole := string(text), -1
	if from < to {
		key, hole = string(text[:from])+string(text[to:]), from
	}
	for _, known := range []map[string]*item[V]{m.recent, m.older} {
		if it := known[key]; it != nil && it.hole == hole {
			m.met(it)
			return taken[V]{it, text[from:to]}, end, nil
		}
	}
	it, err := newItem(key, hole, read)
	if err != nil {
		return taken[V]{}, 0, err
	}
	it.age = m.age - 1
	m.met(it)
	return taken[V]{it, text[from:to]}, end, nil
}

// met keeps an item.
func (m *memo[V]) met(it *item[V]) {
	if it.age == m.age {
		return
	}
	if m.size > max(least, m.largest) {
		m.recent, m.older, m.size = map[string]*item[V]{}, m.recent, 0
		m.age++
	}
	it.age = m.age
	m.recent[it.text] = it
	m.size += len(it.text)
}

// is says whether the item is what begins at an offset, and if so where it ends and what is in the hole.
func (it *item[V]) is(doc []byte, at int) (value []byte, end int) {
	before, after := it.text, ""
	if it.hole >= 0 {
		before, after = it.text[:it.hole], it.text[it.hole:]
	}
	if !same(doc[at:], before) {
		return nil, 0
	}
	if at += len(before); it.hole < 0 {
		return nil, at
	}
	end, err := jsonparts.ValueEnd(doc, at)
	if err != nil || !same(doc[end:], after) {
		return nil, 0
	}
	return doc[at:end], end + len(after)
}

func same(doc []byte, begin string) bool {
	return len(doc) >= len(begin) && string(doc[:len(begin)]) == begin
}

// holeOf returns where the value begins and ends that is left out of an item: nowhere, where there is none, or more than one.
func holeOf(text []byte) (from, to int) {
	if !bytes.Contains(text, []byte(confirmed)) {
		return 0, 0
	}
	found := 0
	err := jsonparts.Each(text, func(name []byte, at int) (int, error) {
		end, err := jsonparts.ValueEnd(text, at)
		if bytes.IndexByte(name, '\\') >= 0 || strings.EqualFold(string(name), confirmed) {
			found++
		}
		if string(name) == confirmed {
			from, to = at, end
		}
		return end, err
	})
	if err != nil || found != 1 {
		return 0, 0
	}
	return from, to
}

// newItem makes known what a text says, without what was in its hole.
func newItem[V any](text string, hole int, read func(text []byte) (V, error)) (*item[V], error) {
	it := &item[V]{text: text, hole: hole}
	if hole >= 0 {
		text = text[:hole] + "null" + text[hole:]
	}
	var err error
	if it.value, err = read([]byte(text)); err != nil {
		return nil, err
	}
	canonical, err := evidence.Canonical(json.RawMessage(text))
	canonical = bytes.Clone(canonical) // without the room for its white space
	if it.canonicalFront = canonical; err != nil || hole < 0 {
		return it, err
	}
	return it, jsonparts.Each(canonical, func(name []byte, at int) (int, error) {
		end, err := jsonparts.ValueEnd(canonical, at)
		if string(name) == confirmed {
			it.canonicalFront, it.canonicalBack = canonical[:at], canonical[end:]
		}
		return end, err
	})
}

// write writes the canonical JSON of a list.
func write[V any](w io.Writer, c *evidence.Canoniser, list []taken[V]) error {
	before := []byte("[")
	for _, t := range list {
		_, _ = w.Write(before) // to a hash, which takes everything
		_, _ = w.Write(t.item.canonicalFront)
		if t.item.hole >= 0 {
			if err := writeCanonical(w, c, t.hole); err != nil {
				return err
			}
			_, _ = w.Write(t.item.canonicalBack)
		}
		before = []byte(",")
	}
	end := "]"
	if len(list) == 0 {
		end = "[]"
	}
	_, err := io.WriteString(w, end)
	return err
}
