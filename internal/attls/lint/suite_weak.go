package lint

import (
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
)

// suiteWeak finds triple DES.
func suiteWeak() Rule {
	return Rule{
		ID: "ATTLS-SUITE-WEAK", Severity: report.Medium,
		Title: "The list offers triple DES",
		Why: "Blocks of 64 bits repeat after some gigabytes under one key, and what they hold can then be found (Sweet32). NIST disallows " +
			"encryption with triple DES since 2024.",
		Remediation: "Take the suites out of TTLSCipherParms; clients that have nothing else are older than TLS 1.2." + refresh,
		References:  []string{reference("TTLSCipherParms"), "CVE-2016-2183", "RFC 9325 section 4.1", "NIST SP 800-131A revision 2"},
		Check: func(in *Input) []report.Finding {
			return suitesThat(in, func(s cipher.Suite) bool { return s.In("3des") }, "should not be offered")
		},
	}
}
