package assess

import (
	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// ChainIncomplete is the id of the finding about chains that a ring can complete, and the listener does not.
const ChainIncomplete = "CHAIN-INCOMPLETE"

func chainIncomplete() Rule {
	return Rule{
		ID:       ChainIncomplete,
		Severity: report.Medium,
		Title:    "the listener does not send all of its chain",
		Why: "The ring happens to hold the CA certificate that the listener leaves out. The next client, with the root alone, will " +
			"not connect.",
		Remediation: refreshFirst + "Else connect every intermediate CA of the served certificate to the server's own ring, with " +
			"usage CERTAUTH: System SSL and JSSE send what their ring or key store holds, and no more (RACDCERT LISTCHAIN shows the " +
			"chain).",
		Elsewhere:  restartElsewhere + "Else add the intermediate CA certificates to the server's certificate file, after its own.",
		Policy:     policyKeys("keyring"),
		References: []string{"RFC 8446 section 4.4.2", "RFC 5246 section 7.4.2", ibmKeyring},
		Check: func(c *Case) []report.Finding {
			if !c.judged() {
				return nil
			}
			var cells []report.ChainVerdict
			for _, v := range c.cells(c.Expect.TrustedBy) {
				if v.Trusted == certchain.Yes && v.TrustedAsSent == certchain.No {
					cells = append(cells, v)
				}
			}
			out := c.trustFindings(cells, "trusted with what the listener sends, by", "trusted only with what is on the ring, by")
			for i, leaf := range c.cellLeaves(cells) {
				out[i].Detail += c.breaksOff(leaf)
			}
			return out
		},
	}
}
