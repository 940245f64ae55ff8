package assess

import "github.com/portseal/portseal/report"

// SuiteInsecure is the id of the finding about suites without encryption, authentication or strength.
const SuiteInsecure = "SUITE-INSECURE"

func suiteInsecure() Rule {
	return Rule{
		ID:       SuiteInsecure,
		Severity: report.High,
		Title:    "a suite that protects nothing is accepted: NULL, anonymous, export or single DES",
		Why: "NULL suites do not encrypt, anonymous ones let anybody stand in the middle, export and single DES keys are found by " +
			"trying them all.",
		Remediation: "Take these suites out of TTLSCipherParms (NULL: 0001, 0002, 003B, C001, C006, C00B, C010; export: 0003, 0006; " +
			"DES: 0009, 000C, 000F, 0012, 0015). Where no TTLSCipherParms is written the release's default list counts, and older " +
			"releases have such suites in it: write one. Raise EnvironmentUserInstance, F PAGENT,UPDATE.",
		CAEServer: javaAlgorithms + "Put NULL, anon, EXPORT and DES back into jdk.tls.disabledAlgorithms and jdk.tls.legacyAlgorithms " +
			"of the server's Java, where they are by default, and restart the server.",
		Elsewhere:  "Take them out of the server's list of suites (OpenSSL: !aNULL:!eNULL:!EXPORT:!DES).",
		Policy:     policyKeys("cipher_suites"),
		References: []string{"RFC 9325 section 4.1", "RFC 4346 appendix A.5", "CVE-2015-0204", "CVE-2015-4000", ibmCipherParms},
		Check: func(c *Case) []report.Finding {
			if !c.tls() {
				return nil
			}
			picked := c.pick(c.supported(), isInsecure)
			if len(picked) == 0 {
				return nil // what was not asked is said by RC4-SUITE-ACCEPTED or SUITE-UNEXPECTED
			}
			return []report.Finding{{
				Expected: "no NULL, anonymous, export or single DES suite",
				Observed: suiteWords(picked),
				Detail:   c.more(picked),
				Evidence: c.suiteEvidence(picked),
			}}
		},
	}
}
