package assess

import "github.com/portseal/portseal/report"

// QMParameterDuplicate is the id of the finding about parameters that are set twice.
const QMParameterDuplicate = "QM-PARAMETER-DUPLICATE"

func qmParameterDuplicate() Rule {
	return Rule{
		ID:          QMParameterDuplicate,
		Severity:    report.Low,
		Title:       "a parameter is set more than once",
		Why:         "Which of the two counts is not documented. portseal takes the last; the product may take the other.",
		Remediation: "Leave one of them, and restart the product.",
		Elsewhere:   qmElsewhere,
		References:  []string{ibmQMServer},
		CheckEstate: eachLine("duplicate", "each parameter once", report.Low),
	}
}
