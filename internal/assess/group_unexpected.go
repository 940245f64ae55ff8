package assess

import (
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// GroupUnexpected is the id of the finding about groups outside the allowed ones.
const GroupUnexpected = "GROUP-UNEXPECTED"

func groupUnexpected() Rule {
	return Rule{
		ID:       GroupUnexpected,
		Severity: report.Medium,
		Title:    "a group (curve) outside the allowed ones is accepted",
		Why:      "groups is the allowed set: a key exchange over another one may be weaker than was approved.",
		Remediation: "In TTLSSignatureParms: ServerKexECurves (TLS 1.2 and older) and ServerKeyShareGroups (TLS 1.3) list the groups, " +
			"as four decimal digits: 0023 is secp256r1, 0029 x25519. Without them the defaults count. Raise EnvironmentUserInstance, " +
			"F PAGENT,UPDATE.",
		CAEServer: javaAlgorithms + "Set jdk.tls.namedGroups in the server's Java options to the allowed groups, and restart the " +
			"server.",
		Elsewhere:  "Set the server's list of groups (OpenSSL: Groups, nginx: ssl_ecdh_curve) to the allowed ones.",
		Policy:     policyKeys("curves", "key_share_groups"),
		References: []string{"RFC 8446 section 4.2.7", "RFC 8422 section 5.1.1", ibmSignature},
		Check: func(c *Case) []report.Finding {
			if !c.judged() || len(c.Expect.Groups) == 0 {
				return nil
			}
			if on := c.groupFacts(scan.Yes, false); len(on) > 0 {
				return []report.Finding{{
					Expected: "only " + groupNames(c.Expect.Groups),
					Observed: groupFactWords(on),
					Evidence: c.groupEvidence(),
				}}
			}
			open := append(c.groupsUnasked(), factVersions(c.groupFacts(scan.Unknown, false))...)
			if len(open) == 0 {
				return nil
			}
			slices.Sort(open)
			return []report.Finding{c.groupQuestionOpen("whether " + versionNames(slices.Compact(open)) + " refuses every group " +
				"outside groups")}
		},
	}
}

func groupFactWords(facts []scan.GroupFact) string {
	var out []string
	for _, f := range facts {
		out = append(out, f.Version.String()+" "+groupName(f.Code))
	}
	return list(out)
}

func factVersions(facts []scan.GroupFact) []cipher.Version {
	var out []cipher.Version
	for _, f := range facts {
		out = append(out, f.Version)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
