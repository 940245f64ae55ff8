package lint

import (
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
)

// tls12NoSuite finds TLS 1.2 without a suite.
func tls12NoSuite() Rule {
	return Rule{
		ID: "ATTLS-TLS12-NO-SUITE", Severity: report.Medium,
		Title:       "TLS 1.2 is on without a suite for it",
		Why:         "The suites of TLS 1.3 (13xx) are for TLS 1.3 alone: a peer that knows only TLS 1.2 is refused with return code 402.",
		Remediation: "Add suites such as C030 and C02F to V3CipherSuites4Char, or write TLSv1.2 Off." + refresh,
		References:  []string{reference("TTLSCipherParms"), "RFC 8446 section 4.1.2"},
		Check:       func(in *Input) []report.Finding { return withoutSuite(in, cipher.TLSv12) },
	}
}
