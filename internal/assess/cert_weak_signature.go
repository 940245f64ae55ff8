package assess

import (
	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// CertWeakSignature is the id of the finding about signatures over broken hashes.
const CertWeakSignature = "CERT-WEAK-SIGNATURE"

func certWeakSignature() Rule {
	return Rule{
		ID:       CertWeakSignature,
		Severity: report.High,
		Title:    "a certificate with a weak signature is served",
		Why: "For MD5 and SHA-1 two certificates with the same signature can be made, so this one proves nothing about who " +
			"issued it.",
		Remediation: refreshFirst + "Else have the certificate signed anew with SHA-256 or better; a CA of your own in RACF signs " +
			"with the hash that its key size gives. z/OS 3.2 takes SHA-1 out of the signature pairs that AT-TLS offers by default.",
		Elsewhere:  restartElsewhere + "Else have the certificate signed anew with SHA-256 or better.",
		References: []string{"RFC 9155", "RFC 6194", "RFC 6151", "NIST SP 800-131A", ibmSignature},
		Check: func(c *Case) []report.Finding {
			weak := func(f certchain.SentFacts) []certchain.Weakness { return f.WeakSignatures }
			return c.weakness(weak, "a signature over SHA-256 or better")
		},
	}
}
