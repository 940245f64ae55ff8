package assess

import (
	"fmt"
	"time"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// CertExpiresSoon is the id of the finding about certificates with little time left.
const CertExpiresSoon = "CERT-EXPIRES-SOON"

const (
	day             = 24 * time.Hour
	defaultDaysLeft = 30 // for a scan without expectations
	urgentDaysLeft  = 7
)

func certExpiresSoon() Rule {
	return Rule{
		ID:       CertExpiresSoon,
		Severity: report.Medium,
		Varies:   "high under 7 days",
		Title:    "a certificate expires soon",
		Why:      "On its last day every peer that checks validity stops connecting, all at once.",
		Remediation: refreshFirst + "Else renew it now: RACDCERT GENREQ, have it signed, RACDCERT ADD and CONNECT to the ring, then " +
			"raise EnvironmentUserInstance and F PAGENT,UPDATE. A new CA certificate must be on the rings of all peers first.",
		Elsewhere:  restartElsewhere + "Else renew it now, and reload the server.",
		References: []string{"RFC 5280 section 4.1.2.5", ibmKeyring},
		Check: func(c *Case) []report.Finding {
			least := defaultDaysLeft
			if c.Expect != nil {
				least = c.Expect.MinDaysLeft
			}
			return eachCertificate(dated(c.sentCertificates()), func(s sent) (report.Finding, bool) {
				left := s.NotAfter.Sub(c.At)
				f := report.Finding{
					Expected: fmt.Sprintf("more than %s left", text.Count(least, "day")),
					Observed: "expires on " + instant(s.NotAfter),
					Detail:   s.role() + " " + certificateName(s.Certificate) + " has " + text.Count(days(left), "day") + " left",
				}
				if left < urgentDaysLeft*day {
					f.Severity = report.High
				}
				known := !s.NotAfter.IsZero() && !expired(s.Certificate, c.At) && !notYetValid(s.Certificate, c.At)
				return f, known && left <= time.Duration(least)*day && !c.bypassed(s)
			})
		},
	}
}
