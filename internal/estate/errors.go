package estate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Error is one fault of one file.
type Error struct {
	File    string // as it was opened
	Line    int    // from 1; 0 for a fault of the whole file
	Column  int    // in characters, from 1; 0 for a fault of the whole file
	Message string // the key or value at fault, what is wrong, what would be right
}

// Error returns "file:line:column: message".
func (e Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// Errors is every fault that was found, sorted by file in the order of reading, then by place.
type Errors []Error

// Error returns one line an error.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the errors one by one, for errors.As and errors.Is.
func (e Errors) Unwrap() []error {
	out := make([]error, len(e))
	for i, one := range e {
		out[i] = one
	}
	return out
}

// position is a place in a source.
type position struct {
	src          *source
	line, column int
}

// String returns "file:line:column" as errors write it.
func (p position) String() string { return fmt.Sprintf("%s:%d:%d", p.src.path, p.line, p.column) }

// faults collects errors; the same fault at the same place (a default that 50 systems share) is kept once.
type faults struct {
	list []fault
	seen map[Error]bool
}

type fault struct {
	order int
	err   Error
}

// maxFaults keeps a file that is no estate file at all from filling the screen for minutes.
const maxFaults = 1000

func (f *faults) add(at position, format string, args ...any) {
	err := Error{File: at.src.path, Line: at.line, Column: at.column, Message: fmt.Sprintf(format, args...)}
	if f.seen[err] || len(f.list) > maxFaults {
		return
	}
	if len(f.list) == maxFaults {
		err = Error{File: at.src.path, Message: fmt.Sprintf("more than %d errors; the rest is not shown", maxFaults)}
	}
	if f.seen == nil {
		f.seen = map[Error]bool{}
	}
	f.seen[err] = true
	f.list = append(f.list, fault{at.src.order, err})
}

// err returns the sorted Errors, or nil when there is none.
func (f *faults) err() error {
	if len(f.list) == 0 {
		return nil
	}
	slices.SortStableFunc(f.list, func(a, b fault) int {
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.err.Line, b.err.Line), cmp.Compare(a.err.Column, b.err.Column))
	})
	out := make(Errors, len(f.list))
	for i, one := range f.list {
		out[i] = one.err
	}
	return out
}
