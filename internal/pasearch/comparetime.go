package pasearch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/attls"
)

// times compares when two rules of one name are in force, whatever way that is written: pasearch prints every mask.
func (c *comparer) times(source, view *attls.Rule, listed *Rule) {
	if len(listed.Periods) == 0 && len(source.Times) == 0 {
		return
	}
	zoned := !slices.ContainsFunc(source.Times, func(t attls.TimeCondition) bool { return t.Zone == "" }) // else the listing says which it is
	want, knownWant := timesOf(source.Times, zoned)
	printed := slices.DeleteFunc(slices.Clone(view.Times), func(t attls.TimeCondition) bool { return t.Statement == nil }) // see writer.rule
	have, knownHave := timesOf(printed, zoned)
	d := Difference{IDDiffers, source.Name, typeTime, timesText(want), timesText(have), source.At, listed.At}
	if len(source.Times) > 0 {
		d.AtSource = source.Times[0].At
	}
	if len(listed.Periods) > 0 {
		d.AtInstalled = listed.Periods[0].At
	}
	switch {
	case len(listed.Periods) == 0:
		d.Installed = "not listed"
		c.uncompared(d)
	case !knownWant || !knownHave:
		c.uncompared(d)
	case !slices.Equal(want, have):
		c.differ(d)
	}
}

// timesOf writes down each period of some times in one form; one that holds always makes the others pointless.
func timesOf(times []attls.TimeCondition, zoned bool) (all []string, known bool) {
	known = true
	for _, t := range times {
		known = known && !t.Unread
		days := t.TimesOfDay
		if len(days) == 0 {
			days = []attls.DayRange{{From: 0, To: 24 * 60}}
		}
		for _, day := range days {
			text := period(t, day, zoned)
			if text == "" {
				return nil, known
			}
			all = append(all, text)
		}
	}
	slices.Sort(all)
	return slices.Compact(all), known
}

// period is empty for one that holds always.
func period(t attls.TimeCondition, day attls.DayRange, zoned bool) string {
	var parts []string
	if !t.From.IsZero() {
		const layout = "20060102150405"
		parts = append(parts, "from "+t.From.Format(layout)+" to "+t.To.Format(layout))
	}
	for _, m := range []struct{ name, bits string }{{"months", t.Months}, {"days of the month", strings.TrimSuffix(t.DaysOfMonth, strings.Repeat("0", len(allMonth)))}, {"days of the week", t.DaysOfWeek}} {
		if strings.Contains(m.bits, "0") {
			parts = append(parts, m.name+" "+m.bits)
		}
	}
	if day.From > 0 || day.To < 24*60 {
		parts = append(parts, fmt.Sprintf("%02d:%02d-%02d:%02d", day.From/60, day.From%60, day.To/60, day.To%60))
	}
	if len(parts) > 0 && zoned && t.Zone != "" {
		parts = append(parts, t.Zone)
	}
	return strings.Join(parts, ", ")
}

func timesText(all []string) string {
	if len(all) == 0 {
		return "always"
	}
	return strings.Join(all, "; ")
}
