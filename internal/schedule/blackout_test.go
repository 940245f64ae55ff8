package schedule

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func weekly(t testing.TB, name, days, from, to, in string) Blackout {
	t.Helper()
	set, err := ParseDays(days)
	require.NoError(t, err)
	begin, err := ParseClock(from)
	require.NoError(t, err)
	end, err := ParseClock(to)
	require.NoError(t, err)
	return Blackout{Name: name, Days: set, From: begin, To: end, Location: zone(t, in)}
}

func once(t testing.TB, name, from, to string) Blackout {
	return Blackout{Name: name, Start: at(t, from), End: at(t, to)}
}

func window(t testing.TB, name, from, to string) Window {
	return Window{name, at(t, from), at(t, to)}
}

func TestBlackouts(t *testing.T) {
	for _, c := range []struct {
		name        string
		all         []Blackout
		from, until string
		want        []Window
	}{
		{"none", nil, "2027-01-01T00:00Z", "2027-02-01T00:00Z", nil},
		{"weekly", []Blackout{weekly(t, "evening", "mon-tue", "18:00", "20:00", "Europe/Zurich")}, "2027-01-04T00:00Z", "2027-01-11T00:00Z",
			[]Window{window(t, "evening", "2027-01-04T17:00Z", "2027-01-04T19:00Z"), window(t, "evening", "2027-01-05T17:00Z", "2027-01-05T19:00Z")}},
		{"over midnight, asked on the next day", []Blackout{weekly(t, "night", "sat", "22:00", "06:00", "UTC")}, "2027-01-03T01:00Z", "2027-01-03T12:00Z",
			[]Window{window(t, "night", "2027-01-02T22:00Z", "2027-01-03T06:00Z")}},
		{"over the week's end", []Blackout{weekly(t, "weekend", "sat-sun", "00:00", "24:00", "UTC")}, "2027-01-01T00:00Z", "2027-01-05T00:00Z",
			[]Window{window(t, "weekend", "2027-01-02T00:00Z", "2027-01-04T00:00Z")}},
		{"an hour shorter in spring", []Blackout{weekly(t, "night", "sun", "01:00", "04:00", "Europe/Zurich")}, "2027-03-28T00:00Z", "2027-03-29T00:00Z",
			[]Window{window(t, "night", "2027-03-28T00:00Z", "2027-03-28T02:00Z")}},
		{"an hour longer in autumn", []Blackout{weekly(t, "night", "sun", "01:00", "04:00", "Europe/Zurich")}, "2027-10-31T00:00Z", "2027-11-01T00:00Z",
			[]Window{window(t, "night", "2027-10-30T23:00Z", "2027-10-31T03:00Z")}},
		{"begins in the hour that never comes", []Blackout{weekly(t, "night", "sun", "02:30", "04:00", "Europe/Zurich")}, "2027-03-28T00:00Z", "2027-03-29T00:00Z",
			[]Window{window(t, "night", "2027-03-28T01:00Z", "2027-03-28T02:00Z")}},
		{"lies in the hour that never comes", []Blackout{weekly(t, "night", "sun", "02:10", "02:40", "Europe/Zurich")}, "2027-03-28T00:00Z", "2027-03-29T00:00Z", nil},
		{"lies in the hour that comes twice", []Blackout{weekly(t, "night", "sun", "02:10", "02:40", "Europe/Zurich")}, "2027-10-31T00:00Z", "2027-11-01T00:00Z",
			[]Window{window(t, "night", "2027-10-31T00:10Z", "2027-10-31T01:40Z")}},
		{"merged and sorted", []Blackout{once(t, "c", "2027-01-03T00:00Z", "2027-01-04T00:00Z"), once(t, "b", "2027-01-01T12:00Z", "2027-01-02T00:00Z"),
			once(t, "a", "2027-01-01T00:00Z", "2027-01-01T18:00Z"), once(t, "a", "2027-01-02T00:00Z", "2027-01-02T06:00Z")}, "2027-01-01T00:00Z", "2027-02-01T00:00Z",
			[]Window{window(t, "a, b", "2027-01-01T00:00Z", "2027-01-02T06:00Z"), window(t, "c", "2027-01-03T00:00Z", "2027-01-04T00:00Z")}},
		{"one inside another", []Blackout{once(t, "all", "2027-01-01T00:00Z", "2027-01-09T00:00Z"), once(t, "in", "2027-01-02T00:00Z", "2027-01-03T00:00Z")},
			"2027-01-05T00:00Z", "2027-01-06T00:00Z", []Window{window(t, "all, in", "2027-01-01T00:00Z", "2027-01-09T00:00Z")}},
		{"ends when asked", []Blackout{once(t, "x", "2027-01-01T00:00Z", "2027-01-02T00:00Z")}, "2027-01-02T00:00Z", "2027-01-03T00:00Z", nil},
		{"begins when the question ends", []Blackout{once(t, "x", "2027-01-03T00:00Z", "2027-01-04T00:00Z")}, "2027-01-02T00:00Z", "2027-01-03T00:00Z", nil},
		{"no time at all", []Blackout{once(t, "x", "2027-01-03T00:00Z", "2027-01-03T00:00Z")}, "2027-01-02T00:00Z", "2027-01-04T00:00Z", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Blackouts(c.all, at(t, c.from), at(t, c.until))
			if len(got) == 0 {
				got = nil
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func TestDuring(t *testing.T) {
	windows := []Window{window(t, "a", "2027-01-01T00:00Z", "2027-01-02T00:00Z"), window(t, "b", "2027-01-03T00:00Z", "2027-01-04T00:00Z")}
	for moment, want := range map[string]string{"2027-01-01T00:00Z": "a", "2027-01-01T23:59Z": "a", "2027-01-02T00:00Z": "", "2027-01-03T12:00Z": "b"} {
		w, ok := During(windows, at(t, moment))
		assert.Equal(t, want, w.Name, moment)
		assert.Equal(t, want != "", ok)
	}
}

// FuzzBlackouts compares a weekly blackout with the wall clock, minute by minute: while the clock shows a time of the window, it is dark.
func FuzzBlackouts(f *testing.F) {
	f.Add(uint8(1), uint16(120), uint16(180), uint16(400), int64(1806195600))
	f.Add(uint8(127), uint16(1320), uint16(360), uint16(10), int64(1824000000))
	f.Fuzz(func(t *testing.T, days uint8, from, to, index uint16, unix int64) {
		const day = 24 * 60
		zones := []string{"Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "UTC", "Asia/Kathmandu"}
		b := Blackout{Days: Days(days) & EveryDay, From: time.Duration(from%day) * time.Minute, To: time.Duration(to%(day+1)) * time.Minute,
			Location: zone(t, zones[int(index)%len(zones)])}
		if b.Days == 0 || b.From == b.To || unix < 1<<30 || unix > 1<<33 {
			return
		}
		start := time.Unix(unix-unix%60, 0)
		windows := Blackouts([]Blackout{b}, start, start.Add(30*time.Hour))
		for i := range 30 * 60 {
			now := start.Add(time.Duration(i) * time.Minute)
			if _, dark := During(windows, now); !dark {
				require.False(t, shows(b, now.In(b.Location)), "%s, %s", b.When(), now.In(b.Location))
			}
		}
	})
}

// shows says whether a wall clock shows a time of the weekly window.
func shows(b Blackout, wall time.Time) bool {
	clock := time.Duration(wall.Hour())*time.Hour + time.Duration(wall.Minute())*time.Minute
	yesterday := (wall.Weekday() + 6) % 7
	if b.To > b.From {
		return b.Days.has(wall.Weekday()) && clock >= b.From && clock < b.To
	}
	return b.Days.has(wall.Weekday()) && clock >= b.From || b.Days.has(yesterday) && clock < b.To
}
