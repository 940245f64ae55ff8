package lint

import (
	"fmt"
	"unicode/utf8"

	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// nameLong finds names that are too long for Policy Agent.
func nameLong() Rule {
	return Rule{
		ID: "ATTLS-NAME-LONG", Severity: report.High,
		Title: "A name is longer than 32 characters",
		Why: "Policy Agent writes an error message for a longer name of a rule or action, and installs no new AT-TLS policy when it " +
			"finds errors.",
		Remediation: "Shorten the name, and every reference to it.",
		References:  []string{"z/OS Communications Server: IP Configuration Reference, General syntax rules for Policy Agent"},
		Check: func(in *Input) []report.Finding {
			var out []report.Finding
			for _, f := range in.Policy.Files {
				for _, n := range f.Body {
					s, ok := n.(*syntax.Statement)
					if !ok {
						continue
					}
					if length := utf8.RuneCountInString(s.Name); length > longestStatementName {
						out = append(out, found(s.NameAt, fmt.Sprintf("the name %s of %s has %d characters: want at most %d", s.Name, s.Keyword, length, longestStatementName)))
					}
				}
			}
			return out
		},
	}
}

// longestStatementName is how long the name of a statement may be ("General syntax rules for Policy Agent").
const longestStatementName = 32
