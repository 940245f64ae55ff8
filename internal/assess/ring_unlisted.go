package assess

import (
	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// RingUnlisted is the id of the finding about ring files with certificates that the ring does not have.
const RingUnlisted = "RING-UNLISTED"

func ringUnlisted() Rule {
	return Rule{
		ID:       RingUnlisted,
		Severity: report.Low,
		Title:    "a key ring's files hold certificates that its listing does not have",
		Why: "Such a certificate is not on the ring: it was left out of every judgement. Either the listing or the files are of another " +
			"day, or the certificate was never connected.",
		Remediation: "Collect listing and exports anew at the same time (RACDCERT LISTRING, LIST, EXPORT). If the certificate should be " +
			"on the ring, connect it: RACDCERT CONNECT.",
		Elsewhere:  "Collect the listing and the files anew at the same time.",
		References: []string{ibmList, ibmRings},
		CheckEstate: func(e *Estate) []report.Finding {
			var out []report.Finding
			for _, u := range e.uses() {
				var names []string
				for _, entry := range u.ring.Entries {
					if entry.OnRing == certchain.No {
						names = append(names, certificateName(entry.Certificate))
					}
				}
				if len(names) > 0 && u.ring.Virtual == "" {
					out = append(out, report.Finding{
						Location: listedAt(u.ring.Listing.At),
						Expected: "certificates of the ring only",
						Observed: "not on the ring: " + list(names),
						Detail:   "key ring " + u.ring.Name,
					})
				}
			}
			return out
		},
	}
}
