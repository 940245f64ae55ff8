package assess

import (
	"strings"

	"github.com/portseal/portseal/report"
)

// RingVirtualServer is the id of the finding about servers on a virtual key ring.
const RingVirtualServer = "RING-VIRTUAL-SERVER"

func ringVirtualServer() Rule {
	return Rule{
		ID:       RingVirtualServer,
		Severity: report.High,
		Varies:   "low for a user's virtual ring, which has personal certificates but no default",
		Title:    "a server uses a virtual key ring",
		Why: "*AUTH*/* holds all CERTAUTH certificates and *SITE*/* all SITE ones: neither has a personal certificate with a key, so a " +
			"server there has nothing to serve. USER/* has all of a user's certificates and no default: only a label says which is served.",
		Remediation: "Give the server's TTLSEnvironmentAction a key ring of its own (RACDCERT ADDRING, CONNECT): its certificate as " +
			"PERSONAL with DEFAULT, its CA certificates as CERTAUTH. Virtual rings are for HandshakeRole Client.",
		Elsewhere:  "Give the server a key store of its own with its certificate and key.",
		References: []string{ibmRings, ibmKeyring},
		Check: func(c *Case) []report.Finding {
			ring := c.servingRing()
			if ring == nil || ring.Virtual == "" {
				return nil
			}
			f := report.Finding{
				Expected: "a key ring with a personal certificate",
				Observed: "the virtual ring " + ring.Virtual,
				Detail:   "key ring " + ring.Name,
			}
			if !strings.HasPrefix(ring.Virtual, "*") {
				f.Severity = report.Low
				f.Expected = "a key ring whose default is the server's certificate"
			}
			return []report.Finding{f}
		},
	}
}
