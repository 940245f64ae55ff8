package syntax

import (
	"bufio"
	"io"
	"strings"
	"unicode/utf8"
)

// Write writes a policy as text in UTF-8 that Parse reads back to the same tree: one keyword or brace a line, indented,
// the values of a block below each other. Comments, empty lines and text that counts for nothing stay; sequence numbers
// and what surrounds Markdown fences do not.
func Write(w io.Writer, f *File) error {
	out := &writer{w: bufio.NewWriter(w)}
	out.body(f.Body, 0)
	return out.w.Flush()
}

// NewStatement makes a statement to be written.
func NewStatement(keyword, name string, body ...Node) *Statement {
	return &Statement{Keyword: keyword, Written: keyword, Name: name, Body: body}
}

type writer struct{ w *bufio.Writer }

const maxAlign = 32 // longer keywords do not push the values of the others further right

func (w *writer) body(body []Node, depth int) {
	width := 0
	for _, n := range body {
		if a, ok := n.(*Attribute); ok {
			if n := utf8.RuneCountInString(a.Written); n <= maxAlign {
				width = max(width, n)
			}
		}
	}
	for _, n := range body {
		switch n := n.(type) {
		case *Blank:
			w.line(depth)
		case *Comment:
			w.line(depth, n.Text)
		case *Attribute:
			keyword := n.Written
			if n.Value != "" {
				keyword += strings.Repeat(" ", max(0, width-utf8.RuneCountInString(keyword)))
			}
			w.line(depth, keyword, n.Value, n.Comment)
		case *Statement:
			w.line(depth, n.Written, n.Name, n.Extra, n.Comment)
			w.line(depth, "{", n.OpenComment)
			w.body(n.Body, depth+1)
			w.line(depth, "}", n.CloseComment)
		}
	}
}

// line writes the parts that are not empty, with a blank between them. A block without a statement has none.
func (w *writer) line(depth int, parts ...string) {
	text := ""
	for _, part := range parts {
		if text != "" && part != "" {
			text += " "
		}
		text += part
	}
	if text == "" && len(parts) > 1 {
		return
	}
	if text != "" {
		text = strings.Repeat("  ", depth) + text
	}
	if sequenceAt(text) >= 0 {
		text = " " + text // or its end would be read as a sequence number
	}
	w.w.WriteString(text + "\n") // the Writer keeps its first error for Flush
}
