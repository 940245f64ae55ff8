package assess

import (
	"slices"
	"time"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// InputStale is the id of the finding about inputs that were gathered long before the time that is judged.
const InputStale = "INPUT-STALE"

// fromZOS are the kinds of inputs that are gathered on z/OS. Certificates are not among them: their ring's listing is.
func fromZOS() []string {
	return []string{"attls", "pasearch", "netstat", "listring", "query-monitor", "tcpip-profile"}
}

func inputStale() Rule {
	const again = "Gather the file anew ('portseal collect --print' writes the script and the JCL) and bring it over. Where an input seldom " +
		"changes and is watched otherwise, set max_input_age in the estate file."
	return Rule{
		ID:       InputStale,
		Severity: report.Low,
		Title:    "an input from z/OS is older than the estate allows",
		Why: "What the file says was so when it was gathered. Since then policies, key rings, parameters and connections may have changed, " +
			"and a verdict that rests on it may be about a system that is no more.",
		Remediation: again,
		Elsewhere:   again,
		References:  []string{"NIST SP 800-53 CA-7"},
		CheckEstate: func(e *Estate) []report.Finding {
			var out []report.Finding
			for _, in := range e.Inputs {
				if in.Collected == nil || e.MaxInputAge <= 0 || !slices.Contains(fromZOS(), in.Kind) {
					continue
				}
				if age := e.At.Sub(*in.Collected); age > e.MaxInputAge {
					out = append(out, report.Finding{
						Location: &report.Location{File: in.Path, Line: 1, Column: 1},
						Expected: "gathered at most " + ageWords(e.MaxInputAge) + " before",
						Observed: "gathered " + instant(*in.Collected) + ", " + ageWords(age) + " before",
						Detail:   "an input of the kind " + in.Kind,
					})
				}
			}
			return out
		},
	}
}

// ageWords says an age in the largest unit that fits: "9 days", "36 hours".
func ageWords(age time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case age >= 2*day:
		return text.Count(int(age/day), "day")
	case age >= 2*time.Hour:
		return text.Count(int(age/time.Hour), "hour")
	}
	return text.Count(int(age/time.Minute), "minute")
}
