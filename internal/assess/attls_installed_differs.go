package assess

import "github.com/portseal/portseal/report"

// attlsInstalledDiffers finds conditions and settings that differ.
func attlsInstalledDiffers() Rule {
	const id = "ATTLS-INSTALLED-DIFFERS"
	return Rule{
		ID:       id,
		Severity: report.High,
		Varies:   "medium for settings that protect without deciding who is protected and by which versions, suites and certificates; low for timeouts, caches and trace",
		Title:    "what is installed of an AT-TLS rule is not what the policy files say",
		Why: "Connections are protected by what is installed. The file that is reviewed, and what an estate derives from it, is then about " +
			"something else.",
		Remediation: "F PAGENT,UPDATE, then list again with pasearch -t. When the installed value is the right one, correct the file. Connections that " +
			"exist keep their old action until they end.",
		Elsewhere:   elsewhereATTLS,
		References:  []string{ibmPasearch, ibmRule},
		CheckEstate: eachDifference(id, weighDifference),
	}
}
