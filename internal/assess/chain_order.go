package assess

import (
	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// ChainOrder is the id of the finding about certificates that are sent in the wrong order.
const ChainOrder = "CHAIN-ORDER"

func chainOrder() Rule {
	return Rule{
		ID:       ChainOrder,
		Severity: report.Low,
		Title:    "the chain is sent in the wrong order",
		Why:      "Up to TLS 1.2 each certificate must certify the one before it; some clients give up on a list that does not.",
		Remediation: refreshFirst + "System SSL and JSSE order what they send: a wrong order comes from a key store or PKCS#12 file " +
			"that was put together by hand. Build it again, server certificate first.",
		Elsewhere:  restartElsewhere + "Else put the certificates in order: the server's own, then its issuer, then the issuer's issuer.",
		References: []string{"RFC 5246 section 7.4.2", "RFC 8446 section 4.4.2"},
		Check: func(c *Case) []report.Finding {
			return c.sentLists(func(facts certchain.SentFacts) (report.Finding, bool) {
				return report.Finding{
					Expected: "each certificate certifies the one before it",
					Observed: facts.OrderDetail,
				}, facts.Ordered == certchain.No
			})
		},
	}
}

// sentLists judges each list of certificates that was sent, where the expectation speaks about the chain.
func (c *Case) sentLists(judge func(certchain.SentFacts) (report.Finding, bool)) []report.Finding {
	if !c.judged() || len(c.Expect.TrustedBy) == 0 {
		return nil
	}
	var out []report.Finding
	seen := map[string]bool{}
	for _, p := range c.Endpoint.Presented {
		f, found := judge(certchain.Sent(c.Endpoint.Chain(p)))
		if !found || seen[p.Leaf+f.Observed] {
			continue
		}
		seen[p.Leaf+f.Observed] = true
		f.Detail = c.leafName(p.Leaf)
		f.Evidence = distinct(p.Evidence)
		out = append(out, f)
	}
	return out
}
