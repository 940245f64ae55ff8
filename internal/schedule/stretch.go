package schedule

import (
	"iter"
	"time"
)

// correction is the jump of a clock from which on cron(8) takes it for a correction, after which the new time counts.
const correction = 3 * time.Hour

// stretch is a time in which a zone keeps its offset from UTC. A wall clock is a time in UTC that shows what the clock on the wall shows.
type stretch struct {
	from, to time.Time     // [from, to), not earlier than what was asked for; from is where it truly begins when jumped
	offset   time.Duration // of the wall clock, ahead of UTC
	jumped   time.Duration // how far the wall clock jumped forward when it began; negative for back, 0 when that is not known
}

// wall is what the wall clock shows at a time of the stretch.
func (s stretch) wall(t time.Time) time.Time { return t.UTC().Add(s.offset) }

// when is the time at which the wall clock shows wall.
func (s stretch) when(wall time.Time) time.Time { return wall.Add(-s.offset) }

// stretches yields the stretches of a zone that reach into [from, until], in their order.
func stretches(loc *time.Location, from, until time.Time) iter.Seq[stretch] {
	return func(yield func(stretch) bool) {
		for at := from.In(loc); !at.After(until); {
			start, end := at.ZoneBounds()
			s := stretch{from: start, to: end, offset: offsetAt(at)}
			if start.IsZero() {
				s.from = at
			} else {
				s.jumped = s.offset - offsetAt(start.Add(-time.Nanosecond))
			}
			if end.IsZero() {
				s.to = until.Add(time.Nanosecond)
			}
			if !yield(s) || end.IsZero() {
				return
			}
			at = end
		}
	}
}

func offsetAt(t time.Time) time.Duration {
	_, seconds := t.Zone()
	return time.Duration(seconds) * time.Second
}

// instants returns the first and the last time at which the wall clock of a zone shows wall. They differ where the clock was set back; where it
// was set forward over wall, both are the time of the jump.
func instants(loc *time.Location, wall time.Time) (first, last time.Time) {
	const most = 16 * time.Hour // no zone is further from UTC
	for s := range stretches(loc, wall.Add(-most), wall.Add(most)) {
		t := s.when(wall)
		switch {
		case !t.Before(s.from) && t.Before(s.to):
			if first.IsZero() {
				first = t
			}
			last = t
		case first.IsZero() && s.jumped > 0 && t.Before(s.from) && !t.Before(s.from.Add(-s.jumped)):
			first, last = s.from, s.from
		}
	}
	return first.UTC(), last.UTC()
}
