package assess

import "github.com/portseal/portseal/report"

// ProfileFailed is the id of the finding about an item of a compliance profile that a listener does not meet. internal/profile judges it.
const ProfileFailed = "PROFILE-FAILED"

func profileFailed() Rule {
	return Rule{
		ID:       ProfileFailed,
		Severity: report.Medium,
		Varies:   "that of the item in the profile",
		Title:    "an item of a compliance profile is not met",
		Why: "The estate, a listener or --profile names a baseline, and the finding names the clause of it that is not met. It is reported even " +
			"where another finding is about the same fact, since an auditor counts by clauses: the other finding says more about the fact, and " +
			"mending it mends both.",
		Remediation: "Versions: TLSv1.2, TLSv1.3 and so on in " +
			"TTLSEnvironmentAdvancedParms or TTLSConnectionAdvancedParms; suites: V3CipherSuites4Char in TTLSCipherParms; groups: ServerKexECurves and " +
			"ServerKeyShareGroups in TTLSSignatureParms; certificates: RACDCERT. Raise EnvironmentUserInstance and F PAGENT,UPDATE. What System SSL of " +
			"the release cannot do is not asked.",
		Elsewhere: "Change the server's versions, suites, groups or certificate as the finding says. A deviation that is accepted is a waiver of that item; " +
			"a baseline of your own is a file for --profile.",
		References: []string{"portseal profiles"},
		Anyway:     true,
		Check:      func(c *Case) []report.Finding { return c.ofProfiles(ProfileFailed) },
	}
}

// ofProfiles are the findings of an id that internal/profile made about the endpoint.
func (c *Case) ofProfiles(id string) []report.Finding {
	var out []report.Finding
	for _, f := range c.profiled {
		if f.ID == id {
			out = append(out, f)
		}
	}
	return out
}
