package notice

import (
	"time"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

// flapWithin is how long a finding that ended may come back as one that comes and goes.
const flapWithin = 24 * time.Hour

// told is a finding that a receiver is to be told of.
type told struct {
	belief                  // as it is known from now on
	was    report.Severity  // as it was known before, where only that changed
	is     *history.Finding // nil for one that is no longer open
}

// delta is what a receiver does not know yet.
type delta struct {
	opened, resolved []told
	held             int
	remember, forget []belief
}

// compare compares what is open with what a receiver knows.
func compare(is map[subject]history.Finding, knows map[subject]belief, least report.Severity, now time.Time) delta {
	var d delta
	for s, f := range is {
		b, known := knows[s]
		switch counts := f.Waived == nil && f.Severity >= least; {
		case counts:
			d.isOpen(b, known, s, f, now)
		case known: // it is waived, or no longer severe enough: it is nothing to the receiver
			d.forget = append(d.forget, b)
		}
	}
	for s, b := range knows {
		if _, stillOpen := is[s]; !stillOpen {
			d.isShut(b, now)
		}
	}
	return d
}

// isOpen deals with a finding that is open.
func (d *delta) isOpen(b belief, known bool, s subject, f history.Finding, now time.Time) {
	next := belief{subject: s, state: open, severity: f.Severity, at: now}
	var was report.Severity
	switch {
	case !known:
	case b.state == shut:
		if recent(b.at, now) {
			next.state = again
		}
	case b.severity == f.Severity:
		return
	default:
		next.state, was = b.state, b.severity
	}
	if known {
		d.forget = append(d.forget, b)
	}
	d.remember = append(d.remember, next)
	if was <= f.Severity { // a finding that is less severe than it was is known
		d.opened = append(d.opened, told{next, was, &f})
	}
}

// isShut deals with a finding that a receiver knows of and that is not open.
func (d *delta) isShut(b belief, now time.Time) {
	recent := recent(b.at, now)
	switch {
	case b.state == shut && !recent:
		d.forget = append(d.forget, b)
	case b.state == shut:
	case b.state == again && recent:
		d.held++
	default:
		d.forget = append(d.forget, b)
		b.state, b.at = shut, now
		d.remember = append(d.remember, b)
		d.resolved = append(d.resolved, told{belief: b})
	}
}

// recent says whether something was a short time ago; what is to come, where a clock was set back, was not.
func recent(at, now time.Time) bool {
	age := now.Sub(at)
	return age >= 0 && age < flapWithin
}
