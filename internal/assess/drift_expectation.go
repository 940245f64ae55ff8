package assess

import "github.com/portseal/portseal/report"

// driftExpectation finds changes of what the estate file says.
func driftExpectation() Rule {
	return drift("DRIFT-EXPECTATION", report.Low, "medium where TLS is expected no more", "the estate file expects something else than before",
		"A run passes also when the expectation was made to fit.",
		"Ask who changed the estate file, and why. ", report.ExpectationChanged)
}
