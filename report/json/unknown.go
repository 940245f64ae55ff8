package json

import (
	"bytes"
	"encoding"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
)

// Unknown names the keys of a report's document that Read passes over, since a later version of the program has added them: each once, as
// a path without the places in lists, sorted. The document must be JSON.
func Unknown(doc []byte) []string {
	w := &walk{dec: json.NewDecoder(bytes.NewReader(doc)), found: map[string]bool{}, fields: map[reflect.Type]map[string]reflect.Type{}}
	w.dec.UseNumber()
	w.value("", reflect.TypeFor[report.Report]())
	return slices.Sorted(maps.Keys(w.found))
}

// walk goes through a document beside the types that it is read into.
type walk struct {
	dec    *json.Decoder
	fields map[reflect.Type]map[string]reflect.Type
	found  map[string]bool
}

// value passes over one value. A nil type is what has no keys of its own: nothing in it is unknown.
func (w *walk) value(path string, t reflect.Type) {
	token, err := w.dec.Token()
	if err != nil {
		return
	}
	t = bareType(t)
	switch token {
	case json.Delim('{'):
		fields := w.fieldsOf(t)
		for w.dec.More() {
			key, err := w.dec.Token()
			if err != nil {
				return
			}
			name, _ := key.(string)
			below, known := fields[name]
			switch {
			case known:
				w.value(path+"/"+name, below)
			case t != nil && t.Kind() == reflect.Map:
				w.value(path+"/*", t.Elem())
			default:
				if fields != nil {
					w.found[path+"/"+name] = true
				}
				w.value(path+"/"+name, nil)
			}
		}
	case json.Delim('['):
		var item reflect.Type
		if t != nil && (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) {
			item = t.Elem()
		}
		for w.dec.More() {
			w.value(path, item)
		}
	default:
		return
	}
	_, _ = w.dec.Token() // the end of the list or object
}

// bareType is what a pointer points to; nil for a type that reads itself.
func bareType(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) || reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return nil
	}
	return t
}

// fieldsOf are the keys of a struct, those of what it embeds included; nil for any other type.
func (w *walk) fieldsOf(t reflect.Type) map[string]reflect.Type {
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	if w.fields[t] != nil {
		return w.fields[t]
	}
	all := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.IsExported() && !f.Anonymous && name != "-" && name != "" {
			all[name] = f.Type
		}
	}
	w.fields[t] = all
	return all
}
