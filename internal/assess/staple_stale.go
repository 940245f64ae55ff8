package assess

import "github.com/portseal/portseal/report"

// StapleStale is the id of the finding about staples that are out of date.
const StapleStale = "STAPLE-STALE"

func stapleStale() Rule {
	return Rule{
		ID:       StapleStale,
		Severity: report.Medium,
		Title:    "the stapled OCSP response is out of date",
		Why: "A response is the current one from its thisUpdate to its nextUpdate. Clients that read staples refuse an older one: " +
			"who has stolen the key of a certificate that was revoked since could send it.",
		Remediation: "See that the responder can be reached from the stack, and its clock and the system's; until then OcspServerStapling " +
			"Off in TTLSGskOcspParms. Raise EnvironmentUserInstance, F PAGENT,UPDATE.",
		Elsewhere:  "See that the server reaches the responder, that nothing keeps an old file (nginx: ssl_stapling_file), and that the clocks are right.",
		References: []string{"RFC 6960 section 4.2.2", "RFC 6066 section 8"},
		Check: func(c *Case) []report.Finding {
			return c.stapleFindings(StapleStale, "a current OCSP response, or none")
		},
	}
}
