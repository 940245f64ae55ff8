package schedule

import (
	"crypto/sha256"
	"encoding/binary"
	"iter"
	"path"
	"slices"
	"strconv"
	"time"

	"github.com/portseal/portseal/report"
)

// Schedule is one entry of an estate's schedules: what is looked at, how, and when. Either Cron or Every is set.
type Schedule struct {
	Name       string
	Cron       string         // five fields; empty for an interval
	Every      time.Duration  // whole seconds
	Location   *time.Location // whose wall clock Cron goes by, and times are shown in; nil is UTC
	Jitter     time.Duration  // a run begins later than it is due by less than this
	Probes     string         // quick, standard or deep
	Pace       string         // empty: what the estate has by default
	Revocation bool           // issuers are asked whether the presented certificates are revoked
	Systems    []string       // globs; none: every system
	Listeners  []string       // globs of SYSTEM/LISTENER; none: every listener
	Canary     string         // a system that is looked at first: the rest only when it was assessed and shows nothing new
	At         report.Location
}

// Probes are the words that Probes may be, least first.
func Probes() []string { return []string{"quick", "standard", "deep"} }

// Selects says whether the schedule looks at a listener of a system.
func (s *Schedule) Selects(system, listener string) bool {
	return Matches(s.Systems, system) && Matches(s.Listeners, system+"/"+listener)
}

// Matches says whether patterns select a name; none selects all.
func Matches(globs []string, name string) bool {
	return len(globs) == 0 || slices.ContainsFunc(globs, func(glob string) bool {
		ok, err := path.Match(glob, name)
		return ok && err == nil
	})
}

// Zone is the schedule's time zone, UTC where it names none.
func (s *Schedule) Zone() *time.Location {
	if s.Location == nil {
		return time.UTC
	}
	return s.Location
}

// When says when the schedule is due, as its file has it: "30 2 * * *", "every 6h".
func (s *Schedule) When() string {
	if s.Cron != "" {
		return s.Cron
	}
	return "every " + FormatPeriod(s.Every)
}

// Due returns the times in (after, until] at which the schedule is due, jitter apart, in their order and in UTC: at most max of them, all when
// max is 0. A schedule whose Cron cannot be read is never due.
func (s *Schedule) Due(after, until time.Time, max int) []time.Time {
	var out []time.Time
	for t := range s.due(after, until) {
		out = append(out, t.UTC())
		if len(out) == max {
			break
		}
	}
	return out
}

func (s *Schedule) due(after, until time.Time) iter.Seq[time.Time] {
	if s.Cron == "" {
		return multiples(s.Every, after, until)
	}
	c, err := parseCron(s.Cron)
	if err != nil {
		return func(func(time.Time) bool) {}
	}
	return c.due(s.Zone(), after, until)
}

// multiples yields the times in (after, until] that are a multiple of a period after the epoch.
func multiples(every time.Duration, after, until time.Time) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		step := int64(every / time.Second)
		if step <= 0 {
			return
		}
		sec := after.Unix()
		next := sec - (sec%step+step)%step + step
		for t := time.Unix(next, 0); !t.After(until); t = t.Add(time.Duration(step) * time.Second) {
			if !yield(t) {
				return
			}
		}
	}
}

// Delay is the jitter of the run that is due at a time: whole seconds, less than Jitter, and the same for the same name and time, so that two
// services, and one that was started again, agree.
func (s *Schedule) Delay(due time.Time) time.Duration {
	if s.Jitter < time.Second {
		return 0
	}
	sum := sha256.Sum256([]byte(s.Name + "\x00" + strconv.FormatInt(due.Unix(), 10)))
	seconds := uint64((s.Jitter + time.Second - 1) / time.Second)
	return time.Duration(binary.BigEndian.Uint64(sum[:])%seconds) * time.Second
}

// Shortest is the least time between two due times that follow each other, as far as the coming ones show it: at most a thousand, of at most
// two years. It is 0 for a schedule that is due less than twice in that time.
func (s *Schedule) Shortest(from time.Time) time.Duration {
	const most = 1000
	due := s.Due(from, from.AddDate(2, 0, 0), most)
	least := time.Duration(0)
	for i := 1; i < len(due); i++ {
		if gap := due[i].Sub(due[i-1]); least == 0 || gap < least {
			least = gap
		}
	}
	return least
}
