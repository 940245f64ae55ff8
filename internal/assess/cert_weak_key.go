package assess

import (
	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// CertWeakKey is the id of the finding about keys that are too small, or that a faulty program made.
const CertWeakKey = "CERT-WEAK-KEY"

func certWeakKey() Rule {
	return Rule{
		ID:       CertWeakKey,
		Severity: report.High,
		Title:    "a certificate with a weak key is served",
		Why: "A key below 112 bits of strength (RSA and DSA under 2048, curves under 224 bits) can be computed by who can pay for it; " +
			"then anybody may stand in for the server. So can a longer one that a faulty program made, as its modulus shows: ROCA, primes next to " +
			"each other, exponent 1.",
		Remediation: refreshFirst + "Else make a new key: RACDCERT GENCERT or REKEY with SIZE(2048) or more, or NISTECC, have it " +
			"signed, and connect it to the ring. PeerMinRsaKeySize and its like in TTLSEnvironmentAdvancedParms make the peers refuse " +
			"small keys.",
		Elsewhere:  restartElsewhere + "Else make a new key of at least RSA 2048 or P-256 and have a certificate issued for it.",
		References: []string{"NIST SP 800-57 part 1 table 2", "RFC 9325 section 4.5", "CVE-2017-15361", "CVE-2022-26320", ibmAdvancedParms},
		Check: func(c *Case) []report.Finding {
			weak := func(f certchain.SentFacts) []certchain.Weakness { return f.WeakKeys }
			return c.weakness(weak, "a key of at least 112 bits of strength: RSA 2048, P-256")
		},
	}
}
