package assess

import (
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// GroupMissing is the id of the finding about groups that should be accepted and are not.
const GroupMissing = "GROUP-MISSING"

func groupMissing() Rule {
	return Rule{
		ID:       GroupMissing,
		Severity: report.Medium,
		Title:    "a group (curve) that should be accepted is refused",
		Why:      "Peers that have only this group cannot connect, or fall back to a suite without forward secrecy.",
		Remediation: "Add the group to ServerKexECurves (TLS 1.2 and older) and ServerKeyShareGroups (TLS 1.3) in TTLSSignatureParms, " +
			"as four decimal digits. In FIPS mode x25519 and x448 are not there; all curves need ICSF. Raise EnvironmentUserInstance, " +
			"F PAGENT,UPDATE.",
		CAEServer: javaAlgorithms + "Add the group to jdk.tls.namedGroups, see that it is not in jdk.tls.disabledAlgorithms, and " +
			"restart the server.",
		Elsewhere: "Add the group to the server's list (OpenSSL: Groups, nginx: ssl_ecdh_curve).",
		Policy:    policyKeys("curves", "key_share_groups"),
		References: []string{
			"RFC 8446 section 4.2.7", "RFC 8422 section 5.1.1", ibmSignature,
		},
		Check: func(c *Case) []report.Finding {
			if !c.judged() || len(c.Expect.Groups) == 0 || len(c.versions()) == 0 {
				return nil
			}
			var refused, open []cipher.Group
			for _, g := range c.Expect.Groups {
				switch c.group(g) {
				case scan.No:
					refused = append(refused, g)
				case scan.Unknown:
					open = append(open, g)
				}
			}
			var out []report.Finding
			if len(refused) > 0 {
				out = append(out, report.Finding{
					Expected: "accepted: " + groupNames(c.Expect.Groups),
					Observed: "refused: " + groupNames(refused),
					Evidence: c.groupEvidence(),
				})
			}
			if len(open) > 0 {
				out = append(out, c.groupQuestionOpen("whether these groups are accepted: "+groupNames(open)))
			}
			return out
		},
	}
}
