package runs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/history"
)

// In a bubble of testing/synctest the time is 2000-01-01T00:00:00Z, a Saturday, and passes only when everything waits.

const daily = "schedules: [{name: nightly, cron: \"30 2 * * *\", probes: quick}]"

func TestDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := newWorld(t, m, "schedules: [{name: often, every: 6h, probes: quick, jitter: 10m}, {name: once, cron: \"0 3 2 * *\", probes: deep}]")
		w.begin(t)
		time.Sleep(25 * time.Hour)
		s := w.Status()
		require.Len(t, s.Schedules, 2)
		assert.Equal(t, "every 6h", s.Schedules[0].When)
		assert.Equal(t, time.Date(2000, 1, 2, 6, 0, 0, 0, time.UTC), s.Schedules[0].Next[0])
		require.NotNil(t, s.Schedules[0].Last)
		time.Sleep(3 * time.Hour)
		w.stop()
		assert.Equal(t, []string{"often finished 01 06:00", "often finished 01 12:00", "often finished 01 18:00", "often finished 02 00:00", "once finished 02 03:00"}, m.told())
		for _, r := range m.runs[:4] {
			late := r.Started.Sub(r.Due.Add(w.estate().Estate.Schedules[0].Delay(*r.Due)))
			assert.True(t, late >= 0 && late < 2*time.Second, "%s", late)
		}
	})
}

// TestMissed stops the service for days: the latest due time is caught up, the others are noted.
func TestMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := newWorld(t, m, "schedules: [{name: nightly, cron: \"30 2 * * *\", probes: quick}, {name: weekly, cron: \"0 3 * * 0\", probes: deep}, {name: hourly, every: 1h, probes: quick}]")
		w.begin(t)
		time.Sleep(12*time.Hour + 30*time.Minute)
		w.stop()
		before := len(m.told())
		assert.Equal(t, 13, before)
		time.Sleep(48 * time.Hour)
		w.open(t, w.Folder)
		var ended []history.Run
		w.Ended = func(_ context.Context, r history.Run) { ended = append(ended, r) }
		w.begin(t)
		time.Sleep(10 * time.Minute)
		w.stop()
		told := m.told()[before:]
		assert.Contains(t, told, "nightly missed 02 02:30: no service ran")
		assert.Contains(t, told, "nightly finished 03 02:30")
		assert.Contains(t, told, "weekly missed 02 03:00: no service ran; a deep run is not made up for")
		assert.Contains(t, told, "hourly missed 03 03:00: no service ran (and 38 times before this one)")
		assert.Contains(t, told, "hourly finished 03 12:00")
		assert.Len(t, told, 1+1+1+9+1)
		assert.Len(t, ended, 11)
	})
}

// TestChangedWhileStopped gives a schedule other times while no service runs: nothing was planned for them then.
func TestChangedWhileStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := newWorld(t, m, daily)
		w.begin(t)
		time.Sleep(12 * time.Hour)
		w.stop()
		time.Sleep(5 * time.Hour)
		w.write(t, "schedules: [{name: nightly, every: 1h, probes: quick}]")
		w.open(t, w.Folder)
		w.begin(t)
		time.Sleep(90 * time.Minute)
		w.stop()
		assert.Equal(t, []string{"nightly finished 01 02:30", "nightly finished 01 18:00"}, m.told())
	})
}

func TestOverlap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := newWorld(t, m, "schedules: [{name: hourly, every: 1h, probes: quick}, {name: other, cron: \"30 1 * * *\", probes: quick}]")
		w.takes = 90 * time.Minute
		w.begin(t)
		time.Sleep(2*time.Hour + 10*time.Minute)
		_, err := w.Start(t.Context(), control.Request{})
		require.ErrorIs(t, err, control.ErrOverlap)
		time.Sleep(2 * time.Hour)
		w.stop()
		assert.Equal(t, []string{"hourly finished 01 01:00", "hourly missed 01 02:00: the run before it was on its way", "other finished 01 01:30",
			"hourly missed 01 03:00: another run was on its way", "hourly cancelled 01 04:00: the service was stopped after 0 of 2 listeners"}, m.told())
		assert.Equal(t, time.Date(2000, 1, 1, 2, 30, 0, 0, time.UTC), m.runs[2].Started.Truncate(time.Minute), "it waited for the run of the other schedule")
	})
}

func TestBlackout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := newWorld(t, m, "schedules: [{name: hourly, every: 1h, probes: quick}]\n"+
			"blackouts: [{name: month end, from: 2000-01-01T01:30:00Z, to: 2000-01-01T03:30:00Z},\n"+
			"  {name: half a year away, from: 2000-07-01T00:00:00Z, to: 2000-07-02T00:00:00Z}]")
		w.takes = 40 * time.Minute
		w.begin(t)
		time.Sleep(2*time.Hour + 30*time.Minute)
		_, err := w.Start(t.Context(), control.Request{})
		require.ErrorIs(t, err, control.ErrBlackout)
		require.Len(t, w.Status().Blackouts, 2)
		time.Sleep(3*time.Hour + 20*time.Minute)
		w.stop()
		const dark = "month end, 2000-01-01 01:30 UTC to 2000-01-01 03:30 UTC: nothing is dialled"
		assert.Equal(t, []string{"hourly finished 01 01:00: it was stopped after 1 of 2 listeners by blackout " + dark, "hourly missed 01 02:00: blackout " + dark,
			"hourly missed 01 03:00: blackout " + dark, "hourly finished 01 04:00", "hourly finished 01 05:00"}, m.told())
		for _, at := range w.dials {
			assert.False(t, at.Hour() == 1 && at.Minute() >= 30 || at.Hour() == 2 || at.Hour() == 3 && at.Minute() < 30, "%s", at)
		}
	})
}

// TestClock sets the clock back and forward: no due time twice, and none is skipped in silence.
func TestClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := newWorld(t, m, "schedules: [{name: hourly, every: 1h, probes: quick}]")
		w.begin(t)
		time.Sleep(2*time.Hour + 30*time.Minute)
		w.offset.Store(int64(-2 * time.Hour)) // 00:30
		time.Sleep(3 * time.Hour)             // 03:30
		w.offset.Store(int64(time.Hour))      // 06:30
		time.Sleep(5 * time.Minute)
		w.stop()
		assert.Equal(t, []string{"hourly finished 01 01:00", "hourly finished 01 02:00", "hourly finished 01 03:00",
			"hourly missed 01 04:00: the clock went forward by 3h0m0s", "hourly missed 01 05:00: the clock went forward by 3h0m0s", "hourly finished 01 06:00"}, m.told())
	})
}

// TestDatabaseDown takes the database away: a due run waits for it, and a finished one is kept, also by a service that is killed meanwhile.
func TestDatabaseDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := newWorld(t, m, "schedules: [{name: hourly, every: 1h, probes: quick}]")
		w.begin(t)
		time.Sleep(50 * time.Minute)
		m.break_(errors.New("connection refused"))
		time.Sleep(20 * time.Minute)
		assert.Empty(t, m.told())
		assert.Contains(t, w.Status().Database, "connection refused")
		m.break_(nil)
		time.Sleep(30 * time.Second) // the run of 01:00 has begun
		assert.Equal(t, []string{"hourly running 01 01:00"}, m.told())
		m.break_(errors.New("connection refused"))
		time.Sleep(10 * time.Minute)
		assert.Equal(t, 1, w.Status().Waiting)
		w.stop()
		m.break_(nil)
		w.open(t, w.Folder)
		w.begin(t)
		time.Sleep(5 * time.Second)
		assert.Equal(t, []string{"hourly finished 01 01:00"}, m.told())
		assert.Zero(t, w.Status().Waiting)
		time.Sleep(time.Hour)
		w.stop()
		assert.Equal(t, []string{"hourly finished 01 01:00", "hourly finished 01 02:00"}, m.told())
		assert.Equal(t, 1, m.adds[m.runs[0].ID])
	})
}

// TestDatabaseDownOfTwo takes the database away while a run is due: when it is back one service makes the run, and both know that it is back.
func TestDatabaseDownOfTwo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		two := []*world{newWorld(t, m, "schedules: [{name: hourly, every: 1h, probes: quick}]"), newWorld(t, m, "schedules: [{name: hourly, every: 1h, probes: quick}]")}
		for _, w := range two {
			w.begin(t)
		}
		time.Sleep(59*time.Minute + 45*time.Second)
		m.break_(fmt.Errorf("connection refused: %w", history.ErrBusy))
		time.Sleep(time.Minute)
		for _, w := range two {
			assert.Contains(t, w.Status().Database, "connection refused")
		}
		m.break_(nil)
		time.Sleep(2 * beatEvery)
		for _, w := range two {
			assert.Empty(t, w.Status().Database)
		}
		time.Sleep(10 * time.Minute)
		for _, w := range two {
			w.stop()
		}
		assert.Equal(t, []string{"hourly finished 01 01:00"}, m.told())
	})
}

// TestDiskFull has a database that answers and takes nothing, and a folder that takes nothing either: that is said once, until both do again.
func TestDiskFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := newWorld(t, m, "schedules: [{name: hourly, every: 1h, probes: quick}]")
		var said strings.Builder
		w.Log = slog.New(slog.NewTextHandler(&said, &slog.HandlerOptions{Level: slog.LevelError}))
		w.begin(t)
		time.Sleep(50*time.Minute + 5*time.Second)
		m.fill(errors.New("database or disk is full"))
		folder := w.Folder
		require.NoError(t, os.RemoveAll(folder+"/runs"))
		for range 40 {
			time.Sleep(30 * time.Second)
			assert.Equal(t, w.now().Hour() > 0, w.Status().Database != "", "%s", w.now())
		}
		assert.Equal(t, 1, strings.Count(said.String(), "\n"), "%s", said.String())
		m.fill(nil)
		require.NoError(t, os.Mkdir(folder+"/runs", 0o700))
		time.Sleep(2 * time.Minute)
		assert.Empty(t, w.Status().Database)
		w.stop()
		assert.Equal(t, []string{"hourly finished 01 01:00"}, m.told())
	})
}

// TestNoRoom has a folder that cannot be written to: a run that cannot be kept in a file is held until the database is back.
func TestNoRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := newWorld(t, m, "schedules: [{name: hourly, every: 1h, probes: quick}]")
		w.begin(t)
		time.Sleep(time.Hour + 10*time.Second)
		require.NoError(t, os.RemoveAll(w.Folder+"/runs"))
		m.break_(errors.New("connection refused"))
		time.Sleep(5 * time.Minute)
		assert.Equal(t, 1, w.Status().Waiting)
		m.break_(nil)
		time.Sleep(time.Minute)
		assert.Equal(t, []string{"hourly finished 01 01:00"}, m.told())
		assert.Zero(t, w.Status().Waiting)
		w.stop()
	})
}

// TestSlowStore takes long to store a run: meanwhile no other service takes it for dead, and the database is not said to be away.
func TestSlowStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		m.slow = 5 * time.Minute
		w := newWorld(t, m, daily)
		w.AtStart = true
		w.begin(t)
		for range 5 * 60 {
			time.Sleep(time.Second)
			func() {
				defer m.lock()()
				require.Less(t, time.Since(m.alive[m.runs[0].ID]), silentAfter/2)
			}()
			require.Empty(t, w.Status().Database)
		}
		assert.Equal(t, "storing", w.Status().Running[0].Phase)
		time.Sleep(2 * time.Minute)
		w.stop()
		assert.Equal(t, []string{" finished"}, m.told())
	})
}

// TestBeginFails fails to begin runs while it is said of others why they wait: the race detector looks on.
func TestBeginFails(t *testing.T) {
	m := newMemory()
	m.fill(errors.New("no room"))
	w := newWorld(t, m, daily)
	w.Log = slog.New(slog.DiscardHandler)
	w.begin(t)
	require.Eventually(t, func() bool { // the service runs
		_, err := w.Start(t.Context(), control.Request{})
		return errors.Is(err, m.full)
	}, time.Minute, time.Millisecond)
	var wait sync.WaitGroup
	wait.Go(func() {
		for i := range 100_000 {
			w.storing.Lock()
			w.complain("x", fmt.Errorf("no room, %d", i))
			w.storing.Unlock()
		}
	})
	for range 200 {
		_, err := w.Start(t.Context(), control.Request{})
		require.ErrorIs(t, err, m.full)
	}
	wait.Wait()
	w.stop()
}

// TestTwoServices lets two services share a database: each due time is begun once, and a service that is killed is noticed.
func TestTwoServices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		a := newWorld(t, m, "schedules: [{name: hourly, every: 1h, probes: quick}]")
		b := newWorld(t, m, "schedules: [{name: hourly, every: 1h, probes: quick}]")
		a.begin(t)
		b.begin(t)
		time.Sleep(5*time.Hour + 30*time.Minute)
		a.stop()
		assert.Equal(t, []string{"hourly finished 01 01:00", "hourly finished 01 02:00", "hourly finished 01 03:00", "hourly finished 01 04:00", "hourly finished 01 05:00"}, m.told())
		now := b.now()
		require.NoError(t, m.Begin(t.Context(), history.Run{ID: "dead", Estate: "test", State: history.Running, Started: now})) // its service was killed
		time.Sleep(2 * time.Minute)
		assert.Equal(t, " failed: gone", m.told()[5])
		time.Sleep(time.Hour)
		b.stop()
		assert.Equal(t, "hourly finished 01 06:00", m.told()[6])
	})
}
