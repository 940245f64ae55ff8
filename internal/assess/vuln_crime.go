package assess

import "github.com/portseal/portseal/report"

// VulnCRIME is the id of the finding about crime.
const VulnCRIME = "VULN-CRIME"

func vulnCRIME() Rule {
	return vulnerable(Rule{
		ID:       VulnCRIME,
		Severity: report.Medium,
		Title:    "TLS compression is negotiated (CRIME)",
		Why: "The size of compressed records tells what is in them: who can make a client send text of his choice finds " +
			"cookies and passwords octet by octet.",
		Remediation: "AT-TLS does not compress: ask what else listens on this port, and turn compression off in it.",
		Elsewhere:   "Turn TLS compression off (OpenSSL: SSL_OP_NO_COMPRESSION, which is the default since 1.1.0).",
		References:  []string{"CVE-2012-4929", "RFC 9325 section 3.3", "RFC 3749"},
	}, "no compression")
}
