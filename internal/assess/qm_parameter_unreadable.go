package assess

import "github.com/portseal/portseal/report"

// QMParameterUnreadable is the id of the finding about text that is no parameter, or whose value is not understood.
const QMParameterUnreadable = "QM-PARAMETER-UNREADABLE"

func qmParameterUnreadable() Rule {
	return Rule{
		ID:       QMParameterUnreadable,
		Severity: report.Low,
		Varies:   "medium when it is a parameter whose value is not understood",
		Title:    "something in a parameter file cannot be read",
		Why: "What portseal does not understand the product may not understand either; and what depends on it was not judged: which ports there " +
			"should be, for one.",
		Remediation: "Look at the line. Where it is right and portseal does not know its form, say what it means in the estate file (query_monitor: " +
			"listener_ports), or leave out what is no parameter file.",
		Elsewhere:   "Look at the line. Where it is right and portseal does not know its form, say what it means in the estate file (query_monitor).",
		References:  []string{ibmQMServer, ibmQMISPF},
		CheckEstate: eachLine("unreadable", "a parameter that can be read", report.Medium),
	}
}
