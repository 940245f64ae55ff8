package assess

import "github.com/portseal/portseal/report"

// RingUnproven is the id of the finding about certificates of which only a listing is known.
const RingUnproven = "RING-UNPROVEN"

func ringUnproven() Rule {
	return Rule{
		ID:       RingUnproven,
		Severity: report.Low,
		Title:    "a key ring lists certificates that none of its files holds",
		Why: "Without the certificate nothing can be proven: it is no anchor here, and what depends on it is unknown, so that the run " +
			"may be incomplete.",
		Remediation: "Export it without its key and add it to the ring's files: RACDCERT CERTAUTH EXPORT(LABEL('label')) DSN(data set) " +
			"FORMAT(CERTB64), with ID(user) or SITE in place of CERTAUTH for theirs.",
		Elsewhere:  "Export the certificate without its key, and add it to the ring's files.",
		References: []string{ibmList, ibmRings},
		CheckEstate: func(e *Estate) []report.Finding {
			var out []report.Finding
			for _, u := range e.uses() {
				var names []string
				for _, l := range u.ring.Unproven() {
					if l.Usable() {
						names = append(names, `"`+l.Label+`" (`+string(l.Usage)+")")
					}
				}
				if len(names) > 0 {
					out = append(out, report.Finding{
						Location: listedAt(u.ring.Listing.At),
						Expected: "a file for every certificate that the ring lists",
						Observed: "no file for " + list(names),
						Detail:   "key ring " + u.ring.Name,
					})
				}
			}
			return out
		},
	}
}
