package pasearch

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/internal/ebcdic"
	"github.com/portseal/portseal/report"
)

// The ids of what Parse reports.
const (
	IDUnreadable = "ATTLS-PASEARCH-UNREADABLE" // no text, or no output of pasearch
	IDUnknown    = "ATTLS-PASEARCH-UNKNOWN"    // a line or value that was not understood
	IDPartial    = "ATTLS-PASEARCH-PARTIAL"    // the listing lacks something that is installed
	IDCopies     = "ATTLS-PASEARCH-COPIES"     // two copies of one action differ
)

// maxProblems is how many faults of one listing are told one by one; those after it are counted.
const maxProblems = 1000

// Parse reads the output of pasearch. It never fails: what could not be understood is in Output.Problems.
func Parse(path string, data []byte) *Output {
	p := &parser{out: &Output{Path: path}, line: line{file: path}, strange: map[string]bool{}}
	text, encoding, err := ebcdic.Decode(data)
	p.out.Encoding = encoding
	if err != nil {
		p.fault(IDUnreadable, report.High, report.Location{File: path, Line: 1, Column: 1}, "%v", err)
		return p.out
	}
	for s := range strings.SplitSeq(text, "\n") {
		p.line.number++
		p.line.text = strings.TrimRight(s, blanks+"\r\f\v")
		if p.line.start() < len(p.line.text) {
			p.read()
		}
	}
	p.endRule()
	p.finish()
	return p.out
}

// section is what the lines that follow belong to.
type section uint8

const (
	inHeading section = iota // of an image
	inRule
	inPeriod
	inCondition
	inAction
	inOther // a rule or action of another kind
)

type parser struct {
	out       *Output
	line      line
	in        section
	kind      string // of the policies that follow: "TTLS", from "TTLS Instance Id"
	rule      *Rule  // being read; nil outside of one
	dropped   bool   // the rule turned out to be of another kind
	mark      int    // how many problems there were before the rule
	condition *Condition
	span      *[]AddrSpan // of the address that was begun
	action    *Action
	block     *Block
	outer     []*Block        // those around block, the action's own first
	list      bool            // the last parameter of block takes the lines of a list
	more      int             // problems beyond maxProblems
	strange   map[string]bool // keys that are reported already
}

// read gives a line to the section that it belongs to, or begins one.
func (p *parser) read() {
	f, ok := p.line.field()
	first := strings.TrimLeft(p.line.text, blanks)
	switch {
	case strings.HasPrefix(first, "TCP/IP pasearch"):
		p.beginImage(first)
	case ok && strings.HasSuffix(f.Key, " Instance Id"):
		p.instance(f)
	case ok && strings.EqualFold(f.Key, "policyRule"):
		p.beginRule(f)
	case ok && strings.EqualFold(f.Key, "TTLS Action"):
		p.beginAction(f)
	case ok && strings.HasSuffix(f.Key, " Action") && !strings.Contains(f.Key, "Policy"):
		p.other(f)
	case p.in == inOther:
	case p.in == inHeading:
		p.heading()
	case p.in == inAction:
		p.actionLine(f, ok)
	case isCondition(f, ok, first):
		p.beginCondition()
	default:
		p.ruleLine()
	}
}

// isCondition says whether a line heads the conditions of a rule.
func isCondition(f Field, isField bool, first string) bool {
	heading := first
	if isField {
		heading = f.Key
	}
	return strings.Contains(heading, "Condition") && !strings.EqualFold(heading, "ConditionListType")
}

func (p *parser) fault(id string, severity report.Severity, at report.Location, format string, args ...any) {
	if len(p.out.Problems) >= maxProblems {
		p.more++
		return
	}
	p.out.Problems = append(p.out.Problems, syntax.Problem{ID: id, Severity: severity, At: at, Message: fmt.Sprintf(format, args...)})
}

// unknown reports a line that was not understood.
func (p *parser) unknown(f Field) {
	what := f.Value
	if f.Key != "" {
		what = f.Key + ": " + f.Value
	}
	p.fault(IDUnknown, report.Low, f.At, "%s is nothing that portseal knows of pasearch's output; it is kept and counts for nothing", quote(what))
}

// unknownKey reports a key that portseal does not know, the first time: a new one of a release stands in every action.
func (p *parser) unknownKey(f Field) {
	if p.strange[f.Key] {
		return
	}
	if !p.dropped {
		p.strange[f.Key] = true
	}
	p.unknown(f)
}

// quote quotes foreign text for a message, and cuts what is long.
func quote(s string) string {
	const most = 60
	if len(s) > most {
		return fmt.Sprintf("%q...", strings.ToValidUTF8(s[:most], ""))
	}
	return fmt.Sprintf("%q", s)
}

// image is the one that is being read; a listing without a heading has one without a name.
func (p *parser) image() *Image {
	if len(p.out.Images) == 0 {
		p.out.Images = append(p.out.Images, &Image{At: p.line.at(0)})
	}
	return p.out.Images[len(p.out.Images)-1]
}

// finish checks the listing as a whole.
func (p *parser) finish() {
	start := report.Location{File: p.out.Path, Line: 1, Column: 1}
	if len(p.out.Images) == 0 {
		p.fault(IDUnreadable, report.High, start, "no output of pasearch: want what \"pasearch -t\" prints, which begins with \"TCP/IP pasearch CS\"")
	}
	for _, image := range p.out.Images {
		p.complete(image)
	}
	if p.more > 0 {
		p.out.Problems = append(p.out.Problems, syntax.Problem{ID: IDUnknown, Severity: report.Low, At: start,
			Message: fmt.Sprintf("further lines that were not understood: %d", p.more)})
	}
	sortProblems(p.out.Problems)
}

// complete reports rules of which less is listed than they have. With pasearch -r no rule has its actions.
func (p *parser) complete(image *Image) {
	actions := len(image.Actions) > 0
	for _, r := range image.Rules {
		actions = actions || len(r.Actions) > 0
	}
	for _, r := range image.Rules {
		if actions && len(r.Actions) < len(r.Uses) && len(image.Actions) == 0 {
			p.fault(IDPartial, report.Medium, r.At, "rule %s names actions, and of %d only %d are listed: the listing is cut, or is not what one pasearch command printed",
				quote(r.Name), len(r.Uses), len(r.Actions))
		}
		if r.Summary == nil && len(r.Listed) == 0 {
			p.fault(IDPartial, report.Low, r.At, "the conditions of rule %s are not listed: want the output of \"pasearch -t\" without -n or -a", quote(r.Name))
		}
	}
}
