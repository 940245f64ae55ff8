package pasearch

import (
	"strings"
	"time"

	"github.com/portseal/portseal/internal/attls/syntax"
)

// typeTime is the statement that a time period is written as.
const typeTime = "IpTimeCondition"

// always is what pasearch prints for a part of a time period that is not coded.
const (
	allMonths = "111111111111"
	allWeek   = "1111111"
	allMonth  = "1111111111111111111111111111111"
)

// timeCondition writes a time period in the policy language; nil when it holds always. "Last to First" of a mask with 31 bits
// is taken to be what pasearch prints when only those are coded.
func (p Period) timeCondition() *syntax.Statement {
	s := &syntax.Statement{Keyword: typeTime, Written: typeTime, At: p.At}
	add := func(keyword string, f Field, value string) {
		a := newAttribute(keyword, value, f.At, f.ValueAt)
		s.Body = append(s.Body, a)
	}
	if f := p.get("Start Date Time"); f.Key != "" && !strings.EqualFold(f.Value, "None") {
		add("ConditionTimeRange", f, compact(f.Value)+":"+compact(p.get("End Date Time").Value))
	}
	if f := p.get("Month of Yr Mask"); f.Key != "" && mask(f.Value) != allMonths {
		add("MonthOfYearMask", f, mask(f.Value))
	}
	if f := p.get("First to Last"); f.Key != "" {
		first, last := mask(f.Value), mask(p.get("Last to First").Value)
		if first != allMonth || last != allMonth && last != "" {
			if last == allMonth {
				last = ""
			}
			add("DayOfMonthMask", f, first+last)
		}
	}
	if f := p.get("Day of Week Mask"); f.Key != "" && mask(f.Value) != allWeek {
		add("DayOfWeekMask", f, mask(f.Value))
	}
	p.ofDay(add)
	if len(s.Body) == 0 {
		return nil
	}
	if f := p.get("TimeZone"); f.Key != "" {
		add("TimeZone", f, f.Value)
	}
	return s
}

// ofDay adds the part of the day, in the time zone of the period.
func (p Period) ofDay(add func(keyword string, f Field, value string)) {
	from, to := p.get("Fr TimeOfDay"), p.get("To TimeOfDay")
	if strings.EqualFold(p.get("TimeZone").Value, "UTC") && p.get("Fr TimeOfDay UTC").Key != "" {
		from, to = p.get("Fr TimeOfDay UTC"), p.get("To TimeOfDay UTC")
	}
	if from.Key != "" && (from.Value != "00:00" || to.Value != "24:00" && to.Value != "00:00") {
		add("TimeofDayRange", from, from.Value+"-"+to.Value)
	}
}

// mask is the bits of "1111111  (Sunday - Saturday)".
func mask(s string) string {
	bits, _, _ := strings.Cut(s, " ")
	return bits
}

// compact writes a time as the policy language does; what is no time stays as it is, so that it is reported.
func compact(s string) string {
	at, err := time.Parse(time.ANSIC, s)
	if err != nil {
		return strings.ReplaceAll(s, " ", "_")
	}
	return at.Format("20060102150405")
}
