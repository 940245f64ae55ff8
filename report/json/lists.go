package json

import (
	"bytes"
	"fmt"
	"io"
)

// List is a list of a document that is written item by item.
type List struct {
	Key  string
	Len  int
	Item func(i int) any // makes an item when its turn has come
}

// EncodeLists writes a document as Encode does, with the items of each list as the value of its key, which in document is an empty list.
// The lists stand in the order of the document. Items become text one after the other: there may be too many to hold all, or their text.
func EncodeLists(w io.Writer, document any, lists ...List) error {
	rest, err := new(encoder).indented(document, "")
	if err != nil {
		return err
	}
	for _, list := range lists {
		before, after, ok := bytes.Cut(rest, fmt.Appendf(nil, "%q: []", list.Key)) // in a string the quotes would be escaped
		if !ok {
			return fmt.Errorf("make JSON: %q is no empty list", list.Key)
		}
		if err := put(w, before, fmt.Appendf(nil, "%q: [", list.Key)); err != nil {
			return err
		}
		if err := list.put(w, string(before[bytes.LastIndexByte(before, '\n')+1:])); err != nil {
			return err
		}
		rest = append([]byte("]"), after...)
	}
	return put(w, rest, []byte("\n"))
}

// put writes the items, each on a line of its own, below a key with an indent.
func (l List) put(w io.Writer, indent string) error {
	var e encoder
	next := []byte("\n" + indent + "  ")
	for i := range l.Len {
		item, err := e.indented(l.Item(i), indent+"  ")
		if err != nil {
			return err
		}
		if err := put(w, next, item); err != nil {
			return err
		}
		next = []byte(",\n" + indent + "  ")
	}
	if l.Len == 0 {
		return nil
	}
	return put(w, []byte("\n"+indent))
}
