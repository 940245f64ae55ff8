package assess

import (
	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// RingCAUnused is the id of the finding about CA certificates that nothing needs.
const RingCAUnused = "RING-CA-UNUSED"

func ringCAUnused() Rule {
	return Rule{
		ID:       RingCAUnused,
		Severity: report.Info,
		Title:    "a key ring has CA certificates that no listener needs",
		Why: "Every anchor is a CA whose certificates are believed. Said only where it is certain: the ring's listing is whole, and what " +
			"every listener that refers to the ring serves is known.",
		Remediation: "If nothing outside the estate file needs it, take it off the ring: RACDCERT ID(user) REMOVE(CERTAUTH " +
			"LABEL('label') RING(ring)). Then raise EnvironmentUserInstance and F PAGENT,UPDATE.",
		Elsewhere:  "If nothing else needs it, take it out of the trust store.",
		References: []string{ibmRings, ibmKeyring},
		CheckEstate: func(e *Estate) []report.Finding {
			var out []report.Finding
			for _, u := range e.uses() {
				if names := u.unused(); len(names) > 0 {
					out = append(out, report.Finding{
						Location: listedAt(u.ring.Listing.At),
						Expected: "the CA certificates that listeners need",
						Observed: "also " + list(names),
						Detail:   "key ring " + u.ring.Name,
					})
				}
			}
			return out
		},
	}
}

// unused names the CA certificates that are certainly not needed.
func (u *ringUse) unused() []string {
	if !u.sure || u.ring.Virtual != "" || u.ring.Listing == nil || !u.ring.Listing.Whole || len(u.ring.UnprovenAnchors()) > 0 {
		return nil
	}
	var names []string
	for _, e := range u.ring.Entries {
		if e.Usable() && e.OnRing == certchain.Yes && !e.Personal() && !u.needed[e.SHA256] {
			names = append(names, entryName(e))
		}
	}
	return names
}
