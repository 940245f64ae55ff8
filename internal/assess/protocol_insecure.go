package assess

import (
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// ProtocolInsecure is the id of the finding about SSLv2 and SSLv3.
const ProtocolInsecure = "PROTOCOL-INSECURE"

func protocolInsecure() Rule {
	return Rule{
		ID:       ProtocolInsecure,
		Severity: report.Critical,
		Title:    "a broken protocol version is accepted",
		Why: "SSLv2 and SSLv3 are broken by design. SSLv2 on any port that shares a key endangers the TLS ports too (DROWN); SSLv3 " +
			"lets an attacker read cookies and passwords (POODLE).",
		Remediation: "In the rule's TTLSEnvironmentAdvancedParms, and in its TTLSConnectionAdvancedParms, which win: SSLv2 Off, SSLv3 " +
			"Off. Raise EnvironmentUserInstance, F PAGENT,UPDATE, and check with pasearch -t that both levels say Off.",
		CAEServer: javaAlgorithms + "Put SSLv3 back into jdk.tls.disabledAlgorithms of the server's Java " +
			"(conf/security/java.security), where it is by default, and restart the server.",
		Elsewhere: "Turn SSLv2 and SSLv3 off in the server's configuration.",
		Policy: func(c *Case) []string {
			return versionKeys(c.versionsThat(scan.Yes, []cipher.Version{cipher.SSLv2, cipher.SSLv3}))
		},
		References: []string{"RFC 6176", "RFC 7568", "CVE-2016-0800", "CVE-2014-3566", ibmAdvancedParms},
		Check: func(c *Case) []report.Finding {
			if !c.tls() {
				return nil
			}
			broken := []cipher.Version{cipher.SSLv2, cipher.SSLv3}
			if on := c.versionsThat(scan.Yes, broken); len(on) > 0 {
				return []report.Finding{{
					Expected: "neither SSLv2 nor SSLv3",
					Observed: versionNames(on) + " accepted",
					Evidence: c.evidenceOf(on...),
				}}
			}
			// Where versions are expected, PROTOCOL-UNEXPECTED asks about these two as well.
			if c.judged() && len(c.Expect.Versions) == 0 {
				return c.unansweredVersions(broken, "refused")
			}
			return nil
		},
	}
}

// versionsThat returns those of the given versions whose support is what is named.
func (c *Case) versionsThat(fact scan.Fact, among []cipher.Version) []cipher.Version {
	var out []cipher.Version
	for _, v := range among {
		if c.Endpoint.Protocol(v).Supported == fact {
			out = append(out, v)
		}
	}
	return out
}

// unansweredVersions is NOT-ASSESSED for those of the given versions of which it is not known whether they are supported.
func (c *Case) unansweredVersions(among []cipher.Version, word string) []report.Finding {
	open := c.versionsThat(scan.Unknown, among)
	if len(open) == 0 {
		return nil
	}
	f := c.unknown("whether "+versionNames(open)+" is "+word, versionKeywords(open)...)
	f.Evidence = c.evidenceOf(open...)
	return []report.Finding{f}
}
