package assess

import "github.com/portseal/portseal/report"

// VulnHeartbleed is the id of the finding about heartbleed.
const VulnHeartbleed = "VULN-HEARTBLEED"

func vulnHeartbleed() Rule {
	return vulnerable(Rule{
		ID:       VulnHeartbleed,
		Severity: report.Critical,
		Title:    "memory of the server can be read (Heartbleed)",
		Why: "Who can connect can read the server's memory, 64 KiB at a time: private keys, passwords, data of others. " +
			"Nothing of it is logged.",
		Remediation: "This is OpenSSL 1.0.1 to 1.0.1f, which AT-TLS does not use: ask what else listens on this port. Update it, make " +
			"a new key, have a certificate issued for that and the old one revoked, and change the passwords that went over " +
			"it.",
		Elsewhere: "Update OpenSSL to 1.0.1g or later, restart everything that uses it, make new keys, have certificates issued for " +
			"them and the old ones revoked, and change the passwords that went over it.",
		References: []string{"CVE-2014-0160", "https://www.openssl.org/news/secadv/20140407.txt", "RFC 6520 section 4"},
	}, "no answer to a heartbeat that claims more than it has")
}
