package assess

import "github.com/portseal/portseal/report"

// StapleRevoked is the id of the finding about staples that say revoked.
const StapleRevoked = "STAPLE-REVOKED"

func stapleRevoked() Rule {
	return Rule{
		ID:       StapleRevoked,
		Severity: report.High,
		Title:    "the stapled OCSP response says that the certificate is revoked",
		Why: "The listener itself says that its certificate may no longer be used. Clients that read staples refuse it; the others " +
			"trust a key that its CA has withdrawn.",
		Remediation: "Have a certificate issued for a new key (RACDCERT REKEY, ROLLOVER), connect it to the ring, raise " +
			"EnvironmentUserInstance, F PAGENT,UPDATE.",
		Elsewhere:  "Have a certificate issued for a new key, install it, and reload the server.",
		References: []string{"RFC 6960 section 4.2.2", "RFC 6066 section 8"},
		Check: func(c *Case) []report.Finding {
			return c.stapleFindings(StapleRevoked, "a certificate that is not revoked")
		},
	}
}
