package schedule

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseDays(t *testing.T) {
	for text, want := range map[string]string{"mon": "mon", "Saturday": "sat", "mon-fri": "mon-fri", "fri-mon": "mon, fri-sun", "sun-sat": "every day",
		"sat-sun": "sat, sun", "thu-sun": "thu-sun", "sun-sun": "sun"} {
		days, err := ParseDays(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, days.String(), text)
	}
	for text, want := range map[string]string{"": "no day", "mon-": "no day", "mn": `did you mean "mon"?`, "mon-xyz": `"xyz" is no day`, "1": "no day"} {
		_, err := ParseDays(text)
		require.Error(t, err, text)
		assert.Contains(t, err.Error(), want)
	}
}

func TestParseClock(t *testing.T) {
	for text, want := range map[string]time.Duration{"00:00": 0, "18:30": 18*time.Hour + 30*time.Minute, "24:00": 24 * time.Hour} {
		got, err := ParseClock(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got)
		assert.Equal(t, text, formatClock(got))
	}
	for _, text := range []string{"", "18", "6:00", "18:3", "24:01", "25:00", "18:60", "+1:00", "18:00:00", "-1:00"} {
		_, err := ParseClock(text)
		assert.ErrorContains(t, err, "is no time of the day; want", text)
	}
}

func TestParseTime(t *testing.T) {
	zurich := zone(t, "Europe/Zurich")
	for _, c := range []struct {
		text string
		end  bool
		want string
	}{
		{"2026-12-24T00:00:00Z", false, "2026-12-24T00:00Z"},
		{"2026-12-24T00:00:00+02:00", true, "2026-12-23T22:00Z"},
		{"2026-12-24", false, "2026-12-23T23:00Z"},
		{"2026-12-24", true, "2026-12-24T23:00Z"},
		{"2026-12-24T18:00", false, "2026-12-24T17:00Z"},
		{"2026-12-24 18:00", true, "2026-12-24T17:00Z"},
		{"2027-10-31T02:30", false, "2027-10-31T00:30Z"},
		{"2027-10-31T02:30", true, "2027-10-31T01:30Z"},
		{"2027-03-28T02:30", false, "2027-03-28T01:00Z"},
	} {
		got, err := ParseTime(c.text, zurich, c.end)
		require.NoError(t, err, c.text)
		assert.Equal(t, at(t, c.want), got, c.text)
	}
	for _, text := range []string{"", "tomorrow", "2026-13-01", "2026-12-24T25:00", "18:00"} {
		_, err := ParseTime(text, time.UTC, false)
		assert.ErrorContains(t, err, "is no time; want", text)
	}
}

func TestParsePeriod(t *testing.T) {
	for text, want := range map[string]time.Duration{"6h": 6 * time.Hour, "7d": 7 * 24 * time.Hour, "90m": 90 * time.Minute, "1m": time.Minute, "366d": maxPeriod} {
		got, err := ParsePeriod(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got)
	}
	for text, want := range map[string]string{"": "no interval", "6": "no interval", "6x": "no interval", "xd": "no interval", "30s": "out of range", "0d": "out of range",
		"-1d": "out of range", "367d": "out of range", "99999999999999d": "out of range", "99999999999999999999d": "no interval", "1m0.5s": "parts of a second"} {
		_, err := ParsePeriod(text)
		assert.ErrorContains(t, err, want, text)
	}
}

func TestParseZone(t *testing.T) {
	for name, want := range map[string]string{"Europe/Zuric": `did you mean "Europe/Zurich"?`, "New York": `did you mean "America/New_York"?`, "zurich": `did you mean "Europe/Zurich"?`,
		"Mars/Base": "want a name of the IANA database", "": "another zone on each machine", "Local": "another zone on each machine", "../x": "no time zone"} {
		_, err := ParseZone(name)
		assert.ErrorContains(t, err, want, name)
	}
	for name := range strings.FieldsSeq(zoneNames) {
		_, err := ParseZone(name)
		require.NoError(t, err, "zones.txt has a name that package time does not know")
	}
}

// FuzzTexts: whatever is taken is in its range and is written as it is read.
func FuzzTexts(f *testing.F) {
	for _, s := range []string{"mon-fri", "18:30", "2026-12-24", "2026-12-24T18:00", "7d", "90m", "24:00", "Europe/Zurich"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if days, err := ParseDays(text); err == nil {
			require.True(t, days > 0 && days <= EveryDay)
		}
		if clock, err := ParseClock(text); err == nil {
			require.True(t, clock >= 0 && clock <= 24*time.Hour)
			require.Equal(t, text, formatClock(clock))
		}
		if period, err := ParsePeriod(text); err == nil {
			again, err := ParsePeriod(FormatPeriod(period))
			require.NoError(t, err)
			require.Equal(t, period, again)
		}
		if from, err := ParseTime(text, time.UTC, false); err == nil {
			to, err := ParseTime(text, time.UTC, true)
			require.NoError(t, err)
			require.False(t, to.Before(from))
		}
	})
}
