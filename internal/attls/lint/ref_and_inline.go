package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// refAndInline finds parameters that an action has twice.
func refAndInline() Rule {
	return Rule{
		ID: "ATTLS-REF-AND-INLINE", Severity: report.High,
		Title: "Parameters are given twice, and once for nothing",
		Why: "A block and a reference of one type are not merged: the later one replaces the earlier one whole. TLSv1 Off in the one that is " +
			"replaced is not in force.",
		Remediation: "Write all parameters into one of the two, and remove the other." + refresh,
		References:  []string{reference("TTLSEnvironmentAction"), reference("TTLSConnectionAction")},
		Check: func(in *Input) []report.Finding {
			var out []report.Finding
			in.statements(func(s *syntax.Statement) {
				if s.Keyword != "TTLSRule" {
					out = append(out, replaced(s)...)
				}
			})
			return out
		},
	}
}

// replaced finds the parms of a statement that later ones of their type replace. In a rule, addresses and ports add up.
func replaced(s *syntax.Statement) []report.Finding {
	var out []report.Finding
	last := map[string]entry{}
	for _, n := range slices.Backward(s.Body) {
		e, ok := entryOf(s, n)
		if !ok {
			continue
		}
		later, again := last[e.to]
		switch {
		case !again:
			last[e.to] = e
		case e.inline != later.inline:
			out = append(out, found(e.at, fmt.Sprintf("%s of %s counts for nothing: %s in line %d replaces it",
				e.title, title(s), later.title, later.at.Line)))
		case e.inline || e.title != later.title:
			out = append(out, found(e.at, fmt.Sprintf("of %s and %s in line %d only one counts for %s, and which is not documented",
				e.title, later.title, later.at.Line, title(s))))
		}
	}
	return out
}

// entry is a statement's own block of parms, or its reference to one.
type entry struct {
	to, title string
	at        report.Location
	inline    bool
}

func entryOf(s *syntax.Statement, n syntax.Node) (entry, bool) {
	keyword, e := "", entry{at: n.Pos()}
	switch n := n.(type) {
	case *syntax.Attribute:
		keyword, e.title = n.Keyword, n.Keyword+" "+n.Word(0)
	case *syntax.Statement:
		keyword, e.title, e.inline = n.Keyword, "the block "+title(n), true
	}
	p, ok := syntax.Lookup(s.Keyword, keyword)
	e.to = p.To
	return e, ok && !p.Repeats && (p.Kind == syntax.KindRef || p.Kind == syntax.KindBlock)
}

// title is "TTLSCipherParms cipher1", or the type of an inline statement.
func title(s *syntax.Statement) string { return strings.TrimSpace(s.Keyword + " " + s.Name) }
