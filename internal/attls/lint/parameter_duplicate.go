package lint

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// parameterDuplicate finds parameters that one block has twice, with different values.
func parameterDuplicate() Rule {
	return Rule{
		ID: "ATTLS-PARAMETER-DUPLICATE", Severity: report.Medium,
		Title: "A parameter stands twice in one block, with different values",
		Why: "Which of the two counts is not documented: what the policy does here cannot be read from it, and portseal expects nothing " +
			"of what depends on it.",
		Remediation: "Keep the line that is meant, and take the other out." + refresh,
		References:  []string{"z/OS Communications Server: IP Configuration Reference, general syntax rules for Policy Agent"},
		Check: func(in *Input) []report.Finding {
			var out []report.Finding
			in.statements(func(s *syntax.Statement) {
				first := map[string]*syntax.Attribute{}
				for _, n := range s.Body {
					a, ok := n.(*syntax.Attribute)
					if !ok {
						continue
					}
					p, known := syntax.Lookup(s.Keyword, a.Keyword)
					if !known || p.Repeats || mayRepeat(p) {
						continue
					}
					before := first[a.Keyword]
					if before == nil {
						first[a.Keyword] = a
						continue
					}
					if value, earlier := valueOf(p, a), valueOf(p, before); value != earlier {
						out = append(out, found(a.At, fmt.Sprintf("%s %s comes after %s %s in line %d of the same %s, which takes one: want one of them",
							a.Keyword, p.Shown(value), a.Keyword, p.Shown(earlier), before.At.Line, s.Keyword)))
					}
				}
			})
			return out
		},
	}
}

// mayRepeat says whether several lines add up, as the guide says of addresses, ports and times, or have a rule of their own.
func mayRepeat(p syntax.Parameter) bool {
	switch p.Kind {
	case syntax.KindAddress, syntax.KindPorts, syntax.KindTime, syntax.KindUnchecked:
		return true
	case syntax.KindRef:
		return strings.HasPrefix(p.To, "Ip") || strings.HasPrefix(p.To, "Port") || strings.HasSuffix(p.To, "Parms")
	}
	return false
}

// valueOf is the value of a parameter, so that the same is equal however it is written.
func valueOf(p syntax.Parameter, a *syntax.Attribute) string {
	value, _ := p.Value(a)
	if canonical, ok := p.Canonical(value); ok {
		return canonical
	}
	return value
}
