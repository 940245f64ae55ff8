package assess

import "github.com/portseal/portseal/report"

// attlsNotInstalled finds rules that only the policy files have.
func attlsNotInstalled() Rule {
	const id = "ATTLS-NOT-INSTALLED"
	return Rule{
		ID:       id,
		Severity: report.High,
		Title:    "a rule of the AT-TLS policy files is not installed",
		Why: "A connection that no installed rule takes is in clear text, silently, whatever the files say. One error in a file keeps the whole " +
			"old policy in force.",
		Remediation: "F PAGENT,UPDATE, and look for errors of this file in the Policy Agent log: with one of them nothing of it is installed. Does " +
			"TTLSConfig in the image file name this file? Then list again with pasearch -t.",
		Elsewhere:   elsewhereATTLS,
		References:  []string{ibmTTLSFile, ibmPasearch},
		CheckEstate: eachDifference(id, nil),
	}
}
