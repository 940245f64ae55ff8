package facts

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/report"
)

// Counted is how many findings a report has. Each is counted once: under its severity, as not assessed, or as waived. The report's own
// summary says the same, but in a report of a version that counted what was not assessed as info.
type Counted struct {
	BySeverity  map[report.Severity]int
	NotAssessed int
	Waived      int
}

// Count counts the findings of a report.
func Count(rep *report.Report) Counted {
	c := Counted{BySeverity: map[report.Severity]int{}}
	for i := range rep.Findings {
		switch f := &rep.Findings[i]; {
		case f.Waived != nil:
			c.Waived++
		case f.Inconclusive:
			c.NotAssessed++
		default:
			c.BySeverity[f.Severity]++
		}
	}
	return c
}

// String is "2 critical, 1 low, 3 not assessed", or "no findings". What is waived is not in it.
func (c Counted) String() string {
	switch found := c.Found(); {
	case c.NotAssessed == 0:
		return found
	case len(c.BySeverity) == 0:
		return fmt.Sprintf("%d not assessed", c.NotAssessed)
	default:
		return fmt.Sprintf("%s, %d not assessed", found, c.NotAssessed)
	}
}

// Found is "2 critical, 1 low", or "no findings".
func (c Counted) Found() string {
	var out []string
	for _, severity := range report.Severities() {
		if n := c.BySeverity[severity]; n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n, severity))
		}
	}
	if len(out) == 0 {
		return "no findings"
	}
	return strings.Join(out, ", ")
}
