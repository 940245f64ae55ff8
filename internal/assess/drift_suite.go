package assess

import "github.com/portseal/portseal/report"

// driftSuite finds changes of cipher suites that came or went.
func driftSuite() Rule {
	return drift("DRIFT-SUITE", report.Medium, "high for RC4, NULL, anonymous, export and DES; low or info where it got better", "a listener accepts other cipher suites than before",
		"A weaker suite serves whoever can make a client choose it; one that is gone keeps clients out.",
		"Compare the TTLSCipherParms, and on other platforms the server's list and its library's version. ", report.SuiteAdded, report.SuiteGone)
}
