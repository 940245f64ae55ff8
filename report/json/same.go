package json

import (
	"bytes"
	"sync"
	"sync/atomic"

	"github.com/portseal/portseal/internal/jsonparts"
	"github.com/portseal/portseal/report"
)

// Same says whether a document is what Write writes of the report that was read from it, white space apart. If so the report is all that the
// document says, to the last key, and both have one digest. That is cheaper than to compute it. A document that says the same in
// another way, as with its keys in another order, is not the same.
func Same(doc []byte, rep *report.Report) bool {
	lists, shell, err := apart(doc)
	if err != nil {
		return false
	}
	whole := Complete(rep)
	rest := *whole
	rest.Endpoints, rest.Certificates = []report.Endpoint{}, []report.Certificate{}
	return new(encoder).same(shell, &rest) && sameList(lists["endpoints"], whole.Endpoints) && sameList(lists["certificates"], whole.Certificates)
}

// sameList compares item by item, on all processors, up to the first that is not the same.
func sameList[T any](items [][]byte, list []T) bool {
	if items == nil || len(items) != len(list) {
		return false
	}
	var differs atomic.Bool
	encoders := sync.Pool{New: func() any { return new(encoder) }}
	_ = parallel(len(items), func(i int) error {
		e := encoders.Get().(*encoder)
		if !differs.Load() && !e.same(items[i], &list[i]) {
			differs.Store(true)
		}
		encoders.Put(e)
		return nil
	})
	return !differs.Load()
}

// same compares JSON text with what a value would be written as.
func (e *encoder) same(text []byte, v any) bool {
	line, err := e.printable(v)
	return err == nil && sameText(text, bytes.TrimSuffix(line, []byte("\n")))
}

// sameText compares JSON text with text that has no white space outside its strings.
func sameText(text, compact []byte) bool {
	for at := jsonparts.Space(text, 0); at < len(text); at = jsonparts.Space(text, at) {
		end := at + 1
		if text[at] == '"' {
			end = jsonparts.StringEnd(text, at)
		}
		if end < 0 || !bytes.HasPrefix(compact, text[at:end]) {
			return false
		}
		compact = compact[end-at:]
		at = end
	}
	return len(compact) == 0
}
