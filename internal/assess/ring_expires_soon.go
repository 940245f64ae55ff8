package assess

import (
	"fmt"
	"slices"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// RingExpiresSoon is the id of the finding about certificates on a ring with little time left.
const RingExpiresSoon = "RING-EXPIRES-SOON"

func ringExpiresSoon() Rule {
	return Rule{
		ID:       RingExpiresSoon,
		Severity: report.Medium,
		Varies:   "low for a certificate that no listener needs",
		Title:    "a certificate on a key ring expires soon, or has expired",
		Why: "Certificates that listeners send are judged as CERT-EXPIRED and CERT-EXPIRES-SOON; this is about the others: roots, which " +
			"nobody sends, and certificates of listeners that were not seen. On the last day of a root every chain below it ends.",
		Remediation: "Renew it (RACDCERT GENREQ and GENCERT, or the CA's new root), RACDCERT ADD and CONNECT it to every ring that has " +
			"the old one, then raise EnvironmentUserInstance and F PAGENT,UPDATE. Take what nobody needs off the ring with RACDCERT REMOVE.",
		Elsewhere:  "Renew it, and put it into every trust store that has the old one; take out what nobody needs.",
		References: []string{"RFC 5280 section 4.1.2.5", ibmList},
		CheckEstate: func(e *Estate) []report.Finding {
			sent := map[string]bool{}
			for i := range e.Endpoints {
				for _, s := range dated((&Case{Endpoint: &e.Endpoints[i]}).sentCertificates()) {
					sent[s.SHA256] = true
				}
			}
			var out []report.Finding
			for _, u := range e.uses() {
				if u.ring.As() == certchain.Strict && !e.Alone {
					continue // a browser's roots are not the estate's to renew
				}
				out = append(out, u.expiring(e, sent)...)
			}
			return out
		},
	}
}

// expiring makes a finding of each certificate of the ring that has few days left.
func (u *ringUse) expiring(e *Estate, sent map[string]bool) []report.Finding {
	limit := e.At.Add(time.Duration(max(u.days, 0)) * day)
	tell := func(name string, until time.Time, at certchain.Place, needed bool) (report.Finding, bool) {
		known := u.ring.Listing != nil && u.ring.Listing.Whole && u.ring.Virtual == ""
		if until.IsZero() || until.After(limit) || !needed && !known {
			return report.Finding{}, false
		}
		f := report.Finding{Location: listedAt(at), Expected: fmt.Sprintf("more than %s left", text.Count(u.days, "day")),
			Observed: "expires on " + instant(until), Detail: "key ring " + u.ring.Name + ": " + name + " has " + text.Count(days(until.Sub(e.At)), "day") + " left"}
		if e.At.After(until) {
			f.Observed, f.Detail = "expired on "+instant(until), "key ring "+u.ring.Name+": "+name+" has expired"
		}
		if !needed {
			f.Severity = report.Low
		}
		return f, true
	}
	var out []report.Finding
	for _, entry := range u.ring.Entries {
		if !entry.Usable() || sent[entry.SHA256] {
			continue
		}
		if f, found := tell(entryName(entry), entry.NotAfter, entry.ListedAt, e.Alone || u.needed[entry.SHA256]); found {
			out = append(out, f)
		}
	}
	for _, l := range u.ring.Unproven() {
		served := slices.Contains(u.labels, l.Label) || l.Default == certchain.Yes && slices.Contains(u.labels, "")
		if f, found := tell(`"`+l.Label+`"`, l.NotAfter, l.At, e.Alone || served); found && l.Usable() {
			f.Observed += " by the clock of its system"
			out = append(out, f)
		}
	}
	return out
}
