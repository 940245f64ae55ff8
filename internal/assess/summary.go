package assess

import (
	"fmt"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// Never is the threshold that no finding reaches.
const Never = report.Critical + 1

// The exit codes of a run that ended by itself.
const (
	ExitPass       = 0
	ExitFindings   = 3
	ExitIncomplete = 4
)

// ParseFailOn reads a threshold: a severity's name, or "never".
func ParseFailOn(name string) (report.Severity, error) {
	if name == "never" {
		return Never, nil
	}
	s, err := report.ParseSeverity(name)
	if err != nil {
		return s, fmt.Errorf("unknown threshold %q: want info, low, medium, high, critical or never", name)
	}
	return s, nil
}

// FailOnName is what ParseFailOn reads.
func FailOnName(failOn report.Severity) string {
	switch failOn {
	case Never:
		return "never"
	case report.SeverityUnknown:
		return report.Medium.String()
	}
	return failOn.String()
}

// ExitCode is 3 when a finding at or above the threshold stands (waived ones and those about what was not assessed do not
// count), else 4 when something was not assessed, else 0.
func ExitCode(findings []report.Finding, failOn report.Severity) int {
	if failOn == report.SeverityUnknown {
		failOn = report.Medium
	}
	code := ExitPass
	for _, f := range findings {
		switch {
		case f.Inconclusive:
			code = ExitIncomplete
		case f.Waived == nil && f.Severity >= failOn:
			return ExitFindings
		}
	}
	return code
}

// Summarise counts. The verdict says in a word what ExitCode says in a number.
func Summarise(endpoints []report.Endpoint, findings []report.Finding, failOn report.Severity) report.Summary {
	s := report.Summary{
		Endpoints:  len(endpoints),
		ByState:    map[scan.State]int{},
		BySeverity: map[string]int{},
	}
	for _, e := range endpoints {
		s.ByState[e.State]++
		s.Connections += e.Look().Cost.Connections
		if assessed(e.State) {
			s.Assessed++
		}
	}
	open := map[string]bool{}
	for _, f := range findings {
		switch {
		case f.Waived != nil:
		case f.Inconclusive:
			s.NotAssessed++
		default:
			s.BySeverity[f.Severity.String()]++
		}
		if f.ID == RC4ListenerOpen {
			open[f.Endpoint] = true
		}
	}
	s.RC4ListenersOpen = len(open)
	switch ExitCode(findings, failOn) {
	case ExitFindings:
		s.Verdict = report.Fail
	case ExitIncomplete:
		s.Verdict = report.Incomplete
	default:
		s.Verdict = report.Pass
	}
	return s
}

// assessed says whether it is known what the endpoint is.
func assessed(s scan.State) bool {
	switch s {
	case scan.StateTLS, scan.StateStartTLS, scan.StateNonTLS, scan.StateOpen, scan.StateClosed:
		return true
	}
	return false
}
