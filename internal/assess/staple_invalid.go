package assess

import "github.com/portseal/portseal/report"

// StapleInvalid is the id of the finding about staples that are of no use.
const StapleInvalid = "STAPLE-INVALID"

func stapleInvalid() Rule {
	return Rule{
		ID:       StapleInvalid,
		Severity: report.Medium,
		Title:    "the stapled OCSP response is of no use",
		Why: "A staple that cannot be read, is about another certificate, is signed by nobody who may or says nothing of the " +
			"certificate makes clients that read staples refuse the handshake, where none at all would not.",
		Remediation: "See which responder OcspUrl or the certificate names, and that its answers are right; until then OcspServerStapling " +
			"Off in TTLSGskOcspParms. Raise EnvironmentUserInstance, F PAGENT,UPDATE.",
		Elsewhere: "See where the server has the response from (nginx: ssl_stapling_file, ssl_stapling_responder), and turn stapling off " +
			"until it is right.",
		References: []string{"RFC 6960 section 4.2.2", "RFC 6066 section 8"},
		Check: func(c *Case) []report.Finding {
			return c.stapleFindings(StapleInvalid, "a good OCSP response of the issuer's for the certificate, or none")
		},
	}
}
