package assess

import "github.com/portseal/portseal/report"

// VulnROBOT is the id of the finding about ROBOT.
const VulnROBOT = "VULN-ROBOT"

func vulnROBOT() Rule {
	return vulnerable(Rule{
		ID:       VulnROBOT,
		Severity: report.High,
		Title:    "malformed RSA key exchanges have answers of their own (ROBOT)",
		Why: "The answers tell whether a decrypted key exchange was well formed. With enough of them, recorded sessions with " +
			"RSA key exchange can be decrypted, and with a strong oracle signatures can be made in the server's name.",
		Remediation: "Take the suites with RSA key exchange (TLS_RSA_WITH_...: 002F, 0035, 003C, 003D, 009C, 009D and others) out of " +
			"TTLSCipherParms, so that only ECDHE is left, and apply the service of whatever does the TLS. Raise " +
			"EnvironmentUserInstance, F PAGENT,UPDATE.",
		Elsewhere: "Take the suites with RSA key exchange out of the server's list (OpenSSL: !kRSA), and update what does the TLS: " +
			"see the list of products at robotattack.org.",
		Policy:     policyKeys("cipher_suites"),
		References: []string{"CVE-2017-13099", "https://robotattack.org", "RFC 5246 section 7.4.7.1", "RFC 9325 section 4.1", ibmCipherParms},
	}, "one answer to every RSA key exchange, right or wrong")
}
