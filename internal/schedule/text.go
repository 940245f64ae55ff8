package schedule

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/nearest"
)

// Days is a set of weekdays.
type Days uint8

// EveryDay is all of them.
const EveryDay Days = 1<<7 - 1

func (d Days) has(day time.Weekday) bool { return d>>day&1 == 1 }

// dayNames are the days of the week, Sunday first as in package time.
func dayNames() []string { return strings.Fields("sun mon tue wed thu fri sat") }

// String writes the days from Monday on, three and more that follow each other as a range.
func (d Days) String() string {
	if d == EveryDay {
		return "every day"
	}
	var words []string
	for i := 1; i <= 7; {
		end := i
		for end <= 7 && d.has(time.Weekday(end%7)) {
			end++
		}
		switch n := end - i; {
		case n > 2:
			words = append(words, dayNames()[i]+"-"+dayNames()[(end-1)%7])
		case n > 0:
			for ; i < end; i++ {
				words = append(words, dayNames()[i%7])
			}
		}
		i = end + 1
	}
	return strings.Join(words, ", ")
}

// ParseDays reads a day or a range of days: "sat", "mon-fri", "fri-mon".
func ParseDays(text string) (Days, error) {
	low, high, ranged := strings.Cut(text, "-")
	if !ranged {
		high = low
	}
	from, err := parseDay(low)
	if err != nil {
		return 0, err
	}
	to, err := parseDay(high)
	if err != nil {
		return 0, err
	}
	set := Days(0)
	for day := from; ; day = (day + 1) % 7 {
		set |= 1 << day
		if day == to {
			return set, nil
		}
	}
}

func parseDay(text string) (int, error) {
	for i, name := range dayNames() {
		if strings.EqualFold(text, name) || strings.EqualFold(text, time.Weekday(i).String()) {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%q is no day of the week; %swant mon, tue, wed, thu, fri, sat or sun, or a range such as mon-fri", text, nearest.Meant(text, dayNames()))
}

// ParseClock reads HH:MM, 00:00 to 24:00, as the time since midnight.
func ParseClock(text string) (time.Duration, error) {
	hours, minutes, ok := strings.Cut(text, ":")
	h, herr := strconv.Atoi(hours)
	m, merr := strconv.Atoi(minutes)
	if !ok || herr != nil || merr != nil || len(hours) != 2 || len(minutes) != 2 || strings.Trim(hours+minutes, "0123456789") != "" {
		return 0, fmt.Errorf("%q is no time of the day; want HH:MM, as in 18:30", text)
	}
	if m > 59 || h > 24 || h == 24 && m > 0 {
		return 0, fmt.Errorf("%q is no time of the day; want 00:00 to 24:00", text)
	}
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute, nil
}

func formatClock(d time.Duration) string {
	return fmt.Sprintf("%02d:%02d", int(d/time.Hour), int(d%time.Hour/time.Minute))
}

// ParseTime reads a time: 2026-12-24T18:00:00Z with any offset, 2026-12-24T18:00 by the wall clock of a zone, or a day, 2026-12-24: its first
// moment there, or the first after it when it is meant as an end.
func ParseTime(text string, loc *time.Location, end bool) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.UTC(), nil
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		if end {
			day = day.AddDate(0, 0, 1)
		}
		first, _ := instants(loc, day)
		return first, nil
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04"} {
		if wall, err := time.Parse(layout, text); err == nil {
			first, last := instants(loc, wall)
			if end {
				return last, nil
			}
			return first, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time; want 2026-12-24, 2026-12-24T18:00 or 2026-12-24T18:00:00Z", text)
}

// maxPeriod bounds an interval: what is due less often is better written as a date.
const maxPeriod = 366 * 24 * time.Hour

// ParsePeriod reads an interval: days as in 7d, or hours and minutes as in 6h or 90m.
func ParsePeriod(text string) (time.Duration, error) {
	var period time.Duration
	var err error
	if days, ok := strings.CutSuffix(text, "d"); ok {
		var n int
		n, err = strconv.Atoi(days)
		period = time.Duration(min(max(n, 0), 1000)) * 24 * time.Hour
	} else {
		period, err = time.ParseDuration(text)
	}
	switch {
	case err != nil:
		return 0, fmt.Errorf("%q is no interval; want minutes as in 30m, hours as in 6h, or days as in 7d", text)
	case period < time.Minute || period > maxPeriod:
		return 0, fmt.Errorf("%s is out of range; want 1m to 366d", text)
	case period%time.Second != 0:
		return 0, errors.New(text + " has parts of a second; want whole ones")
	}
	return period, nil
}

// FormatPeriod writes an interval as ParsePeriod reads it.
func FormatPeriod(d time.Duration) string {
	if d > 0 && d%(24*time.Hour) == 0 {
		return strconv.Itoa(int(d/(24*time.Hour))) + "d"
	}
	text := d.String()
	if text = strings.TrimSuffix(text, "m0s"); text != d.String() {
		text += "m"
	}
	if hours, ok := strings.CutSuffix(text, "h0m"); ok {
		text = hours + "h"
	}
	return text
}
