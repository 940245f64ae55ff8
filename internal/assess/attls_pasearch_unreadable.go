package assess

import "github.com/portseal/portseal/report"

// attlsPasearchUnreadable finds listings that are none.
func attlsPasearchUnreadable() Rule {
	const id = "ATTLS-PASEARCH-UNREADABLE"
	return Rule{
		ID:          id,
		Severity:    report.High,
		Title:       "the output of pasearch cannot be read",
		Why:         "What is installed is then not known, and listeners are judged by the policy files alone.",
		Remediation: "Give the output of pasearch -t, as text or in EBCDIC as it is.",
		Elsewhere:   elsewhereATTLS,
		References:  []string{ibmPasearch},
		CheckEstate: eachProblem(id),
	}
}
