package assess

import "github.com/portseal/portseal/report"

// RC4SuiteAccepted is the id of the finding about RC4 within TLS.
const RC4SuiteAccepted = "RC4-SUITE-ACCEPTED"

func rc4SuiteAccepted() Rule {
	return Rule{
		ID:       RC4SuiteAccepted,
		Severity: report.High,
		Title:    "TLS with RC4 is accepted",
		Why: "RC4's key stream is biased: what is sent often, such as a password or cookie, can be recovered from it. RFC 7465 " +
			"forbids it in every version of TLS.",
		Remediation: "Take the RC4 suites (0003, 0004, 0005, 0018, C002, C007, C00C, C011, 0020, 0024) out of TTLSCipherParms. Where " +
			"no TTLSCipherParms is written the release's default list counts, and in z/OS 2.1 it begins with RC4: write one. Raise " +
			"EnvironmentUserInstance, F PAGENT,UPDATE.",
		CAEServer: javaAlgorithms + "Put RC4 back into jdk.tls.disabledAlgorithms of the server's Java, where it is by default, and " +
			"restart the server.",
		Elsewhere:  "Take RC4 out of the server's list of suites (OpenSSL: !RC4).",
		Policy:     policyKeys("cipher_suites"),
		References: []string{"RFC 7465", "CVE-2013-2566", "CVE-2015-2808", ibmCipherParms},
		Check: func(c *Case) []report.Finding {
			if !c.tls() {
				return nil
			}
			if picked := c.pick(c.supported(), isRC4); len(picked) > 0 {
				return []report.Finding{{
					Expected: "no RC4",
					Observed: suiteWords(picked),
					Detail:   c.more(picked),
					Evidence: c.suiteEvidence(picked),
				}}
			}
			return c.badSuitesUnknown()
		},
	}
}

// badSuitesUnknown is NOT-ASSESSED for versions in which not every bad suite was asked: because the scan was not to (--probes
// quick), its budget was used up, or an answer does not count. Where the expectation lists suites, SUITE-UNEXPECTED says so
// instead.
func (c *Case) badSuitesUnknown() []report.Finding {
	if !c.judged() || len(c.Expect.CipherSuites) > 0 {
		return nil
	}
	return c.suitesOpen("refuses every RC4, NULL, anonymous, export and DES suite")
}
