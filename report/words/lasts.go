package words

import (
	"time"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// SoonDays is within how many days the end of a certificate is to be looked at: the default of min_days_left in estate files.
const SoonDays = 30

// Left says how long a certificate is still valid.
func Left(c *report.Certificate, at time.Time) Word {
	days := int(c.NotAfter.Sub(at).Hours() / 24) // whole ones
	left := text.Count(days, "day") + " left"
	switch {
	case c.NotAfter.Before(at):
		return Bad.Says("expired")
	case c.NotBefore.After(at):
		return Bad.Says("not yet valid")
	case days <= SoonDays:
		return Warn.Says(left)
	}
	return Good.Says(left)
}
