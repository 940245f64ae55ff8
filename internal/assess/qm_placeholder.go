package assess

import "github.com/portseal/portseal/report"

// QMPlaceholder is the id of the finding about values that were never filled in.
const QMPlaceholder = "QM-PLACEHOLDER"

func qmPlaceholder() Rule {
	return Rule{
		ID:          QMPlaceholder,
		Severity:    report.Medium,
		Title:       "a parameter still has the placeholder of a sample",
		Why:         "The sample or the manual means the value to be replaced ($CAE_..., <...>); the product takes it as it is, and does not start or uses no such port.",
		Remediation: "Replace the placeholder with the value of this system, and restart the product.",
		Elsewhere:   qmElsewhere,
		References:  []string{ibmQMTLS, ibmQMPolicy},
		CheckEstate: eachLine("placeholder", "the value of this system", report.Medium),
	}
}
