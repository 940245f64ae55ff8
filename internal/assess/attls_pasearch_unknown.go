package assess

import "github.com/portseal/portseal/report"

// attlsPasearchUnknown finds lines and values without a known meaning.
func attlsPasearchUnknown() Rule {
	const id = "ATTLS-PASEARCH-UNKNOWN"
	return Rule{
		ID:          id,
		Severity:    report.Low,
		Title:       "a line of the output of pasearch is not understood",
		Why:         "What it says counts for nothing here: a newer release may print what portseal does not know.",
		Remediation: "Compare the line with the description of pasearch for the release. When it is right, portseal should learn it.",
		Elsewhere:   elsewhereATTLS,
		References:  []string{ibmPasearch},
		CheckEstate: eachProblem(id),
	}
}
