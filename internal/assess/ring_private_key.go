package assess

import "github.com/portseal/portseal/report"

// RingPrivateKey is the id of the finding about private keys in ring files.
const RingPrivateKey = "RING-PRIVATE-KEY"

func ringPrivateKey() Rule {
	return Rule{
		ID:       RingPrivateKey,
		Severity: report.Medium,
		Title:    "a key ring file holds a private key",
		Why: "portseal needs certificates only. A private key that was exported to be looked at is one more copy that can be stolen; " +
			"it was not read.",
		Remediation: "Export certificates without their key: RACDCERT EXPORT with FORMAT(CERTB64), CERTDER or PKCS7B64, never " +
			"PKCS12DER or PKCS12B64. Delete the file, and think about a new key where others could read it.",
		Elsewhere:  "Export the certificates without their key, delete the file, and think about a new key where others could read it.",
		References: []string{ibmKeyring, "NIST SP 800-57 part 1 section 8.2"},
		CheckEstate: func(e *Estate) []report.Finding {
			var out []report.Finding
			for _, p := range e.PrivateKeys {
				where := p.Location
				where.Line, where.Column = max(1, where.Line), max(1, where.Column)
				out = append(out, report.Finding{
					Location: &where,
					Detail:   "key ring " + p.Keyring + ": " + p.Detail,
					Expected: "certificates only",
					Observed: "a private key in " + where.File,
				})
			}
			return out
		},
	}
}
