package attls

import (
	"fmt"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// TimeCondition is an IpTimeCondition: when a rule is in force. What is not coded does not limit it.
type TimeCondition struct {
	At          report.Location
	Statement   *syntax.Statement
	From, To    time.Time // ConditionTimeRange, as wall-clock time written as UTC; zero when not coded
	Months      string    // MonthOfYearMask: 12 bits, January first
	DaysOfMonth string    // DayOfMonthMask: 31 bits, or 62, the second half counting from the month's end
	DaysOfWeek  string    // DayOfWeekMask: 7 bits, Sunday first
	TimesOfDay  []DayRange
	Zone        string // TimeZone, Local or UTC; which of them counts when none is coded could not be found
	Unread      bool   // a part of it could not be understood
}

// DayRange is a part of each day: minutes since midnight, both ends belong to it.
type DayRange struct{ From, To int }

// Holds says whether the condition holds at a time. Its location must be the system's own time zone, which local
// conditions count in. The zero time is one that was not said.
func (c TimeCondition) Holds(at time.Time) scan.Fact {
	if at.IsZero() {
		return scan.Unknown
	}
	local, utc := c.excludes(at), c.excludes(at.UTC())
	switch {
	case c.Zone == "Local":
		utc = local
	case c.Zone == "UTC":
		local = utc
	}
	switch {
	case local && utc:
		return scan.No
	case local || utc || c.Unread:
		return scan.Unknown
	}
	return scan.Yes
}

func (c TimeCondition) excludes(at time.Time) bool {
	wall := time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, time.UTC)
	if !c.From.IsZero() && (wall.Before(c.From) || wall.After(c.To)) {
		return true
	}
	if c.Months != "" && c.Months[at.Month()-1] == '0' || c.DaysOfWeek != "" && c.DaysOfWeek[at.Weekday()] == '0' {
		return true
	}
	if c.DaysOfMonth != "" && !c.dayOfMonth(at) {
		return true
	}
	minute := at.Hour()*60 + at.Minute()
	for _, r := range c.TimesOfDay {
		if r.From <= minute && minute <= r.To {
			return false
		}
	}
	return len(c.TimesOfDay) > 0
}

func (c TimeCondition) dayOfMonth(at time.Time) bool {
	const days = 31
	if c.DaysOfMonth[at.Day()-1] == '1' {
		return true
	}
	last := time.Date(at.Year(), at.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return len(c.DaysOfMonth) == 2*days && c.DaysOfMonth[days+last-at.Day()] == '1'
}

// String writes down what is coded, in the policy's own form.
func (c TimeCondition) String() string {
	if c.Statement == nil {
		return "?" // a reference that leads nowhere
	}
	var out []string
	for _, n := range c.Statement.Body {
		if a, ok := n.(*syntax.Attribute); ok {
			out = append(out, a.Keyword+" "+a.Value)
		}
	}
	return strings.Join(out, ", ")
}

// time reads an IpTimeCondition. A form that is not known for certain is left unread, so that the condition is unknown
// rather than wrong.
func (l *loader) time(s *syntax.Statement) TimeCondition {
	if c, done := l.times[s]; done {
		return c
	}
	c := TimeCondition{At: s.At, Statement: s}
	for _, n := range s.Body {
		a, ok := n.(*syntax.Attribute)
		if !ok || a.Value == "" {
			continue
		}
		if err := c.read(a.Keyword, a.Word(0)); err != nil {
			c.Unread = true
			l.fault(BadTime, a.ValueAt(), "%s: %v", a.Keyword, err)
		}
	}
	l.times[s] = c
	return c
}

func (c *TimeCondition) read(keyword, value string) error {
	switch keyword {
	case "ConditionTimeRange":
		return c.readDates(value)
	case "MonthOfYearMask":
		return readMask(&c.Months, value, 12)
	case "DayOfMonthMask":
		return readMask(&c.DaysOfMonth, value, 31, 62)
	case "DayOfWeekMask":
		return readMask(&c.DaysOfWeek, value, 7)
	case "TimeofDayRange":
		return c.readDay(value)
	case "TimeZone":
		p, _ := syntax.Lookup(typeTime, keyword)
		c.Zone, _ = p.Canonical(value) // the syntax reports what is none
		if c.Zone == "" {
			c.Unread = true
		}
	}
	return nil
}

func readMask(to *string, value string, lengths ...int) error {
	for _, n := range lengths {
		if len(value) == n && strings.Trim(value, "01") == "" {
			*to = value
			return nil
		}
	}
	return fmt.Errorf("%s is no mask of %d bits", text(value), lengths[0])
}

func (c *TimeCondition) readDates(value string) error {
	const layout = "20060102150405"
	from, to, _ := strings.Cut(strings.ReplaceAll(value, "-", ":"), ":")
	a, errA := time.Parse(layout, from)
	b, errB := time.Parse(layout, to)
	if errA != nil || errB != nil || b.Before(a) {
		return fmt.Errorf("%s is no range of times: want yyyymmddhhmmss:yyyymmddhhmmss", text(value))
	}
	c.From, c.To = a, b
	return nil
}

func (c *TimeCondition) readDay(value string) error {
	for part := range strings.SplitSeq(value, ",") {
		from, to, _ := strings.Cut(part, "-")
		a, okA := minuteOfDay(from)
		b, okB := minuteOfDay(to)
		if !okA || !okB || a > b {
			return fmt.Errorf("%s is no part of a day: want hh:mm-hh:mm", text(part))
		}
		c.TimesOfDay = append(c.TimesOfDay, DayRange{a, b})
	}
	return nil
}

func minuteOfDay(s string) (int, bool) {
	if s == "24:00" {
		return 24 * 60, true
	}
	t, err := time.Parse("15:04", s)
	return t.Hour()*60 + t.Minute(), err == nil && len(s) == 5
}
