package assess

import (
	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// ChainSuperfluous is the id of the finding about certificates that need not be sent.
const ChainSuperfluous = "CHAIN-SUPERFLUOUS"

func chainSuperfluous() Rule {
	return Rule{
		ID:       ChainSuperfluous,
		Severity: report.Info,
		Title:    "a certificate is sent that nobody needs",
		Why:      "It costs octets in every handshake; a root that is sent is superfluous, not wrong.",
		Remediation: refreshFirst + "Nothing else has to be done. Unrelated certificates can be removed from the server's ring with " +
			"RACDCERT REMOVE.",
		Elsewhere: restartElsewhere + "Nothing else has to be done. Unrelated certificates can be taken out of the server's " +
			"certificate file.",
		References: []string{"RFC 8446 section 4.4.2", ibmKeyring},
		Check: func(c *Case) []report.Finding {
			return c.sentLists(func(facts certchain.SentFacts) (report.Finding, bool) {
				var words []string
				for _, s := range facts.Superfluous {
					words = append(words, certificateName(s.Certificate)+": "+s.Why)
				}
				return report.Finding{
					Expected: "the server certificate and its intermediate CAs",
					Observed: list(words),
				}, len(words) > 0
			})
		},
	}
}
