package schedule

import (
	"iter"
	"math/bits"
	"time"
)

// cron is a cron expression that was read: one bit a value that is meant.
type cron struct {
	minute, hour, dom, month, dow uint64
	anyDom, anyDow                bool // the field begins with *
	fixed                         bool // neither minute nor hour begins with *: the hour of a jump is made up for
}

// due yields the times in (after, until] that the expression means on the wall clock of a zone.
func (c *cron) due(loc *time.Location, after, until time.Time) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		for s := range stretches(loc, after, until) {
			if !c.within(s, after, until, yield) {
				return
			}
		}
	}
}

// within yields the due times in (after, until] that lie in a stretch; false when no more are wanted.
func (c *cron) within(s stretch, after, until time.Time, yield func(time.Time) bool) bool {
	begin, lost := s.wall(s.from), s.wall(s.from).Add(-s.jumped)
	from, to := s.wall(after).Add(time.Nanosecond), s.wall(until).Add(time.Nanosecond)
	if end := s.wall(s.to); end.Before(to) {
		to = end
	}
	if begin.After(from) {
		from = begin
	}
	if c.fixed && s.jumped > 0 && s.jumped < correction && s.from.After(after) && !s.from.After(until) && c.any(lost, begin) {
		if !yield(s.from) {
			return false
		}
		from = begin.Add(time.Nanosecond) // what is due at the jump itself was yielded
	}
	if c.fixed && s.jumped < 0 && s.jumped > -correction && lost.After(from) {
		from = lost // the clock shows for the second time what it showed before
	}
	for wall := range c.walls(from, to) {
		if !yield(s.when(wall)) {
			return false
		}
	}
	return true
}

func (c *cron) any(from, to time.Time) bool {
	for range c.walls(from, to) {
		return true
	}
	return false
}

// walls yields what wall clocks show in [from, to) when the expression holds.
func (c *cron) walls(from, to time.Time) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		for day := from.Truncate(24 * time.Hour); day.Before(to); {
			switch {
			case c.month>>day.Month()&1 == 0:
				day = time.Date(day.Year(), day.Month()+1, 1, 0, 0, 0, 0, time.UTC)
				continue
			case c.on(day) && !c.times(day, from, to, yield):
				return
			}
			day = day.AddDate(0, 0, 1)
		}
	}
}

// times yields the times of one day that lie in [from, to).
func (c *cron) times(day, from, to time.Time, yield func(time.Time) bool) bool {
	for hours := c.hour; hours != 0; hours &= hours - 1 {
		for minutes := c.minute; minutes != 0; minutes &= minutes - 1 {
			wall := day.Add(time.Duration(bits.TrailingZeros64(hours))*time.Hour + time.Duration(bits.TrailingZeros64(minutes))*time.Minute)
			if wall.Before(from) {
				continue
			}
			if !wall.Before(to) || !yield(wall) {
				return false
			}
		}
	}
	return true
}

// on says whether a day of a month that is meant is meant too. When both of its fields say which day, either is enough; a field that begins with
// * only narrows the other (crontab(5)).
func (c *cron) on(day time.Time) bool {
	dom, dow := c.dom>>day.Day()&1 == 1, c.dow>>day.Weekday()&1 == 1
	if c.anyDom || c.anyDow {
		return dom && dow
	}
	return dom || dow
}

// ever says whether the expression means any day at all. The calendar repeats itself after 400 years.
func (c *cron) ever() bool {
	return c.any(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2400, 1, 1, 0, 0, 0, 0, time.UTC))
}
