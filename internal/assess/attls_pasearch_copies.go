package assess

import "github.com/portseal/portseal/report"

// attlsPasearchCopies finds actions of one name that differ.
func attlsPasearchCopies() Rule {
	const id = "ATTLS-PASEARCH-COPIES"
	return Rule{
		ID:          id,
		Severity:    report.Medium,
		Title:       "two copies of one AT-TLS action in the output of pasearch differ",
		Why:         "The policy changed while it was listed, or the output of several commands was put together: nobody can say which copy counts.",
		Remediation: "List again with one pasearch -t command.",
		Elsewhere:   elsewhereATTLS,
		References:  []string{ibmPasearch},
		CheckEstate: eachProblem(id),
	}
}
