package querymon

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
)

// File is one parameter file as read.
type File struct {
	Path       string
	Encoding   string // of the bytes, as internal/ebcdic names it
	Parameters []Parameter
	Problems   []Problem
}

// Parameter is one parameter as it stands in a file.
type Parameter struct {
	Name    string // as the product knows it: an agent's keyword in upper case, a server's name as written
	Value   string // without blanks around it, and without quotes for the agent; may be empty, and may be secret
	At      report.Location
	ValueAt report.Location // where the value begins, or would
	Ignored bool            // the product does not read the line, since it begins with a blank
}

// Kind is the kind of a Problem.
type Kind string

// The kinds of problems.
const (
	LeadingBlank Kind = "leading-blank" // a server's line that is ignored
	Duplicate    Kind = "duplicate"     // a parameter that was set before
	Placeholder  Kind = "placeholder"   // a value that a sample's author meant to be replaced
	Unreadable   Kind = "unreadable"    // something that is no parameter, or whose value is not understood
)

// Problem is something wrong with a parameter file. Its message holds no value.
type Problem struct {
	Kind      Kind
	At        report.Location
	Parameter string // its name, when it has one
	Message   string
}

// Get returns the parameter of a name that the product reads, the last when there are several.
func (f *File) Get(name string) (Parameter, bool) {
	if f == nil {
		return Parameter{}, false
	}
	for _, p := range slices.Backward(f.Parameters) {
		if p.Name == name && !p.Ignored {
			return p, true
		}
	}
	return Parameter{}, false
}

func (f *File) problem(kind Kind, at report.Location, parameter, message string) {
	f.Problems = append(f.Problems, Problem{kind, at, parameter, message})
}

// review finds what shows only when all parameters are there: duplicates and placeholders.
func (f *File) review() {
	first := map[string]int{}
	for _, p := range f.Parameters {
		if isPlaceholder(p.Value) {
			f.problem(Placeholder, p.ValueAt, p.Name, "the value of "+p.Name+" is a placeholder of a sample; want the value of this system")
		}
		if p.Ignored {
			continue
		}
		if line, again := first[p.Name]; again {
			f.problem(Duplicate, p.At, p.Name, duplicate(p.Name, line))
			continue
		}
		first[p.Name] = p.At.Line
	}
	slices.SortStableFunc(f.Problems, func(a, b Problem) int {
		if a.At.Line != b.At.Line {
			return a.At.Line - b.At.Line
		}
		return a.At.Column - b.At.Column
	})
}

// isPlaceholder says whether a value holds what a sample means to be replaced: $CAE_..., as IBM's policy text has, or <...>.
func isPlaceholder(value string) bool {
	from := strings.IndexByte(value, '<')
	return strings.Contains(value, "$CAE_") || from >= 0 && strings.IndexByte(value[from:], '>') > 0
}
