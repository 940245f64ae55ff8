package assess

import (
	"slices"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// RingNoDefault is the id of the finding about server rings without a default certificate.
const RingNoDefault = "RING-NO-DEFAULT"

func ringNoDefault() Rule {
	return Rule{
		ID:       RingNoDefault,
		Severity: report.Medium,
		Title:    "a server's key ring has no default certificate, and no label is named",
		Why: "AT-TLS serves the certificate that CertificateLabel or ServerCertificateLabel names, else the ring's default. With neither " +
			"the handshake fails (return code 6 or 7), and the client sees a reset.",
		Remediation: "Make the server's certificate the default, RACDCERT ID(user) CONNECT(LABEL('label') RING(ring) USAGE(PERSONAL) " +
			"DEFAULT), or name its label in the policy and as label in the estate file. Then raise EnvironmentUserInstance and F PAGENT,UPDATE.",
		Elsewhere:  "Name the certificate that the server is to serve.",
		References: []string{ibmKeyring, ibmAdvancedParms, ibmRings},
		Check: func(c *Case) []report.Finding {
			ring := c.servingRing()
			if ring == nil || ring.Virtual != "" || ring.Listing == nil || !ring.Listing.Whole || c.Expect.Label != "" || c.serverOwnTLS() {
				return nil
			}
			if hasDefault(ring) || c.Endpoint.ServedBy != nil && c.Endpoint.ServedBy.Match == certchain.Yes {
				return nil
			}
			return []report.Finding{{
				Location: listedAt(ring.Listing.At),
				Expected: "a personal certificate with DEFAULT YES, or a label",
				Observed: "DEFAULT NO for all of them",
				Detail:   "key ring " + ring.Name + " (" + ring.Listing.Ring + ")",
			}}
		},
	}
}

// hasDefault says whether a certificate that can be served is the ring's default.
func hasDefault(ring *certchain.Ring) bool {
	return slices.ContainsFunc(ring.Entries, func(e certchain.Entry) bool { return e.Default == certchain.Yes && e.Personal() }) ||
		slices.ContainsFunc(ring.Unproven(), func(l certchain.Listed) bool {
			return l.Default == certchain.Yes && l.Usage == certchain.UsagePersonal
		})
}
