package assess

import "github.com/portseal/portseal/report"

// attlsInstalledInactive finds rules whose status is not Active.
func attlsInstalledInactive() Rule {
	const id = "ATTLS-INSTALLED-INACTIVE"
	return Rule{
		ID:          id,
		Severity:    report.Medium,
		Title:       "an AT-TLS rule is installed and not in force",
		Why:         "A rule that is not active takes no connection: what it should protect is taken by another rule, or is in clear text.",
		Remediation: "Look at the rule's IpTimeCondition, and at the messages of Policy Agent about it.",
		Elsewhere:   elsewhereATTLS,
		References:  []string{ibmPasearch},
		CheckEstate: eachDifference(id, nil),
	}
}
