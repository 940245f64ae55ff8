package assess

import "github.com/portseal/portseal/report"

// ProfileNotAssessed is the id of the finding about items of a compliance profile that could not be judged. internal/profile makes it.
const ProfileNotAssessed = "PROFILE-NOT-ASSESSED"

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
		Anyway:     true,
		Check:      func(c *Case) []report.Finding { return c.ofProfiles(ProfileNotAssessed) },
	}
}
