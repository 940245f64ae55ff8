package assess

import "github.com/portseal/portseal/report"

// attlsPasearchPartial finds what a listing lacks.
func attlsPasearchPartial() Rule {
	const id = "ATTLS-PASEARCH-PARTIAL"
	return Rule{
		ID:          id,
		Severity:    report.Medium,
		Title:       "the output of pasearch does not show all that is installed",
		Why:         "What is not shown cannot be matched or compared, and nothing is concluded from it.",
		Remediation: "List again with pasearch -t, without -n, -r, -a or -f, for one stack (-p NAME).",
		Elsewhere:   elsewhereATTLS,
		References:  []string{ibmPasearch},
		CheckEstate: eachProblem(id),
	}
}
