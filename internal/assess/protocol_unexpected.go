package assess

import (
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// ProtocolUnexpected is the id of the finding about versions outside the expected ones.
const ProtocolUnexpected = "PROTOCOL-UNEXPECTED"

func protocolUnexpected() Rule {
	return Rule{
		ID:       ProtocolUnexpected,
		Severity: report.High,
		Title:    "a protocol version outside the expected ones is accepted",
		Why: "versions is exact. TLS 1.0 and 1.1 are deprecated; and AT-TLS up to z/OS 3.1 leaves both on unless they are turned off, " +
			"also where TLSv1.2 On is written.",
		Remediation: "In TTLSEnvironmentAdvancedParms (and TTLSConnectionAdvancedParms, which wins) write Off for each version that " +
			"is not wanted: TLSv1 Off, TLSv1.1 Off; before z/OS 3.2 they are On by default. Beware of a block that is both referred " +
			"to and written inline: the later one replaces the earlier. Raise EnvironmentUserInstance, F PAGENT,UPDATE.",
		CAEServer: javaAlgorithms + "Add the version to jdk.tls.disabledAlgorithms of the server's Java " +
			"(conf/security/java.security), and restart the server.",
		Elsewhere:  "Turn the version off in the server's configuration; or, when it is wanted, add it to versions.",
		Policy:     func(c *Case) []string { return versionKeys(c.versionsThat(scan.Yes, c.otherVersions())) },
		References: []string{"RFC 8996", "RFC 9325 section 3.1", ibmAdvancedParms},
		Check: func(c *Case) []report.Finding {
			if !c.judged() || len(c.Expect.Versions) == 0 {
				return nil
			}
			others := c.otherVersions()
			on := slices.DeleteFunc(c.versionsThat(scan.Yes, others), func(v cipher.Version) bool { return v < cipher.TLSv10 })
			out := c.unansweredVersions(others, "refused")
			if len(on) > 0 {
				out = append(out, report.Finding{
					Expected: "only " + versionNames(c.Expect.Versions),
					Observed: versionNames(on) + " accepted",
					Evidence: c.evidenceOf(on...),
				})
			}
			return out
		},
	}
}

// otherVersions are those that the expectation does not name.
func (c *Case) otherVersions() []cipher.Version {
	return slices.DeleteFunc(cipher.Versions(), func(v cipher.Version) bool { return slices.Contains(c.Expect.Versions, v) })
}
