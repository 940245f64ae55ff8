package assess

import (
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
)

// VulnSWEET32 is the id of the finding about sweet32.
const VulnSWEET32 = "VULN-SWEET32"

func vulnSWEET32() Rule {
	return unlessMeant(vulnerable(Rule{
		ID:       VulnSWEET32,
		Severity: report.Low,
		Title:    "suites with blocks of 64 bits are accepted (SWEET32)",
		Why: "After some 32 GiB under one key, blocks repeat and give away what was sent: a long connection that sends the " +
			"same secret often can be read. Triple DES, IDEA and RC2 have such blocks.",
		Remediation: "Take the 3DES suites (000A, 000D, 0010, 0013, 0016, C003, C008, C00D, C012) out of TTLSCipherParms. Raise " +
			"EnvironmentUserInstance, F PAGENT,UPDATE.",
		Elsewhere:  "Take 3DES, IDEA and RC2 out of the server's list of suites (OpenSSL: !3DES:!IDEA:!RC2).",
		Policy:     policyKeys("cipher_suites"),
		References: []string{"CVE-2016-2183", "CVE-2016-6329", "https://sweet32.info", "RFC 9325 section 4.1", ibmCipherParms},
	}, "no suite with blocks of 64 bits"), func(c *Case) bool {
		outside := func(id cipher.ID) bool {
			return isShortBlock(id) && !isInsecure(id) && !slices.Contains(c.Expect.CipherSuites, id)
		}
		return len(c.pick(c.supported(), outside)) == 0
	})
}
