package assess

import "github.com/portseal/portseal/report"

// QMLineIgnored is the id of the finding about server parameters that begin with a blank.
const QMLineIgnored = "QM-LINE-IGNORED"

func qmLineIgnored() Rule {
	return Rule{
		ID:       QMLineIgnored,
		Severity: report.Medium,
		Title:    "a parameter of the CAE server is ignored, since its line begins with a blank",
		Why: "There must be no blanks at the beginning of the lines of STDENV: the parameter is ignored without a message, and the server runs with " +
			"its default instead.",
		Remediation: "Let the line begin in column 1, and restart the server.",
		Elsewhere:   qmElsewhere,
		References:  []string{ibmQMServer},
		CheckEstate: eachLine("leading-blank", "a line that begins in column 1", report.Medium),
	}
}
