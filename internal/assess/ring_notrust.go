package assess

import (
	"slices"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// RingNotrust is the id of the finding about NOTRUST certificates on a ring.
const RingNotrust = "RING-NOTRUST"

func ringNotrust() Rule {
	return Rule{
		ID:       RingNotrust,
		Severity: report.High,
		Varies:   "low for a certificate that no listener is to serve",
		Title:    "a certificate on a key ring has the status NOTRUST",
		Why: "RACF does not hand it out: for System SSL and Java it is not on the ring. A server whose certificate it is has none, and a CA " +
			"certificate anchors nothing.",
		Remediation: "If it is to be used: RACDCERT ID(user) ALTER(LABEL('label')) TRUST (CERTAUTH or SITE in place of ID(user) for " +
			"theirs), SETROPTS RACLIST(DIGTCERT) REFRESH, raise EnvironmentUserInstance and F PAGENT,UPDATE. Else take it off the " +
			"ring with RACDCERT REMOVE.",
		Elsewhere:  "Only RACF has this status; take the certificate off the ring, or trust it again.",
		References: []string{ibmList, ibmRings},
		CheckEstate: func(e *Estate) []report.Finding {
			var out []report.Finding
			for _, u := range e.uses() {
				for _, l := range u.notrust() {
					f := report.Finding{
						Location: listedAt(l.At),
						Expected: "TRUST",
						Observed: "NOTRUST",
						Detail:   `key ring ` + u.ring.Name + `: the certificate with the label "` + l.Label + `"`,
					}
					switch isDefault := l.Default == certchain.Yes && slices.Contains(u.labels, ""); {
					case isDefault:
						f.Detail += ", the default that is to be served"
					case slices.Contains(u.labels, l.Label) && l.Label != "":
						f.Detail += ", which is to be served"
					default:
						f.Severity = report.Low
					}
					out = append(out, f)
				}
			}
			return out
		},
	}
}

// notrust returns the NOTRUST certificates of the ring, whether a file proves them or not.
func (u *ringUse) notrust() []certchain.Listed {
	var out []certchain.Listed
	for _, e := range u.ring.Entries {
		if e.Status == certchain.StatusNoTrust && e.OnRing != certchain.No {
			out = append(out, certchain.Listed{Label: e.Label, Default: e.Default, At: e.ListedAt})
		}
	}
	for _, l := range u.ring.Unproven() {
		if !l.Usable() {
			out = append(out, l)
		}
	}
	return out
}
