package assess

import (
	"maps"
	"slices"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// RingChainIncomplete is the id of the finding about rings that lack an issuer of the certificate which they serve.
const RingChainIncomplete = "RING-CHAIN-INCOMPLETE"

func ringChainIncomplete() Rule {
	return Rule{
		ID:       RingChainIncomplete,
		Severity: report.Medium,
		Varies:   "low when only the root is missing, and when no listing says that the ring's files are all that it has",
		Title:    "a server's key ring cannot complete the chain of its certificate",
		Why: "System SSL sends the issuers that are on the ring, and no more: a client that has the root alone will not find its way. " +
			"Judged for listeners whose chain was not seen; else CHAIN-INCOMPLETE says it.",
		Remediation: "Connect every CA certificate of the chain to the server's ring with usage CERTAUTH; RACDCERT LISTCHAIN shows the " +
			"chain, and which rings have all of it. Then raise EnvironmentUserInstance and F PAGENT,UPDATE.",
		Elsewhere:  "Add the intermediate CA certificates to the server's certificate file or key store.",
		References: []string{ibmListChain, ibmKeyring, "RFC 8446 section 4.4.2"},
		Check: func(c *Case) []report.Finding {
			ring := c.servingRing()
			if ring == nil || c.seen() || len(ring.UnprovenAnchors()) > 0 {
				return nil
			}
			var out []report.Finding
			for _, leaf := range c.promised(ring) {
				chain := ring.Chain(leaf)
				end := chain[len(chain)-1]
				if end.SelfIssued() {
					continue
				}
				severity, what := c.missingIssuer(ring, end)
				if severity == report.SeverityUnknown {
					continue
				}
				f := report.Finding{Severity: severity, Expected: "every issuer of " + certificateName(leaf) + " on ring " + ring.Name,
					Observed: "the chain breaks off at " + certificateName(end),
					Detail:   "the ring does not have the issuer " + end.Issuer + what}
				if ring.Listing != nil {
					f.Location = listedAt(ring.Listing.At)
				}
				out = append(out, f)
			}
			return out
		},
	}
}

// missingIssuer weighs an issuer that the ring lacks, by what other rings of the estate know of it. Without a listing the ring may
// have more than its files, so only an issuer that some file proves to be missing counts.
func (c *Case) missingIssuer(ring *certchain.Ring, end *certchain.Certificate) (report.Severity, string) {
	whole := ring.Listing != nil && ring.Listing.Whole || ring.Listing == nil && c.Alone
	for _, name := range slices.Sorted(maps.Keys(c.Rings)) {
		var all []*certchain.Certificate
		for _, e := range c.Rings[name].Entries {
			all = append(all, e.Certificate)
		}
		issuer := certchain.IssuerOf(end, all)
		switch {
		case issuer == nil:
		case issuer.SelfIssued() && whole:
			return report.Low, ", a root, which ring " + name + " has"
		case issuer.SelfIssued():
			return report.SeverityUnknown, ""
		case whole:
			return report.Medium, ", an intermediate CA, which is known to ring " + name
		default:
			return report.Low, ", an intermediate CA, which is known to ring " + name
		}
	}
	if whole {
		return report.Medium, ""
	}
	return report.SeverityUnknown, ""
}
