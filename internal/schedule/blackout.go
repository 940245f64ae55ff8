package schedule

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/report"
)

// Blackout is a time in which nothing is dialled: every week on Days from From to To by the wall clock of Location, or once from Start to End.
type Blackout struct {
	Name     string
	Days     Days           // on which it begins; none for one that is once
	From, To time.Duration  // since midnight; where To is not later than From, it ends on the next day; 24h is the end of the day
	Location *time.Location // nil is UTC
	Start    time.Time      // of one that is once
	End      time.Time
	At       report.Location
}

// Zone is the blackout's time zone, UTC where it names none.
func (b *Blackout) Zone() *time.Location {
	if b.Location == nil {
		return time.UTC
	}
	return b.Location
}

// When says when the blackout is on: "mon-fri 18:00 to 20:00".
func (b *Blackout) When() string {
	if b.Days == 0 {
		return b.Start.In(b.Zone()).Format(time.RFC3339) + " to " + b.End.In(b.Zone()).Format(time.RFC3339)
	}
	return b.Days.String() + " " + formatClock(b.From) + " to " + formatClock(b.To)
}

// Window is one time in which nothing is dialled: [From, To), UTC.
type Window struct {
	Name string // of the blackout; of several that overlap or follow each other at once, their names with commas between
	From time.Time
	To   time.Time
}

// Blackouts returns the windows that reach into [from, until), in their order, those that overlap or touch made one. A window is not cut: it may
// have begun before from. Of a blackout that never pauses only the part from the day before from to the day after until is known.
func Blackouts(all []Blackout, from, until time.Time) []Window {
	var windows []Window
	for i := range all {
		windows = all[i].windows(windows, from, until)
	}
	slices.SortStableFunc(windows, func(a, b Window) int { return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To)) })
	var out []Window
	for _, w := range windows {
		last := len(out) - 1
		if last < 0 || w.From.After(out[last].To) {
			out = append(out, w)
			continue
		}
		out[last].Name = joinName(out[last].Name, w.Name)
		if w.To.After(out[last].To) {
			out[last].To = w.To
		}
	}
	return slices.DeleteFunc(out, func(w Window) bool { return !w.To.After(from) || !w.From.Before(until) })
}

// During returns the window in which a time lies, of windows that Blackouts returned.
func During(windows []Window, t time.Time) (Window, bool) {
	for _, w := range windows {
		if !t.Before(w.From) && t.Before(w.To) {
			return w, true
		}
	}
	return Window{}, false
}

func joinName(names, name string) string {
	if slices.Contains(strings.Split(names, ", "), name) {
		return names
	}
	return names + ", " + name
}

// windows appends the blackout's windows that may touch [from, until).
func (b *Blackout) windows(out []Window, from, until time.Time) []Window {
	if b.Days == 0 {
		if b.End.After(b.Start) {
			out = append(out, Window{b.Name, b.Start.UTC(), b.End.UTC()})
		}
		return out
	}
	const around = 48 * time.Hour // a window is at most a day long, and a zone at most 16 hours from UTC
	to := b.To
	if to <= b.From {
		to += 24 * time.Hour
	}
	end := until.UTC().Add(around)
	for day := from.UTC().Add(-around).Truncate(24 * time.Hour); day.Before(end); day = day.AddDate(0, 0, 1) {
		if !b.Days.has(day.Weekday()) {
			continue
		}
		// an hour that comes twice is dark both times, so that nothing is dialled while the clock on the wall says so
		begin, _ := instants(b.Zone(), day.Add(b.From))
		_, last := instants(b.Zone(), day.Add(to))
		if last.After(begin) {
			out = append(out, Window{b.Name, begin, last})
		}
	}
	return out
}
