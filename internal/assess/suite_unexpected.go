package assess

import (
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
)

// SuiteUnexpected is the id of the finding about suites outside the allowed set.
const SuiteUnexpected = "SUITE-UNEXPECTED"

func suiteUnexpected() Rule {
	return Rule{
		ID:       SuiteUnexpected,
		Severity: report.Medium,
		Title:    "a suite outside the allowed ones is accepted",
		Why: "cipher_suites is the allowed set: what is accepted besides was not approved, and shows that another policy is in " +
			"force.",
		Remediation: "Compare V3CipherSuites4Char in TTLSCipherParms with cipher_suites; without TTLSCipherParms the release's " +
			"default list counts. A list at connection level replaces the environment's. V3CipherSuites4Char takes hex codes only: a " +
			"name there is not used. Raise EnvironmentUserInstance, F PAGENT,UPDATE, and read pasearch -t.",
		CAEServer: javaAlgorithms + "Add the suite to jdk.tls.disabledAlgorithms of the server's Java, or allow it in cipher_suites; " +
			"restart the server.",
		Elsewhere:  "Take the suite out of the server's list, or, when it is right, add it to cipher_suites.",
		Policy:     policyKeys("cipher_suites"),
		References: []string{"RFC 9325 section 4", ibmCipherParms},
		Check: func(c *Case) []report.Finding {
			if !c.judged() || len(c.Expect.CipherSuites) == 0 {
				return nil
			}
			allowed := func(id cipher.ID) bool {
				return slices.Contains(c.Expect.CipherSuites, id) || slices.Contains(c.Expect.RequiredCipherSuites, id)
			}
			picked := c.pick(c.versions(), func(id cipher.ID) bool { return !allowed(id) && !isRC4(id) && !isInsecure(id) })
			if len(picked) > 0 {
				return []report.Finding{{
					Expected: "no suite but " + suiteNames(c.Expect.CipherSuites),
					Observed: suiteWords(picked),
					Detail:   c.more(picked),
					Evidence: c.suiteEvidence(picked),
				}}
			}
			return c.suitesOpen("refuses every suite outside cipher_suites")
		},
	}
}

// suitesOpen is NOT-ASSESSED for the versions in which not every suite outside the good ones was asked.
func (c *Case) suitesOpen(claim string) []report.Finding {
	var open []cipher.Version
	for _, v := range c.versions() {
		if !c.enumerated(v) {
			open = append(open, v)
		}
	}
	if len(open) == 0 {
		return nil
	}
	f := c.unknown("whether "+versionNames(open)+" "+claim, suiteKeywords(open)...)
	f.Evidence = c.evidenceOf(open...)
	return []report.Finding{f}
}
