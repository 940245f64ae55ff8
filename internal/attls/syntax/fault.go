package syntax

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
)

// FaultKind is a kind of fault that this package finds. Hard ones are errors to Policy Agent.
type FaultKind struct {
	ID          string
	Severity    report.Severity
	Hard        bool
	Title       string
	Remediation string
}

// The ids of the kinds of fault.
const (
	Binary        = "ATTLS-SYNTAX-BINARY"
	Empty         = "ATTLS-SYNTAX-EMPTY"
	Encoding      = "ATTLS-SYNTAX-ENCODING"
	Fence         = "ATTLS-SYNTAX-FENCE"
	Sequence      = "ATTLS-SYNTAX-SEQUENCE"
	SequenceBrace = "ATTLS-SYNTAX-SEQUENCE-BRACE"
	LongLine      = "ATTLS-SYNTAX-LONG-LINE"
	Unknown       = "ATTLS-SYNTAX-KEYWORD"
	Unsure        = "ATTLS-SYNTAX-KEYWORD-UNSURE"
	WrongBlock    = "ATTLS-SYNTAX-BLOCK"
	Brace         = "ATTLS-SYNTAX-BRACE"
	Unclosed      = "ATTLS-SYNTAX-UNCLOSED"
	NoName        = "ATTLS-SYNTAX-NAME"
	Missing       = "ATTLS-SYNTAX-REQUIRED"
	BadValue      = "ATTLS-SYNTAX-VALUE"
	Unusual       = "ATTLS-SYNTAX-RANGE"
	Extra         = "ATTLS-SYNTAX-EXTRA"
	Lost          = "ATTLS-SYNTAX-LOST"
	OddForm       = "ATTLS-SYNTAX-ODD-FORM"
	Depth         = "ATTLS-SYNTAX-DEPTH"
	More          = "ATTLS-SYNTAX-MORE"
	NotAtHand     = "ATTLS-SYNTAX-NOT-AT-HAND"
	NotFollowed   = "ATTLS-SYNTAX-NOT-FOLLOWED"
	NoConfig      = "ATTLS-SYNTAX-TTLSCONFIG"
)

// Faults returns every kind of fault that this package finds.
func Faults() []FaultKind { return faults[:] }

var faults = [...]FaultKind{
	{Binary, report.High, true, "The file is no text", "Transfer the policy as text, and name the file that Policy Agent reads."},
	{Empty, report.Medium, false, "The policy holds no statement", "Name the file that holds the TTLSRule statements."},
	{Encoding, report.Info, false, "The text is not UTF-8", "None is needed: the file was read as what it was recognised as."},
	{Fence, report.Medium, false, "The policy stands in Markdown fences", "Install only what stands between the fences."},
	{Sequence, report.Low, false, "Columns 73 to 80 hold sequence numbers", "Save the member without numbers (UNNUM in ISPF)."},
	{SequenceBrace, report.High, true, "A sequence number stands on the line of a brace", "Save the member without numbers (UNNUM in ISPF)."},
	{LongLine, report.Low, false, "A line is too long to be meant", "Write one keyword and its value a line."},
	{Unknown, report.High, true, "A keyword is unknown", "Correct the keyword."},
	{Unsure, report.Medium, false, "A keyword is not known to portseal", "Compare it with the IP Configuration Reference of the z/OS release."},
	{WrongBlock, report.High, true, "A keyword stands in the wrong block", "Move it to a statement that takes it."},
	{Brace, report.High, true, "A brace is missing, superfluous or not alone on its line", "Put each brace on a line of its own, one pair a statement."},
	{Unclosed, report.High, true, "A block is never closed", "Add the closing brace on a line of its own."},
	{NoName, report.High, true, "A statement at the top level has no name", "Give it a name: only inline statements go without."},
	{Missing, report.High, true, "A required parameter is missing", "Add the parameter."},
	{BadValue, report.High, true, "A value is missing or not allowed", "Write one of the values that the message names."},
	{Unusual, report.Medium, false, "A number is outside of the usual range", "Check the number."},
	{Extra, report.Low, false, "Text after a value is ignored", "Remove it, begin it with #, or repeat the keyword on the next line."},
	{Lost, report.Medium, false, "A second value on a line is ignored", "Repeat the keyword on the next line, or write the values as the message says."},
	{OddForm, report.Medium, false, "The form is not the one of IBM's manual", "Write it as the manual does."},
	{Depth, report.High, true, "Blocks are nested too deeply", "No statement nests more than three levels: look for missing closing braces."},
	{More, report.Info, false, "There are more faults than are listed", "Correct those listed first."},
	{NotAtHand, report.Medium, false, "A file that the policy is made of is not at hand", "Collect the file, and lint again."},
	{NotFollowed, report.Medium, false, "A configuration statement has no effect here", "Put it into the file that Policy Agent reads it from."},
	{NoConfig, report.High, false, "No TTLSConfig statement makes the stack read a policy", "Add TTLSConfig to the image's configuration file."},
}

// maxQuoted is how many characters of the user's text a message shows.
const maxQuoted = 80

func quote(s string) string {
	if len(s) > maxQuoted {
		return fmt.Sprintf("%.*q...", maxQuoted, s)
	}
	return fmt.Sprintf("%q", s)
}

// newProblem makes a problem of a kind. A hard one says what it leads to.
func newProblem(id string, at report.Location, format string, arguments ...any) Problem {
	i := slices.IndexFunc(faults[:], func(k FaultKind) bool { return k.ID == id })
	p := Problem{ID: id, Severity: faults[i].Severity, At: at, Hard: faults[i].Hard, Message: fmt.Sprintf(format, arguments...)}
	if p.Hard {
		p.Message += " (Policy Agent would install no AT-TLS policy at all)"
	}
	return p
}

// meant is "; did you mean X?", or empty.
func meant(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "; did you mean " + strings.Join(names, " or ") + "?"
}
