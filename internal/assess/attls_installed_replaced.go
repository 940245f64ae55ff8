package assess

import "github.com/portseal/portseal/report"

// attlsInstalledReplaced finds settings of blocks that do not count.
func attlsInstalledReplaced() Rule {
	const id = "ATTLS-INSTALLED-REPLACED"
	return Rule{
		ID:       id,
		Severity: report.Medium,
		Title:    "an AT-TLS setting does not count, since a later one in the same action replaces it",
		Why: "When an action has both a reference and a block of the same kind, the later one replaces the earlier one as a whole; what only the " +
			"earlier one says gets its default.",
		Remediation: "Keep one of the two: move the settings into one block, or refer to it alone. Then F PAGENT,UPDATE.",
		Elsewhere:   elsewhereATTLS,
		References:  []string{ibmEnvironment, ibmPasearch},
		CheckEstate: eachDifference(id, nil),
	}
}
