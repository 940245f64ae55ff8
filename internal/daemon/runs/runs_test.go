package runs

import (
	"context"
	"errors"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/wholefile"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
)

func TestPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := newWorld(t, m, daily)
		w.begin(t)
		w.broken.Store(true)
		time.Sleep(24 * time.Hour)
		w.broken.Store(false)
		time.Sleep(24 * time.Hour)
		w.stop()
		assert.Equal(t, []string{"nightly failed 01 02:30: portseal itself failed: index out of range", "nightly finished 02 02:30"}, m.told())
	})
}

func TestStartAndCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := newWorld(t, m, daily)
		_, err := w.Start(t.Context(), control.Request{})
		require.ErrorIs(t, err, errStopped)
		w.begin(t)
		synctest.Wait()
		for _, q := range []control.Request{{Schedule: "x"}, {Systems: []string{"SYS*"}}, {Systems: []string{"192.0.2.1"}}, {Listener: []string{"SYSA/w?b"}},
			{Listener: []string{"../x"}}, {Probes: "versions"}} {
			_, err := w.Start(t.Context(), q)
			require.ErrorIs(t, err, control.ErrUnknown, "%+v", q)
		}
		id, err := w.Start(t.Context(), control.Request{Listener: []string{"SYSB/web"}, Probes: "deep", By: "jane"})
		require.NoError(t, err)
		time.Sleep(30 * time.Second)
		p, ok := w.Progress(id)
		require.True(t, ok)
		assert.Equal(t, control.Progress{Run: id, Started: m.runs[0].Started, Phase: "scanning", All: 1}, p)
		require.ErrorIs(t, w.Cancel(t.Context(), "other", "jane"), history.ErrNotFound)
		require.NoError(t, w.Cancel(t.Context(), id, "jane"))
		synctest.Wait()
		_, ok = w.Progress(id)
		assert.False(t, ok)
		assert.Equal(t, []string{" cancelled: it was cancelled by jane after 0 of 1 listeners"}, m.told())
		assert.True(t, m.runs[0].Narrowed)
		id, err = w.Start(t.Context(), control.Request{Schedule: "nightly"})
		require.NoError(t, err)
		time.Sleep(2 * time.Minute)
		w.stop()
		rep, err := reportjson.Decode(m.docs[id])
		require.NoError(t, err)
		assert.Len(t, rep.Endpoints, 2)
		assert.Equal(t, "quick", rep.Run.Probes)
	})
}

// TestStop stops the service in the middle of a run: dialling ends at once, and the run is noted.
func TestStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := newWorld(t, m, daily)
		w.AtStart, w.takes = true, time.Hour
		w.begin(t)
		time.Sleep(45 * time.Minute)
		before := time.Now()
		w.stop()
		assert.Less(t, time.Since(before), time.Second)
		assert.Equal(t, []string{" cancelled: the service was stopped after 1 of 2 listeners"}, m.told())
		assert.Equal(t, history.ByStart, m.runs[0].Trigger)
		_, err := w.Start(t.Context(), control.Request{})
		require.ErrorIs(t, err, errStopped)
	})
}

// TestKilled gives the folder of a service that was killed in the middle of a run to another one: it knows at once what became of the run.
func TestKilled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := newWorld(t, m, daily)
		w.AtStart, w.takes = true, time.Hour
		w.begin(t)
		time.Sleep(5 * time.Second)
		copied := t.TempDir()
		require.NoError(t, os.CopyFS(copied, os.DirFS(w.Folder)))
		next := newWorld(t, m, daily)
		next.open(t, copied)
		next.begin(t)
		time.Sleep(time.Second)
		assert.Equal(t, []string{" failed: the service was killed in the middle of it"}, m.told())
		_, err := next.Start(t.Context(), control.Request{})
		require.NoError(t, err, "and it keeps no other from beginning")
		next.stop()
		w.stop()
	})
}

// TestTakenForDead lets another service end the run.
func TestTakenForDead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := newWorld(t, m, daily)
		w.AtStart, w.takes = true, time.Hour
		w.begin(t)
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		require.NoError(t, m.End(t.Context(), m.runs[0].ID, history.Failed, "gone", time.Now()))
		time.Sleep(time.Minute)
		assert.Empty(t, w.Status().Running)
		w.stop()
		assert.Equal(t, []string{" failed: gone"}, m.told())
	})
}

func TestReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, newMemory(), daily)
		w.begin(t)
		time.Sleep(time.Minute)
		loaded := w.Status().Loaded
		w.write(t, "schedules: [{name: nightly, cron: \"61 2 * * *\"}]")
		time.Sleep(time.Minute)
		s := w.Status()
		assert.Contains(t, s.Fault, "estate.yaml:2:")
		assert.Equal(t, "30 2 * * *", s.Schedules[0].When, "the last good one stays in force")
		assert.Equal(t, loaded, s.Loaded)
		require.Error(t, w.Reload(t.Context()))
		w.write(t, "schedules: [{name: other, every: 2h, probes: quick}]")
		time.Sleep(time.Minute)
		s = w.Status()
		assert.Empty(t, s.Fault)
		assert.Equal(t, "other", s.Schedules[0].Name)
		assert.True(t, s.Loaded.After(loaded))
		time.Sleep(2 * time.Hour)
		w.stop()
		assert.Equal(t, []string{"other finished 01 02:00"}, w.store.told())
	})
}

// TestReloadWithoutRoom puts a file in force though the state folder takes nothing.
func TestReloadWithoutRoom(t *testing.T) {
	w := newWorld(t, newMemory(), daily)
	w.write(t, "schedules: [{name: other, every: 2h, probes: quick}]")
	require.NoError(t, os.MkdirAll(w.Folder+"/"+watchFile+wholefile.Partial+"/x", 0o700))
	require.NoError(t, w.Reload(t.Context()))
	assert.Equal(t, "other", w.Status().Schedules[0].Name)
}

func TestNew(t *testing.T) {
	w := newWorld(t, newMemory(), daily)
	c := w.Config
	require.NoError(t, os.WriteFile(w.file, []byte("name: x\nsystem: []\n"), 0o600))
	_, err := New(c)
	require.ErrorContains(t, err, "estate.yaml:2:1: ")
	w.write(t, daily)
	c.Folder = w.file
	_, err = New(c)
	require.ErrorContains(t, err, "state folder")
}

// TestWaivers judges by those of the history too, but for those that were ended.
func TestWaivers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		now := time.Now().UTC() // as every store has it
		one := report.Waiver{Finding: "CERT-EXPIRED", Listener: "SYSA/web", Until: "2000-02-01", Reason: "soon"}
		m.waivers = []history.Waiver{{ID: 2, Waiver: report.Waiver{Finding: "PORT-CLOSED"}, Expired: &now}, {ID: 1, Waiver: one, By: "anna", Made: now}}
		w := newWorld(t, m, daily)
		w.AtStart = true
		w.begin(t)
		time.Sleep(5 * time.Minute)
		w.stop()
		rep, err := reportjson.Decode(m.docs[m.runs[0].ID])
		require.NoError(t, err)
		one.Service = &report.InService{ID: 1, By: "anna", At: now}
		assert.Equal(t, []report.Waiver{one}, rep.Waivers, "told apart from those of the estate file")
	})
}

func TestPrune(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := newWorld(t, m, daily)
		w.Keep = 240 * time.Hour
		w.begin(t)
		time.Sleep(49 * time.Hour)
		w.stop()
		assert.Equal(t, []time.Time{time.Date(1999, 12, 22, 0, 0, 0, 0, time.UTC), time.Date(1999, 12, 23, 0, 0, 0, 0, time.UTC), time.Date(1999, 12, 24, 0, 0, 0, 0, time.UTC)}, m.prunes)
	})
}

// TestKeptFileOfAnother leaves a file that is none of its own where it is, and says so.
func TestKeptFileOfAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := newWorld(t, m, daily)
		require.NoError(t, os.WriteFile(w.Folder+"/runs/x.run", []byte("{\n"), 0o600))
		w.begin(t)
		time.Sleep(time.Minute)
		assert.Equal(t, 1, w.Status().Waiting)
		w.stop()
		require.FileExists(t, w.Folder+"/runs/x.run")
	})
}

func TestStoredTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := newWorld(t, m, daily)
		w.AtStart = true
		var told []string
		w.Stored = func(_ context.Context, r history.Run, rep *report.Report) { told = append(told, r.ID+" "+rep.Run.ID) }
		w.begin(t)
		time.Sleep(30 * time.Second)
		m.break_(errors.New("down"))
		time.Sleep(5 * time.Minute)
		assert.Empty(t, told)
		m.break_(nil)
		time.Sleep(5 * time.Hour)
		w.stop()
		a, b := m.runs[0].ID, m.runs[1].ID
		assert.Equal(t, []string{a + " " + a, b + " " + b}, told)
		rep, err := reportjson.Decode(m.docs[b])
		require.NoError(t, err)
		assert.Equal(t, m.runs[0].Digest, rep.Run.PreviousDigest)
	})
}
