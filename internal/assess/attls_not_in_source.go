package assess

import "github.com/portseal/portseal/report"

// attlsNotInSource finds rules that are installed and in no file.
func attlsNotInSource() Rule {
	const id = "ATTLS-NOT-IN-SOURCE"
	return Rule{
		ID:       id,
		Severity: report.Medium,
		Title:    "an AT-TLS rule is installed that the policy files do not have",
		Why: "The files are not what the system runs by: the rule is of an older file, of another one, or of a policy server. The next update may " +
			"take it away.",
		Remediation: "Find where the rule comes from (TTLSConfig and CommonTTLSConfig of the stack, a policy server), and give those files to the estate; " +
			"or F PAGENT,UPDATE when the rule was removed from the files.",
		Elsewhere:   elsewhereATTLS,
		References:  []string{ibmTTLSFile, ibmPasearch},
		CheckEstate: eachDifference(id, nil),
	}
}
