package assess

import (
	"slices"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// ChainUntrusted is the id of the finding about key rings that do not trust what the listener serves.
const ChainUntrusted = "CHAIN-UNTRUSTED"

func chainUntrusted() Rule {
	return Rule{
		ID:       ChainUntrusted,
		Severity: report.High,
		Title:    "a key ring that must trust the listener's certificate does not",
		Why: "The clients that use this ring cannot connect; on z/OS they log RC 8 (certificate not trusted) or 435 (CA unknown), and " +
			"their application sees a reset.",
		Remediation: refreshFirst + "Both sides count: the ring of the server, which decides what is served, and the ring named here, " +
			"which decides what is trusted. Else connect the root of the served chain to that ring: RACDCERT ID(user) " +
			"CONNECT(CERTAUTH LABEL('...') RING(ring) USAGE(CERTAUTH)). A certificate with usage PERSONAL or status NOTRUST anchors " +
			"nothing. The server's own ring must hold every intermediate CA, or System SSL cannot send it.",
		Elsewhere: restartElsewhere + "Else add the root of the served chain to the trust store named here, or have the server send " +
			"its whole chain.",
		Policy: policyKeys("keyring", "label"),
		References: []string{
			"RFC 5280 section 6.1", "RFC 8446 section 4.4.2", ibmKeyring, ibmQMTLS,
		},
		Check: func(c *Case) []report.Finding {
			if !c.judged() {
				return nil
			}
			var no, unknown []report.ChainVerdict
			for _, v := range c.cells(c.Expect.TrustedBy) {
				switch v.Trusted {
				case certchain.Yes:
				case certchain.No:
					if !c.saidElsewhere(v) {
						no = append(no, v)
					}
				default:
					unknown = append(unknown, v)
				}
			}
			out := c.trustFindings(no, "trusted by", "not trusted by")
			for i, leaf := range c.cellLeaves(no) {
				unanchored := slices.ContainsFunc(no, func(v report.ChainVerdict) bool {
					return v.Leaf == leaf && certchain.Reason(v.Code) == certchain.ReasonNoAnchor
				})
				if !unanchored {
					continue
				}
				if where := c.breaksOff(leaf); where != "" {
					out[i].Detail += where
				} else {
					out[i].Location = c.listingOf(no, leaf)
				}
			}
			return append(out, c.trustUnknown(unknown)...)
		},
	}
}
