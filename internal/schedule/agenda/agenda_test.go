package agenda

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/schedule"
)

func system(name string, listeners ...string) *estate.System {
	s := &estate.System{Name: name}
	for _, l := range listeners {
		s.Listeners = append(s.Listeners, &estate.Listener{System: s, Name: l})
	}
	return s
}

func free(*schedule.Schedule) (string, Cost, error) { return "normal", Cost{}, nil }

func TestOf(t *testing.T) {
	from := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	hourly := &schedule.Schedule{Name: "hourly", Every: time.Hour, Jitter: 30 * time.Minute, Systems: []string{"SYSB"}}
	noon := &schedule.Schedule{Name: "noon", Cron: "0 12 * * *", Listeners: []string{"*/web"}, Canary: "SYSA"}
	e := &estate.Estate{Name: "x", Systems: []*estate.System{system("SYSA", "web", "agent"), system("SYSB", "agent")}, Schedules: []*schedule.Schedule{hourly, noon},
		Blackouts: []schedule.Blackout{{Name: "lunch", Start: from.Add(12 * time.Hour), End: from.Add(13 * time.Hour)}, {Name: "later", Start: from.Add(15 * time.Hour), End: from.Add(16 * time.Hour)}}}
	a, err := Of(e, from.Add(11*time.Hour), from.Add(14*time.Hour), free)
	require.NoError(t, err)

	assert.Equal(t, []string{"SYSB"}, a.Schedules[0].Systems)
	assert.Equal(t, 1, a.Schedules[0].Listeners)
	assert.Equal(t, []string{"SYSA"}, a.Schedules[1].Systems)
	assert.Equal(t, "SYSA", a.Schedules[1].Canary)
	assert.Equal(t, from.Add(12*time.Hour), *a.Schedules[1].Next)

	var due []string
	for i, r := range a.Runs {
		due = append(due, r.Schedule+" "+r.Due.Format("15:04"))
		if r.Schedule == "hourly" {
			assert.Equal(t, r.Due.Add(hourly.Delay(r.Due)), r.Begins)
			assert.Equal(t, r.Due.Add(30*time.Minute), r.BeginsBefore)
		}
		dark := !r.Begins.Before(from.Add(12*time.Hour)) && r.Begins.Before(from.Add(13*time.Hour))
		assert.Equal(t, dark, r.Blackout != nil, "what counts is when a run begins: %d", i)
	}
	assert.Equal(t, []string{"hourly 11:00", "noon 12:00", "hourly 12:00", "hourly 13:00", "hourly 14:00"}, due, "both ends are in it")
	require.Len(t, a.Blackouts, 1)
	assert.Equal(t, "lunch", a.Blackouts[0].Name)
}

func TestOfNothing(t *testing.T) {
	from := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	a, err := Of(&estate.Estate{Name: "x"}, from, from.AddDate(0, 0, 7), free)
	require.NoError(t, err)
	text, err := json.Marshal(a)
	require.NoError(t, err)
	assert.JSONEq(t, `{"schema":"portseal.schedule/v1","estate":"x","from":"2027-01-01T00:00:00Z","until":"2027-01-08T00:00:00Z","schedules":[],"runs":[],"blackouts":[]}`, string(text))

	broken := errors.New("no cost")
	_, err = Of(&estate.Estate{Schedules: []*schedule.Schedule{{Name: "a", Every: time.Hour}}}, from, from, func(*schedule.Schedule) (string, Cost, error) { return "", Cost{}, broken })
	require.ErrorIs(t, err, broken)
}
