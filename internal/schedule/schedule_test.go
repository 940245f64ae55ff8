package schedule

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := ParseZone(name)
	require.NoError(t, err)
	return loc
}

func at(t testing.TB, text string) time.Time {
	t.Helper()
	when, err := time.Parse("2006-01-02T15:04Z", text)
	require.NoError(t, err)
	return when
}

func words(times []time.Time) []string {
	var out []string
	for _, t := range times {
		out = append(out, t.Format("2006-01-02T15:04Z"))
	}
	return out
}

func TestDue(t *testing.T) {
	for _, c := range []struct {
		name, cron, zone, after, until string
		max                            int
		want                           []string
	}{
		{"each night", "30 2 * * *", "Europe/Zurich", "2027-01-01T00:00Z", "2027-01-03T00:00Z", 0, []string{"2027-01-01T01:30Z", "2027-01-02T01:30Z"}},
		{"after is not in it, until is", "0 0 * * *", "UTC", "2027-01-01T00:00Z", "2027-01-02T00:00Z", 0, []string{"2027-01-02T00:00Z"}},
		{"at most so many", "0 * * * *", "UTC", "2027-01-01T00:00Z", "2027-02-01T00:00Z", 2, []string{"2027-01-01T01:00Z", "2027-01-01T02:00Z"}},
		{"nothing between", "0 0 * * *", "UTC", "2027-01-02T00:00Z", "2027-01-01T00:00Z", 0, nil},
		{"hour that never comes", "30 2 * * *", "Europe/Zurich", "2027-03-27T00:00Z", "2027-03-29T12:00Z", 0,
			[]string{"2027-03-27T01:30Z", "2027-03-28T01:00Z", "2027-03-29T00:30Z"}},
		{"made up for once", "0,20,40 2 * * *", "Europe/Zurich", "2027-03-28T00:00Z", "2027-03-28T12:00Z", 0, []string{"2027-03-28T01:00Z"}},
		{"and not twice at the jump", "0 2,3 * * *", "Europe/Zurich", "2027-03-28T00:00Z", "2027-03-28T12:00Z", 0, []string{"2027-03-28T01:00Z"}},
		{"made up for, after the jump was seen", "30 2 * * *", "Europe/Zurich", "2027-03-28T01:00Z", "2027-03-28T12:00Z", 0, nil},
		{"hour that comes twice", "30 2 * * *", "Europe/Zurich", "2027-10-30T12:00Z", "2027-11-01T12:00Z", 0,
			[]string{"2027-10-31T00:30Z", "2027-11-01T01:30Z"}},
		{"asked in the second of the two", "30 2 * * *", "Europe/Zurich", "2027-10-31T01:10Z", "2027-10-31T12:00Z", 0, nil},
		{"every hour skips the one that never comes", "30 * * * *", "Europe/Zurich", "2027-03-28T00:00Z", "2027-03-28T02:30Z", 0,
			[]string{"2027-03-28T00:30Z", "2027-03-28T01:30Z", "2027-03-28T02:30Z"}},
		{"every two hours by the wall clock", "0 */2 * * *", "Europe/Zurich", "2027-03-27T22:59Z", "2027-03-28T04:00Z", 0,
			[]string{"2027-03-27T23:00Z", "2027-03-28T02:00Z", "2027-03-28T04:00Z"}},
		{"every hour is due in both", "30 * * * *", "Europe/Zurich", "2027-10-30T23:45Z", "2027-10-31T02:00Z", 0,
			[]string{"2027-10-31T00:30Z", "2027-10-31T01:30Z"}},
		{"a jump of half an hour", "15 2 * * *", "Australia/Lord_Howe", "2027-10-02T12:00Z", "2027-10-03T00:00Z", 0, []string{"2027-10-02T15:30Z"}},
		{"midnight that never comes", "0 0 * * *", "America/Sao_Paulo", "2018-11-03T12:00Z", "2018-11-05T12:00Z", 0,
			[]string{"2018-11-04T03:00Z", "2018-11-05T02:00Z"}},
		{"a day that never came", "0 12 30 12 *", "Pacific/Apia", "2011-01-01T00:00Z", "2012-12-31T00:00Z", 0, []string{"2012-12-29T22:00Z"}},
		{"last days that some months have", "0 0 31 * *", "UTC", "2027-01-01T00:00Z", "2027-06-01T00:00Z", 0,
			[]string{"2027-01-31T00:00Z", "2027-03-31T00:00Z", "2027-05-31T00:00Z"}},
		{"leap days", "0 0 29 2 *", "UTC", "2095-01-01T00:00Z", "2109-01-01T00:00Z", 0, []string{"2096-02-29T00:00Z", "2104-02-29T00:00Z", "2108-02-29T00:00Z"}},
		{"either day", "0 0 13 * fri", "UTC", "2027-08-01T00:00Z", "2027-08-15T00:00Z", 0,
			[]string{"2027-08-06T00:00Z", "2027-08-13T00:00Z"}},
		{"both where one begins with a star", "0 0 */2 * mon", "UTC", "2027-08-01T00:00Z", "2027-08-31T00:00Z", 0,
			[]string{"2027-08-09T00:00Z", "2027-08-23T00:00Z"}},
		{"Sunday is 7 too", "0 0 * * 5-7", "UTC", "2027-08-02T00:00Z", "2027-08-09T00:00Z", 0,
			[]string{"2027-08-06T00:00Z", "2027-08-07T00:00Z", "2027-08-08T00:00Z"}},
		{"a name", "@weekly", "UTC", "2027-08-02T00:00Z", "2027-08-09T00:00Z", 0, []string{"2027-08-08T00:00Z"}},
		{"no such expression", "nonsense", "UTC", "2027-08-02T00:00Z", "2027-08-09T00:00Z", 0, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := Schedule{Cron: c.cron, Location: zone(t, c.zone)}
			assert.Equal(t, c.want, words(s.Due(at(t, c.after), at(t, c.until), c.max)))
		})
	}
}

// TestDueInPieces: a loop that asks again and again gets what one question gets, whenever it asks.
func TestDueInPieces(t *testing.T) {
	for _, cron := range []string{"30 2 * * *", "*/20 * * * *", "0 0,2,3 * * *"} {
		s := Schedule{Cron: cron, Location: zone(t, "Europe/Zurich")}
		for _, day := range []string{"2027-03-28T00:00Z", "2027-10-31T00:00Z"} {
			from := at(t, day).Add(-12 * time.Hour)
			want := s.Due(from, from.Add(36*time.Hour), 0)
			for _, step := range []time.Duration{7 * time.Minute, time.Hour, 5 * time.Hour} {
				var got []time.Time
				for now := from; now.Before(from.Add(36 * time.Hour)); now = now.Add(step) {
					got = append(got, s.Due(now, minTime(now.Add(step), from.Add(36*time.Hour)), 0)...)
				}
				assert.Equal(t, want, got, "%s at %s in steps of %s", cron, day, step)
			}
		}
	}
}

func minTime(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// TestEveryDoesNotDrift: where a service is started has no part in it.
func TestEveryDoesNotDrift(t *testing.T) {
	s := Schedule{Every: 6 * time.Hour}
	want := []string{"2027-01-01T06:00Z", "2027-01-01T12:00Z", "2027-01-01T18:00Z", "2027-01-02T00:00Z"}
	for _, start := range []string{"2027-01-01T00:00Z", "2027-01-01T00:01Z", "2027-01-01T05:59Z"} {
		assert.Equal(t, want, words(s.Due(at(t, start), at(t, "2027-01-02T00:00Z"), 0)), start)
	}
	weekly := Schedule{Every: 7 * 24 * time.Hour}
	assert.Equal(t, weekly.Due(at(t, "2027-01-01T00:00Z"), at(t, "2028-01-01T00:00Z"), 0)[10:11],
		weekly.Due(at(t, "2027-03-12T00:00Z"), at(t, "2028-01-01T00:00Z"), 1))
	assert.Equal(t, []string{"1969-12-31T18:00Z", "1970-01-01T00:00Z"}, words(s.Due(at(t, "1969-12-31T17:00Z"), at(t, "1970-01-01T00:00Z"), 0)))
	assert.Empty(t, (&Schedule{}).Due(at(t, "2027-01-01T00:00Z"), at(t, "2028-01-01T00:00Z"), 0), "neither cron nor every")
}

func TestDelay(t *testing.T) {
	s := Schedule{Name: "nightly", Jitter: 10 * time.Minute}
	other := Schedule{Name: "weekly", Jitter: 10 * time.Minute}
	seen, differ := map[time.Duration]bool{}, 0
	for day := range 200 {
		due := at(t, "2027-01-01T00:00Z").AddDate(0, 0, day)
		delay := s.Delay(due)
		assert.Equal(t, delay, s.Delay(due.In(zone(t, "Asia/Tokyo"))), "the same time is the same delay")
		assert.GreaterOrEqual(t, delay, time.Duration(0))
		assert.Less(t, delay, s.Jitter)
		seen[delay] = true
		if delay != other.Delay(due) {
			differ++
		}
	}
	assert.Greater(t, len(seen), 100, "delays are spread")
	assert.Greater(t, differ, 150, "schedules that are due together do not begin together")
	assert.Zero(t, (&Schedule{Name: "x"}).Delay(at(t, "2027-01-01T00:00Z")))
	assert.Less(t, (&Schedule{Name: "x", Jitter: 1500 * time.Millisecond}).Delay(at(t, "2027-01-01T00:00Z")), 1500*time.Millisecond)
}

func TestWhen(t *testing.T) {
	assert.Equal(t, "30 2 * * *", (&Schedule{Cron: "30 2 * * *"}).When())
	assert.Equal(t, "every 6h", (&Schedule{Every: 6 * time.Hour}).When())
	assert.Equal(t, "every 7d", (&Schedule{Every: 7 * 24 * time.Hour}).When())
	assert.Equal(t, "every 1h30m", (&Schedule{Every: 90 * time.Minute}).When())
	assert.Equal(t, "every 10m", (&Schedule{Every: 10 * time.Minute}).When())
	assert.Equal(t, "every 1m30s", (&Schedule{Every: 90 * time.Second}).When())
}

func TestShortest(t *testing.T) {
	from := at(t, "2027-01-01T00:00Z")
	assert.Equal(t, time.Minute, (&Schedule{Cron: "* * * * *"}).Shortest(from))
	assert.Equal(t, 5*time.Minute, (&Schedule{Cron: "0,30,55 * * * *"}).Shortest(from))
	assert.Equal(t, 24*time.Hour, (&Schedule{Cron: "0 2 * * mon,tue"}).Shortest(from))
	assert.Zero(t, (&Schedule{Cron: "0 0 29 2 *"}).Shortest(from))
}
