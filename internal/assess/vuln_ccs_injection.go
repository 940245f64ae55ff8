package assess

import "github.com/portseal/portseal/report"

// VulnCCSInjection is the id of the finding about ccs injection.
const VulnCCSInjection = "VULN-CCS-INJECTION"

func vulnCCSInjection() Rule {
	return vulnerable(Rule{
		ID:       VulnCCSInjection,
		Severity: report.High,
		Title:    "a ChangeCipherSpec is taken before there are keys (CCS injection)",
		Why: "Who stands between a client and the server, both with this fault, can make them use keys that he knows, and " +
			"read and change everything.",
		Remediation: "This is an old OpenSSL, which AT-TLS does not use: ask what else listens on this port, and update it.",
		Elsewhere:   "Update OpenSSL to 0.9.8za, 1.0.0m, 1.0.1h or later, and restart everything that uses it.",
		References:  []string{"CVE-2014-0224", "https://www.openssl.org/news/secadv/20140605.txt"},
	}, "an early ChangeCipherSpec is refused")
}
