package assess

import "github.com/portseal/portseal/report"

// VulnDROWN is the id of the finding about drown.
const VulnDROWN = "VULN-DROWN"

func vulnDROWN() Rule {
	return vulnerable(Rule{
		ID:       VulnDROWN,
		Severity: report.High,
		Title:    "the key is served over SSLv2 elsewhere (DROWN)",
		Why: "An endpoint that speaks SSLv2 with the same RSA key opens the sessions of this one: what was recorded here can " +
			"be decrypted with its help.",
		Remediation: "Turn SSLv2 off where it is spoken (SSLv2 Off in TTLSEnvironmentAdvancedParms and TTLSConnectionAdvancedParms), " +
			"and give each service a key of its own.",
		Elsewhere:  "Turn SSLv2 off where it is spoken, and give each service a key of its own.",
		References: []string{"CVE-2016-0800", "https://drownattack.com", "RFC 6176", ibmAdvancedParms},
	}, "no endpoint serves this key over SSLv2")
}
