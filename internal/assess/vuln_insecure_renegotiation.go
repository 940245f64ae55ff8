package assess

import "github.com/portseal/portseal/report"

// VulnInsecureRenegotiation is the id of the finding about insecure renegotiation.
const VulnInsecureRenegotiation = "VULN-INSECURE-RENEGOTIATION"

func vulnInsecureRenegotiation() Rule {
	return vulnerable(Rule{
		ID:       VulnInsecureRenegotiation,
		Severity: report.Medium,
		Title:    "insecure renegotiation is accepted",
		Why: "Without renegotiation_info a client cannot tell its first handshake from one that continues an attacker's " +
			"session: the attacker's text is put before its own. It was tried: the listener took such a handshake.",
		Remediation: "Renegotiation in TTLSEnvironmentAdvancedParms and TTLSConnectionAdvancedParms: Default, never Insecure. Raise " +
			"EnvironmentUserInstance, F PAGENT,UPDATE.",
		Elsewhere:  "Update the TLS library to one with RFC 5746; until then turn renegotiation off.",
		References: []string{"CVE-2009-3555", "RFC 5746 section 3.6", "RFC 9325 section 3.5", ibmAdvancedParms},
	}, "renegotiation_info is answered")
}
