package assess

import (
	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// RingRootMissing is the id of the finding about a client's ring that cannot trust what its server's ring promises.
const RingRootMissing = "RING-ROOT-MISSING"

func ringRootMissing() Rule {
	return Rule{
		ID:       RingRootMissing,
		Severity: report.High,
		Title:    "a client's key ring lacks the root of its server's certificate",
		Why: "The rings alone show it, before anything is connected: the server serves a certificate whose chain ends at no anchor of " +
			"the client's ring, so the client will refuse it. Judged for listeners whose chain was not seen; else CHAIN-UNTRUSTED says it.",
		Remediation: "Connect the root of the server's certificate to the client's ring: RACDCERT ID(user) CONNECT(CERTAUTH " +
			"LABEL('root') RING(ring) USAGE(CERTAUTH)), SETROPTS RACLIST(DIGTCERT DIGTRING) REFRESH where these classes are " +
			"RACLISTed, raise EnvironmentUserInstance and F PAGENT,UPDATE. Usage PERSONAL makes no anchor, and NOTRUST certificates are not seen.",
		Elsewhere:  "Add the root of the server's certificate to the client's trust store.",
		References: []string{ibmKeyring, ibmRings, "RFC 5280 section 6.1"},
		Check: func(c *Case) []report.Finding {
			ring := c.servingRing()
			if ring == nil || c.seen() {
				return nil
			}
			var lacking, reasons []string
			for _, name := range c.Expect.TrustedBy {
				if why := c.cannotTrust(ring, name); why != "" {
					lacking, reasons = append(lacking, name), append(reasons, name+": "+why)
				}
			}
			if len(lacking) == 0 {
				return nil
			}
			return []report.Finding{{
				Expected: "what ring " + ring.Name + " serves is trusted by " + list(lacking),
				Observed: "no anchor for it on " + list(lacking),
				Detail:   list(reasons),
			}}
		},
	}
}

// cannotTrust says why a ring trusts nothing that another one promises; empty when it trusts something, or that is not known.
func (c *Case) cannotTrust(serving *certchain.Ring, name string) string {
	client := c.Rings[name]
	if client == nil {
		return ""
	}
	why := ""
	for _, leaf := range c.promised(serving) {
		v := certchain.Judge(serving.Chain(leaf), client, c.At).Trusted
		if v.Value != certchain.No || v.Code != certchain.ReasonNoAnchor {
			return ""
		}
		why = v.Detail
	}
	return why
}
