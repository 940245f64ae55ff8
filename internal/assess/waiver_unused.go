package assess

import "github.com/portseal/portseal/report"

// WaiverUnused is the id of the finding about waivers that cover nothing.
const WaiverUnused = "WAIVER-UNUSED"

func waiverUnused() Rule {
	return Rule{
		ID:       WaiverUnused,
		Severity: report.Low,
		Title:    "a waiver covers nothing",
		Why: "What it accepted is gone, or its listener or finding is misspelt. A waiver that stays behind will cover the next fault " +
			"of the same kind, unseen.",
		Remediation: "Remove the waiver, or correct its finding and listener. What was not assessed cannot be waived.",
		Elsewhere:   "Remove the waiver, or correct its finding and listener. What was not assessed cannot be waived.",
		References:  []string{"NIST SP 800-53 CA-5"},
		CheckEstate: func(e *Estate) []report.Finding {
			var out []report.Finding
			for _, w := range e.Waivers {
				if !w.Used && !w.Moot && !w.Expired(e.At) {
					f := waiverFinding(w)
					f.Expected = "a finding that it covers"
					f.Observed = "none in this run"
					out = append(out, f)
				}
			}
			return out
		},
	}
}
