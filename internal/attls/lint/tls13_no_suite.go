package lint

import (
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
)

// tls13NoSuite finds TLS 1.3 without a suite.
func tls13NoSuite() Rule {
	return Rule{
		ID: "ATTLS-TLS13-NO-SUITE", Severity: report.Medium,
		Title: "TLS 1.3 is on without a suite for it",
		Why: "TLS 1.3 has suites of its own (13xx) and takes none of the others: without one in the list it is never negotiated, though " +
			"the policy says that it is.",
		Remediation: "Add 1302, 1301 or 1303 to V3CipherSuites4Char, or write TLSv1.3 Off." + refresh,
		References:  []string{reference("TTLSCipherParms"), "RFC 8446 section 4.1.2"},
		Check:       func(in *Input) []report.Finding { return withoutSuite(in, cipher.TLSv13) },
	}
}
