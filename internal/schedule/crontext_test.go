package schedule

import (
	"strings"
	"testing"
	"time"

	robfig "github.com/robfig/cron/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCheckCronSays(t *testing.T) {
	for cron, want := range map[string]string{
		"":                        "it is empty; want five fields",
		"30 2 * *":                "it has 4 fields; want five fields",
		"0 30 2 * * *":            "it has 6 fields; want five fields: minute, hour, day of the month, month, day of the week, as in \"30 2 * * *\" for 02:30 every day: no seconds",
		"nightly":                 "it has 1 field; want five fields",
		"60 2 * * *":              `"60" is no minute; want 0 to 59`,
		"0 24 * * *":              "24 is 0 of the next day; want 0 to 23",
		"0 0 0 * *":               `"0" is no day of the month; want 1 to 31`,
		"0 0 * 13 *":              `"13" is no month; want 1 to 12, or jan to dec`,
		"0 0 * spe *":             "did you mean sep?",
		"0 0 * * 8":               "want 0 to 7, or sun to sat; 0 and 7 are Sunday",
		"0 0 * * sut":             "did you mean",
		"*/0 * * * *":             `"0" is no step; want a whole number from 1 to 59`,
		"*/x * * * *":             `"x" is no step`,
		"5-1 * * * *":             "5-1 ends before it begins",
		"1,,2 * * * *":            "a value is missing",
		"1- * * * *":              "a value is missing",
		"*-5 * * * *":             `"*" is no minute`,
		"+5 * * * *":              `"+5" is no minute`,
		"0 0 L * *":               "is of another kind of cron",
		"0 0 ? * 1":               "is of another kind of cron",
		"0 0 30 2 *":              "it is never due",
		"0 0 31 4,6,9,11 *":       "it is never due",
		"TZ=Europe/Zurich 0 2 * ": "want timezone: beside cron",
		"CRON_TZ=UTC":             "want timezone: beside cron",
		"@every 1h":               "want every: 6h",
		"@reboot":                 "--run-at-start",
		"@nightly":                "want @hourly, @daily",
	} {
		err := CheckCron(cron)
		require.Error(t, err, cron)
		assert.Contains(t, err.Error(), want, cron)
		assert.NotContains(t, err.Error(), "\n")
	}
	err := CheckCron("60 24 * * *")
	require.Error(t, err)
	assert.Contains(t, err.Error(), "minute", "all faults at once")
	assert.Contains(t, err.Error(), "hour", "all faults at once")
}

func TestCheckCronAccepts(t *testing.T) {
	for _, cron := range []string{"* * * * *", "0 0 29 2 *", "05 02 * * *", "0-30/10,45 1-3 1,15 JAN-Mar Mon-FRI", "5/20 * * * *", "  0 0 * * 7  ", "0 0 31 2 1",
		"@daily", "@Midnight", "@annually"} {
		assert.NoError(t, CheckCron(cron), cron)
	}
}

// FuzzCron: any text is taken or refused with a reason, and what is taken means the same times as the library's own reading of it, in UTC.
func FuzzCron(f *testing.F) {
	for _, s := range []string{"30 2 * * *", "0 0 29 2 *", "*/7 1-5/2 1,31 jan-mar mon-fri", "0 0 * * 5-7/2", "@weekly", "5/20 * * * ?", "TZ=UTC", "TZ=", "0 0 */2 * 1"} {
		f.Add(s)
	}
	from := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		if err := CheckCron(text); err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		s := Schedule{Cron: text}
		due := s.Due(from, from.AddDate(9, 0, 0), 20)
		for i, at := range due {
			require.True(t, at.After(from) && at.Second() == 0)
			require.True(t, i == 0 || at.After(due[i-1]))
		}
		theirs, err := robfig.ParseStandard("TZ=UTC " + strings.TrimSpace(strings.ToLower(text)))
		if err != nil || steppedStar(text) {
			return // 7 is Sunday here; and a day field such as */2 narrows the other, as in Debian's cron
		}
		want := from
		for _, at := range due {
			want = theirs.Next(want)
			if want.IsZero() {
				return // it gives up after five years
			}
			require.Equal(t, want, at, text)
		}
	})
}

func steppedStar(text string) bool {
	fields := strings.Fields(text)
	return len(fields) == 5 && strings.Contains(fields[2]+fields[4], "*/")
}

// FuzzDueInZones: whatever the zone and the moment, due times are in order and in the range, and an expression with stars holds on the wall clock.
func FuzzDueInZones(f *testing.F) {
	f.Add("*/15 * * * *", uint16(400), int64(1806195600))
	f.Add("30 2 * * *", uint16(500), int64(1806195600))
	f.Add("0 0 30 12 *", uint16(590), int64(1325000000))
	zones := strings.Fields(zoneNames)
	f.Fuzz(func(t *testing.T, text string, index uint16, unix int64) {
		c, err := parseCron(text)
		if err != nil || unix < -1<<33 || unix > 1<<34 {
			return
		}
		loc, err := ParseZone(zones[int(index)%len(zones)])
		require.NoError(t, err)
		after := time.Unix(unix, 0)
		until := after.Add(72 * time.Hour)
		last := after
		for _, due := range (&Schedule{Cron: text, Location: loc}).Due(after, until, 500) {
			require.True(t, due.After(last) && !due.After(until), "%s after %s", due, last)
			last = due
			wall := due.In(loc)
			require.True(t, c.fixed || c.minute>>wall.Minute()&1 == 1 && c.hour>>wall.Hour()&1 == 1, "%s", wall)
		}
	})
}
