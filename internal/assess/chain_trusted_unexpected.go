package assess

import (
	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// ChainTrustedUnexpected is the id of the finding about key rings that trust what they must not.
const ChainTrustedUnexpected = "CHAIN-TRUSTED-UNEXPECTED"

func chainTrustedUnexpected() Rule {
	return Rule{
		ID:       ChainTrustedUnexpected,
		Severity: report.High,
		Title:    "a key ring that must not trust the listener's certificate does",
		Why: "A boundary that the estate draws, as between test and production, is not there: clients behind this ring would accept " +
			"this server.",
		Remediation: refreshFirst + "Else find the CA that the path ends at (RACDCERT LISTRING) and remove it from the ring, RACDCERT " +
			"REMOVE; a virtual ring (*AUTH*/*) trusts every CA of the security product: use a ring of its own.",
		Elsewhere:  restartElsewhere + "Else remove the CA that the path ends at from this trust store.",
		References: []string{"RFC 5280 section 6.1", ibmKeyring},
		Check: func(c *Case) []report.Finding {
			if !c.judged() {
				return nil
			}
			var yes, unknown []report.ChainVerdict
			for _, v := range c.cells(c.Expect.NotTrustedBy) {
				switch v.Trusted {
				case certchain.Yes:
					yes = append(yes, v)
				case certchain.No:
				default:
					unknown = append(unknown, v)
				}
			}
			return append(c.trustFindings(yes, "not trusted by", "trusted by"), c.trustUnknown(unknown)...)
		},
	}
}
