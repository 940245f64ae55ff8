package lint

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/portseal/portseal/report"
)

// jobname finds names that no job or user can have, so that the rule is never taken.
func jobname() Rule {
	return Rule{
		ID: "ATTLS-JOBNAME", Severity: report.High,
		Title: "No job or user has the name of the rule",
		Why: "Jobname and Userid are a name of up to 8 characters, or its beginning and *; they are no regular expressions. A rule " +
			"with a name that nothing has takes no connection, and those it was meant for are in clear text.",
		Remediation: "Write the name of the job that owns the socket (NETSTAT shows it), in upper case, or its beginning and *.",
		References:  []string{"z/OS Communications Server: IP Configuration Reference, TTLSRule statement"},
		Check: func(in *Input) []report.Finding {
			var out []report.Finding
			for _, r := range in.Policy.Rules {
				for _, name := range []struct {
					keyword, value string
					at             report.Location
				}{{"Jobname", r.Jobname, r.JobnameAt}, {"Userid", r.Userid, r.UseridAt}} {
					if why, severity := noName(name.value); why != "" {
						f := found(name.at, fmt.Sprintf("%s %s of rule %s %s", name.keyword, name.value, r.Name, why))
						f.Severity = severity
						out = append(out, f)
					}
				}
			}
			return out
		},
	}
}

// longestName is how long the names of jobs and users may be.
const longestName = 8

// noName says why a pattern can or may fit no name. What "%", or "*" within a name, mean could not be verified.
func noName(pattern string) (why string, severity report.Severity) {
	const expression = `.[](){}+?^|\`
	name := strings.TrimSuffix(pattern, "*")
	switch {
	case placeholder(pattern):
	case strings.ContainsAny(name, expression):
		plain, _, _ := strings.Cut(name, name[strings.IndexAny(name, expression):])
		return fmt.Sprintf("is a regular expression, which is not taken as one, and no name holds such characters: want such as %s*", plain), report.High
	case utf8.RuneCountInString(name) > longestName:
		return fmt.Sprintf("is longer than the %d characters that a name may have: want the name, or its beginning and *", longestName), report.High
	case name != strings.ToUpper(name):
		return "is in lower case, while names of jobs and users are in upper case: that Policy Agent folds it is not documented; want " +
			strings.ToUpper(pattern), report.Medium
	}
	return "", 0
}
