package assess

import "github.com/portseal/portseal/report"

// The ids of the findings that internal/profile makes: what a compliance profile asks and the listener does not do, and what of a profile
// could not be judged.
const (
	ProfileFailed      = "PROFILE-FAILED"
	ProfileNotAssessed = "PROFILE-NOT-ASSESSED"
)

func profileFailed() Rule {
	return Rule{
		ID:       ProfileFailed,
		Severity: report.Medium,
		Varies:   "that of the item in the profile",
		Title:    "an item of a compliance profile is not met",
		Why: "The estate, a listener or --profile names a baseline, and the finding names the clause of it that is not met. It is reported even " +
			"where another finding is about the same fact, since an auditor counts by clauses: the other finding says more about the fact, and " +
			"mending it mends both.",
		Remediation: "'portseal profiles NAME' shows what the clause asks. Versions: TLSv1.2, TLSv1.3 and so on in " +
			"TTLSEnvironmentAdvancedParms or TTLSConnectionAdvancedParms; suites: V3CipherSuites4Char in TTLSCipherParms; groups: ServerKexECurves and " +
			"ServerKeyShareGroups in TTLSSignatureParms; certificates: RACDCERT. Raise EnvironmentUserInstance and F PAGENT,UPDATE. What System SSL of " +
			"the release cannot do is not asked.",
		Elsewhere: "'portseal profiles NAME' shows what the clause asks: change the server's versions, suites, groups or certificate so. A deviation that is " +
			"accepted is a waiver; a baseline of your own is a file for --profile.",
		References: []string{"portseal profiles"},
	}
}

func profileNotAssessed() Rule {
	return Rule{
		ID:           ProfileNotAssessed,
		Severity:     report.Info,
		Inconclusive: true,
		Title:        "not all of a compliance profile could be assessed",
		Why: "The facts that some items need are not known, so that nobody can say that the baseline is met. Items that no scan can judge, such as " +
			"written procedures, are in the report as not assessed and make no finding.",
		Remediation: "The detail says what is missing: a question that the listener did not answer, one that the plan did not ask (--probes deep asks all), a key " +
			"ring that trusted_by does not name, or an AT-TLS policy that attls does not name.",
		Elsewhere:  "The detail says what is missing: a question that the listener did not answer, or that was not asked; --probes deep asks all.",
		References: []string{"portseal profiles"},
	}
}
