package assess

import "github.com/portseal/portseal/report"

// VulnLogjam is the id of the finding about logjam.
const VulnLogjam = "VULN-LOGJAM"

func vulnLogjam() Rule {
	return vulnerable(Rule{
		ID:       VulnLogjam,
		Severity: report.Medium,
		Title:    "Diffie-Hellman with 1024 bits or less is used (Logjam)",
		Why: "Finite-field groups of 512 bits can be broken by anybody, those of 768 by a university, those of 1024 by a " +
			"state, and one computation breaks every session of all who use the same group.",
		Remediation: "Take the DHE suites (0033, 0039, 0067, 006B, 009E, 009F and others) out of TTLSCipherParms in favour of ECDHE. " +
			"Raise EnvironmentUserInstance, F PAGENT,UPDATE.",
		Elsewhere: "Offer ECDHE in place of DHE, or give the server a group of 2048 bits or more (RFC 7919); Java: " +
			"jdk.tls.ephemeralDHKeySize=2048.",
		Policy:     policyKeys("cipher_suites"),
		References: []string{"CVE-2015-4000", "https://weakdh.org", "RFC 7919", "RFC 9325 section 4.1", ibmCipherParms},
	}, "Diffie-Hellman with 2048 bits or more, or none")
}
