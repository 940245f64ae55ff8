package syntax

import (
	"strings"

	"github.com/portseal/portseal/report"
)

// Source is a policy file as it was collected: bytes in whatever code page.
type Source struct {
	Path    string
	Data    []byte
	Decoded *Decoded // the text, when it is at hand; Data then only tells files apart
}

// File is the tree of one policy file, and all that is wrong with its text.
type File struct {
	Path string
	// Encoding is what the bytes were read as: a name of internal/ebcdic (UTF-8, ISO-8859-1, IBM-1047, IBM-037, ...).
	Encoding string
	Body     []Node
	Problems []Problem // in the order of their positions
}

// Node is one entry of a file or block: a *Statement, *Attribute, *Comment or *Blank.
type Node interface {
	// Pos is where the node begins. A node that was not parsed has the zero Location.
	Pos() report.Location
}

// Statement is a keyword with a block in braces: TTLSRule NAME { ... }, or an inline TTLSKeyringParms { ... }.
type Statement struct {
	Keyword string // the table's spelling; as written when the table does not know it
	Written string // as written
	Name    string // empty for an inline statement without a name
	At      report.Location
	NameAt  report.Location // zero without a name
	End     report.Location // of the closing brace, or of the end of what was read as this block
	Body    []Node

	Extra        string // text after the name, which Policy Agent ignores
	Comment      string // on the line of the keyword, from its '#' on
	private      bool   // as in Attribute
	OpenComment  string // on the line of the opening brace
	CloseComment string // on the line of the closing brace
}

// Attribute is one line of keyword and value.
type Attribute struct {
	Keyword string // the table's spelling; as written when the table does not know it
	Written string // as written
	Value   string // all that follows the keyword, up to a comment, without blanks at its ends
	At      report.Location
	Comment string // on the same line, from its '#' on

	private bool // the keyword may be a password: it is not known, and a password would stand there

	valueLine, valueColumn int32 // a file of 10 MB has 300,000 attributes: a Location of its own would be four times as large
}

// Word is one run of characters without blanks.
type Word struct {
	Text string
	At   report.Location
}

// Comment is a line that holds a comment only.
type Comment struct {
	Text string // from its '#' on
	At   report.Location
}

// Blank is an empty line. Several in a row are one Blank.
type Blank struct{ At report.Location }

// Pos is where the keyword stands.
func (s *Statement) Pos() report.Location { return s.At }

// Pos is where the keyword stands.
func (a *Attribute) Pos() report.Location { return a.At }

// Pos is where the '#' stands.
func (c *Comment) Pos() report.Location { return c.At }

// Pos is the start of the empty line.
func (b *Blank) Pos() report.Location { return b.At }

// Problem is one fault of a policy, whoever found it.
type Problem struct {
	ID       string // ATTLS-...
	Severity report.Severity
	At       report.Location
	Message  string // what is wrong, why, and what would be right
	Hard     bool   // Policy Agent stops at it and installs no policy at all
}

// NewAttribute makes an attribute to be written: keyword, value and, when it is not empty, a comment that begins with '#'.
func NewAttribute(keyword, value, comment string) *Attribute {
	value = strings.TrimFunc(value, blank)
	return &Attribute{Keyword: keyword, Written: keyword, Value: value, Comment: comment}
}

// Place says where an attribute that was made stands, and its value.
func (a *Attribute) Place(at, valueAt report.Location) {
	a.At, a.valueLine, a.valueColumn = at, int32(valueAt.Line), int32(valueAt.Column)
}

// ValueAt is where the value begins, or would.
func (a *Attribute) ValueAt() report.Location {
	return report.Location{File: a.At.File, Line: int(a.valueLine), Column: int(a.valueColumn)}
}

// Words splits the value. Most values are one word, which Word gives for less.
func (a *Attribute) Words() []Word { return words(a.Value, a.ValueAt()) }

// Rest is the text of the line from word i on, blanks within it as written, or "": certificate labels hold blanks.
func (a *Attribute) Rest(i int) string {
	start, _ := wordSpan(a.Value, i)
	return a.Value[start:]
}

// Word is the text of word i, or "".
func (a *Attribute) Word(i int) string {
	start, end := wordSpan(a.Value, i)
	return a.Value[start:end]
}

// Attributes are those directly in the block with this keyword (the table's spelling), in order.
func (s *Statement) Attributes(keyword string) []*Attribute {
	return pick[*Attribute](s.Body, func(a *Attribute) bool { return a.Keyword == keyword })
}

// Statements are those directly in the block with this keyword (the table's spelling), in order.
func (s *Statement) Statements(keyword string) []*Statement {
	return pick[*Statement](s.Body, func(b *Statement) bool { return b.Keyword == keyword })
}

// Statements are those at the top level of the file with this keyword (the table's spelling), in order.
func (f *File) Statements(keyword string) []*Statement {
	return pick[*Statement](f.Body, func(b *Statement) bool { return b.Keyword == keyword })
}

// Attributes are those at the top level of the file with this keyword (the table's spelling), in order.
func (f *File) Attributes(keyword string) []*Attribute {
	return pick[*Attribute](f.Body, func(a *Attribute) bool { return a.Keyword == keyword })
}

func pick[T Node](body []Node, want func(T) bool) []T {
	var out []T
	for _, n := range body {
		if t, ok := n.(T); ok && want(t) {
			out = append(out, t)
		}
	}
	return out
}
