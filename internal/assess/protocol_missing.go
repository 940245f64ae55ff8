package assess

import (
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// ProtocolMissing is the id of the finding about expected versions that are refused.
const ProtocolMissing = "PROTOCOL-MISSING"

func protocolMissing() Rule {
	return Rule{
		ID:       ProtocolMissing,
		Severity: report.Medium,
		Title:    "an expected protocol version is refused",
		Why:      "versions is exact: peers that need this version cannot connect, or connect with an older one.",
		Remediation: "Write On for the version in TTLSEnvironmentAdvancedParms: TLSv1.2 On, TLSv1.3 On (z/OS 2.4 and later; even 3.2 " +
			"has TLSv1.3 Off by default). TLS 1.3 needs its suites (1301, 1302, 1303) in TTLSCipherParms, and ICSF up. An advanced " +
			"block at connection level, or a second one inline, wins over the first. Raise EnvironmentUserInstance, F PAGENT,UPDATE.",
		CAEServer: javaAlgorithms + "See that the version is not in jdk.tls.disabledAlgorithms of the server's Java, and that this " +
			"Java release knows it; restart the server.",
		Elsewhere: "Turn the version on in the server's configuration, and see that it has a suite and a certificate that this " +
			"version can use.",
		Policy:     func(c *Case) []string { return versionKeys(c.versionsThat(scan.No, c.Expect.Versions)) },
		References: []string{ibmAdvancedParms, ibmCipherParms, "RFC 8446", "RFC 5246"},
		Check: func(c *Case) []report.Finding {
			if !c.judged() {
				return nil
			}
			if len(c.Expect.Versions) == 0 {
				return c.noVersionAtAll()
			}
			out := c.unansweredVersions(c.Expect.Versions, "supported")
			if off := c.versionsThat(scan.No, c.Expect.Versions); len(off) > 0 {
				out = append(out, report.Finding{
					Expected: versionNames(c.Expect.Versions),
					Observed: versionNames(off) + " refused",
					Evidence: c.evidenceOf(off...),
				})
			}
			return out
		},
	}
}

// noVersionAtAll is for a listener that answers with TLS records and agrees to nothing, where any version would do.
func (c *Case) noVersionAtAll() []report.Finding {
	all := cipher.Versions()
	switch {
	case len(c.versionsThat(scan.Yes, all)) > 0:
		return nil
	case len(c.versionsThat(scan.No, all)) == len(all):
		return []report.Finding{{Expected: "TLS", Observed: "every version refused", Evidence: c.evidenceOf(all...)}}
	}
	return c.unansweredVersions(all, "supported")
}
