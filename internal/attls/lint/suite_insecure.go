package lint

import (
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
)

// suiteInsecure finds suites that protect little or nothing.
func suiteInsecure() Rule {
	return Rule{
		ID: "ATTLS-SUITE-INSECURE", Severity: report.High,
		Title: "The list offers suites that are broken",
		Why: "RC4, RC2 and single DES can be read, export suites in minutes, and NULL suites do not encrypt at all: a peer that prefers one " +
			"gets it.",
		Remediation: "Take the suites out of TTLSCipherParms." + refresh,
		References:  []string{reference("TTLSCipherParms"), "RFC 7465", "RFC 9325 section 4.1"},
		Check: func(in *Input) []report.Finding {
			broken := func(s cipher.Suite) bool { return s.In("insecure") || s.In("rc4") || s.In("rc2") }
			return suitesThat(in, broken, "must not be offered")
		},
	}
}
