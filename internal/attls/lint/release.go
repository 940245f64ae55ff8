package lint

import (
	"fmt"

	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// release finds what the release does not know yet.
func release() Rule {
	return Rule{
		ID: "ATTLS-RELEASE", Severity: report.High,
		Title: "The z/OS release does not know the parameter",
		Why: "To an older Policy Agent an unknown keyword or value is an error, and with one error in the file it installs no AT-TLS policy at " +
			"all: the old one stays, or after a start there is none.",
		Remediation: "Take the line out of the policy of that system, or check whether an APAR brought it to the release.",
		References:  []string{"z/OS Communications Server: IP Configuration Reference of the release, AT-TLS policy statements"},
		Check: func(in *Input) []report.Finding {
			var out []report.Finding
			in.statements(func(s *syntax.Statement) {
				for _, n := range s.Body {
					if a, ok := n.(*syntax.Attribute); ok && in.Release.Known() {
						out = append(out, tooNew(s, a, string(in.Release))...)
					}
				}
			})
			return out
		},
	}
}

func tooNew(s *syntax.Statement, a *syntax.Attribute, release string) []report.Finding {
	p, known := syntax.Lookup(s.Keyword, a.Keyword)
	value, _ := p.Value(a)
	switch {
	case !known || p.KnownIn(release, value):
		return nil
	case !p.KnownIn(release, ""):
		return []report.Finding{found(a.At, fmt.Sprintf("z/OS %s does not know %s in %s", release, a.Keyword, title(s)))}
	}
	return []report.Finding{found(a.At, fmt.Sprintf("z/OS %s does not know the value %s of %s", release, value, a.Keyword))}
}
