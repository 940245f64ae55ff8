package assess

import "github.com/portseal/portseal/report"

// VulnTLSPOODLE is the id of the finding about the family of POODLE on TLS.
const VulnTLSPOODLE = "VULN-TLS-POODLE"

func vulnTLSPOODLE() Rule {
	return vulnerable(Rule{
		ID:       VulnTLSPOODLE,
		Severity: report.High,
		Title:    "wrong records in CBC mode are taken or told apart (POODLE on TLS)",
		Why: "Who stands between a client and the server, and can make the client send the same secret often, changes its records and " +
			"learns from the answers what was in them, octet by octet: cookies, passwords.",
		Remediation: "Take the CBC suites (002F, 0035, 003C, 003D, 0067, 006B, C009, C00A, C013, C014, C023 to C028 and others) out of TTLSCipherParms, so that " +
			"only GCM is left, and apply the service of whatever does the TLS: it may stand before the system. Raise EnvironmentUserInstance, F PAGENT,UPDATE.",
		Elsewhere: "Update what does the TLS, which may be a load balancer in front of the server (F5: CVE-2014-8730; OpenSSL 1.0.2: 1.0.2r or later), and take " +
			"the CBC suites out of the server's list.",
		Policy:     policyKeys("cipher_suites"),
		References: []string{"CVE-2014-8730", "CVE-2019-1559", "https://www.usenix.org/conference/usenixsecurity19/presentation/merget", "RFC 5246 section 6.2.3.2", ibmCipherParms},
	}, "one answer to every record with wrong padding or a wrong MAC")
}
