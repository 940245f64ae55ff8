package json

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/portseal/portseal/internal/jsonparts"
	"github.com/portseal/portseal/report/text"
)

// encoder makes values text, one after the other in the same memory: a report has many.
type encoder struct {
	compact bytes.Buffer
	out     []byte
}

// line is a value on one line that ends with a line feed. It stands until the next value.
func (e *encoder) line(v any) ([]byte, error) {
	e.compact.Reset()
	enc := json.NewEncoder(&e.compact)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("make JSON: %w", err)
	}
	return e.compact.Bytes(), nil
}

// printable is a value on one line with nothing that moves a terminal's cursor. It stands until the next value.
func (e *encoder) printable(v any) ([]byte, error) {
	doc, err := e.line(v)
	if err != nil || ascii(doc) {
		return doc, err
	}
	e.out = appendPrintable(e.out[:0], doc)
	return e.out, nil
}

// indented is a value as json.Indent lays it out, printable and without an end of line; all lines but the first begin with prefix. It
// stands until the next value. What encoding/json has just written is no text to doubt, so this goes from string to string, where Indent
// looks at each byte.
func (e *encoder) indented(v any, prefix string) ([]byte, error) {
	doc, err := e.line(v)
	if err != nil {
		return nil, err
	}
	out := e.out[:0]
	line := "\n" + prefix
	for at := 0; at < len(doc); at++ {
		switch c := doc[at]; c {
		case '"':
			end := jsonparts.StringEnd(doc, at)
			out = appendPrintable(out, doc[at:end])
			at = end - 1
		case '{', '[':
			out = append(out, c)
			if end := c + 2; doc[at+1] == end { // in ASCII a bracket's other half is two on
				out = append(out, end)
				at++
				continue
			}
			line += "  "
			out = append(out, line...)
		case '}', ']':
			line = line[:len(line)-2]
			out = append(append(out, line...), c)
		case ',':
			out = append(append(out, c), line...)
		case ':':
			out = append(out, ": "...)
		case '\n': // behind the value
		default:
			out = append(out, c)
		}
	}
	e.out = out
	return out, nil
}

// appendPrintable writes what text.Unsafe names as JSON escapes (RFC 8259 section 7). Outside strings JSON is ASCII, so every
// such rune is inside one; line feeds and blanks of the layout are ASCII and stay. U+FFFD is escaped too, since
// encoding/json escapes it only where it stands for bytes that were not UTF-8: the same text is always the same bytes.
func appendPrintable(out, doc []byte) []byte {
	if ascii(doc) {
		return append(out, doc...)
	}
	for len(doc) > 0 {
		r, size := utf8.DecodeRune(doc)
		switch {
		case r != 0x7F && r != utf8.RuneError && (r < utf8.RuneSelf || !text.Unsafe(r)):
			out = append(out, doc[:size]...)
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		doc = doc[size:]
	}
	return out
}

// ascii says that nothing in doc is to be escaped.
func ascii(doc []byte) bool {
	for _, c := range doc {
		if c >= 0x7F {
			return false
		}
	}
	return true
}
