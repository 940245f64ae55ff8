package lint

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// placeholders finds values of a sample that nobody filled in. Where reading the policy has found the value faulty already,
// as it does for ports and addresses, nothing is said twice.
func placeholders() Rule {
	return Rule{
		ID: "ATTLS-PLACEHOLDER", Severity: report.High,
		Title:       "A placeholder was left in",
		Why:         "Policy Agent takes it as it stands: a job, ring or label of that name does not exist, so the rule is never taken or the handshake fails.",
		Remediation: "Write the value of this system.",
		References:  []string{"Db2 Query Monitor: configuring TLS policy statements, whose samples hold names such as $CAE_AGENT_JOB_NAME"},
		Check: func(in *Input) []report.Finding {
			faulty := map[report.Location]bool{}
			for _, p := range in.Policy.Problems {
				faulty[report.Location{File: p.At.File, Line: p.At.Line}] = true
			}
			var out []report.Finding
			eachAttribute(in.Policy, func(s *syntax.Statement, a *syntax.Attribute) {
				if !strings.ContainsAny(a.Value, "$<{yY") { // as all of them do
					return
				}
				p, known := syntax.Lookup(s.Keyword, a.Keyword)
				value, _ := p.Value(a)
				if !known || p.Kind == syntax.KindRef || !placeholder(value) || faulty[report.Location{File: a.At.File, Line: a.At.Line}] {
					return
				}
				value = syntax.Shown(a.Keyword, value)
				out = append(out, found(a.At, fmt.Sprintf("%s %s of %s is a placeholder: want the value of this system", a.Keyword, value, s.Keyword)))
			})
			return out
		},
	}
}

// placeholder says whether a value is none, but a stand-in for one: $CAE_AGENT_JOB_NAME, ${job}, <ring>, your_label. A
// single $ is no sign of it: names of jobs may begin with one.
func placeholder(value string) bool { return standIn().MatchString(value) }

var standIn = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(^|/)\$[a-z0-9]+_[a-z0-9_]+|\$\{[^}]+\}|\{\{[^}]+\}\}|(^|/)<[a-z][^<>]*>` +
		`|(^|/)your[-_ .]*(own|ring|key|label|user|job|port|address|ip|host|cert|name|server|owner|agent|password|pw)`)
})

// eachAttribute calls visit for every line of keyword and value that stands in a statement.
func eachAttribute(p *attls.Policy, visit func(*syntax.Statement, *syntax.Attribute)) {
	var walk func(s *syntax.Statement, body []syntax.Node)
	walk = func(s *syntax.Statement, body []syntax.Node) {
		for _, n := range body {
			switch n := n.(type) {
			case *syntax.Statement:
				walk(n, n.Body)
			case *syntax.Attribute:
				if s != nil {
					visit(s, n)
				}
			}
		}
	}
	for _, f := range p.Files {
		walk(nil, f.Body)
	}
}
