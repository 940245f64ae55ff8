package assess

import "github.com/portseal/portseal/report"

// WaiverExpired is the id of the finding about waivers whose last day is over.
const WaiverExpired = "WAIVER-EXPIRED"

func waiverExpired() Rule {
	return Rule{
		ID:          WaiverExpired,
		Severity:    report.Medium,
		Title:       "a waiver has expired",
		Why:         "What it accepted counts again: somebody promised to be done by then.",
		Remediation: "Fix what was waived and remove the waiver, or have it approved again with a new date.",
		Elsewhere:   "Fix what was waived and remove the waiver, or have it approved again with a new date.",
		References:  []string{"NIST SP 800-53 CA-5"},
		CheckEstate: func(e *Estate) []report.Finding {
			var out []report.Finding
			for _, w := range e.Waivers {
				if w.Expired(e.At) {
					f := waiverFinding(w)
					f.Expected = "a date that is not over"
					f.Observed = "until " + w.Until
					out = append(out, f)
				}
			}
			return out
		},
	}
}
