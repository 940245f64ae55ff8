package historytest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

func testRuns(t *testing.T, s *suite) {
	ctx := t.Context()
	_, err := s.Run(ctx, "run-0000")
	require.ErrorIs(t, err, history.ErrNotFound)
	_, err = s.Last(ctx, Estate, true)
	require.ErrorIs(t, err, history.ErrNotFound)
	due, err := s.LastDue(ctx, Estate, "nightly")
	require.NoError(t, err)
	assert.True(t, due.IsZero())

	r := run(0)
	require.NoError(t, s.Begin(ctx, r))
	got, err := s.Run(ctx, r.ID)
	require.NoError(t, err)
	r.Seq = got.Seq
	assert.Equal(t, r, *got)
	require.ErrorIs(t, s.Begin(ctx, r), history.ErrTaken, "the same id")
	again := run(0)
	again.ID = "other"
	require.ErrorIs(t, s.Begin(ctx, again), history.ErrTaken, "the same due time")
	next := run(1)
	require.ErrorIs(t, s.Begin(ctx, next), history.ErrTaken, "the one before still runs")
	other := run(1)
	other.ID, other.Schedule = "other", "weekly"
	require.NoError(t, s.Begin(ctx, other), "of another schedule")

	require.NoError(t, s.End(ctx, r.ID, history.Failed, "the disk is full", Night(0).Add(time.Minute)))
	require.ErrorIs(t, s.End(ctx, r.ID, history.Cancelled, "", Night(1)), history.ErrNotFound, "it has ended")
	require.ErrorIs(t, s.Alive(ctx, r.ID, Night(1)), history.ErrNotFound)
	got, err = s.Run(ctx, r.ID)
	require.NoError(t, err)
	assert.Equal(t, history.Failed, got.State)
	assert.Equal(t, "the disk is full", got.Message)
	assert.Equal(t, Night(0).Add(time.Minute), *got.Finished)
	_, err = s.Report(ctx, r.ID)
	require.ErrorIs(t, err, history.ErrNotFound)

	missed := run(5)
	missed.State, missed.Message, missed.Started = history.Missed, "no service ran", Night(6)
	require.NoError(t, s.Begin(ctx, missed))
	require.ErrorIs(t, s.Begin(ctx, missed), history.ErrTaken)
	due, err = s.LastDue(ctx, Estate, "nightly")
	require.NoError(t, err)
	assert.Equal(t, Night(5), due)
	require.Error(t, s.End(ctx, other.ID, history.Finished, "", Night(1)), "a finished run has a report")
	require.Error(t, s.Begin(ctx, history.Run{ID: "x", State: history.Finished}))
	require.Error(t, s.Begin(ctx, history.Run{State: history.Running}))
	require.NoError(t, s.Ping(ctx))
	size, err := s.Size(ctx)
	require.NoError(t, err)
	assert.Positive(t, size)
	estates, err := s.Estates(ctx)
	require.NoError(t, err)
	assert.Equal(t, []string{Estate}, estates)
}

func testAbandon(t *testing.T, s *suite) {
	ctx := t.Context()
	dead, alive := run(0), run(0)
	alive.ID, alive.Schedule = "alive", "weekly"
	require.NoError(t, s.Begin(ctx, dead))
	require.NoError(t, s.Begin(ctx, alive))
	require.NoError(t, s.Alive(ctx, alive.ID, Night(0).Add(10*time.Minute)))
	now := Night(0).Add(11 * time.Minute)
	gone, err := s.Abandon(ctx, Night(0).Add(9*time.Minute), now)
	require.NoError(t, err)
	require.Len(t, gone, 1)
	assert.Equal(t, dead.ID, gone[0].ID)
	assert.Equal(t, history.Failed, gone[0].State)
	require.ErrorIs(t, s.Alive(ctx, dead.ID, now), history.ErrNotFound)
	again, err := s.Abandon(ctx, Night(0).Add(9*time.Minute), now)
	require.NoError(t, err)
	assert.Empty(t, again)
	require.NoError(t, s.Begin(ctx, run(1)), "the schedule is free")

	// It was not dead after all: its report counts.
	rep := Report(0, 1)
	got, err := s.Add(ctx, Doc(t, rep), dead, storing(rep))
	require.NoError(t, err)
	assert.Equal(t, history.Finished, got.State)
	assert.Empty(t, got.Message)
	assert.Equal(t, dead.Due, got.Due)
}

// Of many services on one database, one begins each run.
func testOneBegins(t *testing.T, s *suite) {
	const services, nights = 8, 4
	stores := []history.Store{s.Store, s.open(t), s.open(t)}
	for n := range nights {
		errs := make([]error, services)
		var wg sync.WaitGroup
		for i := range services {
			wg.Go(func() {
				r := run(n)
				r.ID = fmt.Sprintf("%d-by-%d", n, i)
				errs[i] = stores[i%len(stores)].Begin(t.Context(), r)
			})
		}
		wg.Wait()
		won := 0
		for i, err := range errs {
			if err == nil {
				won++
				require.NoError(t, s.End(t.Context(), fmt.Sprintf("%d-by-%d", n, i), history.Cancelled, "", Night(n)))
				continue
			}
			require.ErrorIs(t, err, history.ErrTaken)
		}
		assert.Equal(t, 1, won)
	}
}

func testLists(t *testing.T, s *suite) {
	ctx := t.Context()
	for n := range 7 {
		r := run(n)
		if n%3 == 2 {
			r.State = history.Missed
		}
		require.NoError(t, s.Begin(ctx, r))
		if r.State == history.Running {
			require.NoError(t, s.End(ctx, r.ID, history.Cancelled, "", r.Started))
		}
	}
	other := run(0)
	other.ID, other.Estate = "elsewhere", "testplex"
	require.NoError(t, s.Begin(ctx, other))

	ids := func(q history.RunQuery) (out []string) {
		for {
			runs, next, err := s.List(ctx, q)
			require.NoError(t, err)
			for _, r := range runs {
				out = append(out, r.ID)
			}
			if next == "" {
				return out
			}
			require.Len(t, runs, q.Limit)
			q.After = next
		}
	}
	all := []string{"run-0006", "run-0005", "run-0004", "run-0003", "run-0002", "run-0001", "run-0000"}
	assert.Equal(t, append([]string{"elsewhere"}, all...), ids(history.RunQuery{}))
	for limit := 1; limit < 9; limit++ {
		assert.Equal(t, all, ids(history.RunQuery{Estate: Estate, Page: history.Page{Limit: limit}}), "pages of %d", limit)
	}
	assert.Equal(t, []string{"run-0005", "run-0002"}, ids(history.RunQuery{States: []history.State{history.Missed, history.Failed}}))
	assert.Equal(t, []string{"run-0006", "run-0005"}, ids(history.RunQuery{Estate: Estate, Since: Night(5)}))
	assert.Empty(t, ids(history.RunQuery{Schedule: "weekly"}))
	_, _, err := s.List(ctx, history.RunQuery{Page: history.Page{After: "x'; DROP TABLE run; --"}})
	require.ErrorIs(t, err, history.ErrNotFound)
	assert.Len(t, ids(history.RunQuery{}), 8)
}

// Names with everything in them that a database may not like.
func hostile() string { return "a\x00b'; DROP TABLE run; -- \"\\ $1 ? \u202e\xff" }

func testHostileText(t *testing.T, s *suite) {
	ctx := t.Context()
	r := run(0)
	r.By, r.Schedule, r.Message, r.Trigger = hostile(), hostile(), hostile(), history.ByUser
	require.NoError(t, s.Begin(ctx, r))
	require.NoError(t, s.End(ctx, r.ID, history.Failed, hostile(), Night(0)))
	_, err := s.Run(ctx, hostile())
	require.ErrorIs(t, err, history.ErrNotFound)
	require.NoError(t, s.AddDeed(ctx, history.Deed{At: Night(0), Who: hostile(), From: hostile(), What: "login-failed", Object: hostile(), Detail: hostile()}))
	deeds, _, err := s.Deeds(ctx, history.Page{})
	require.NoError(t, err)
	require.Len(t, deeds, 1)
	assert.Equal(t, "a\uFFFDb'; DROP TABLE run; -- \"\\ $1 ? \u202e\uFFFD", deeds[0].Who)

	rep := Report(1, 1, func(r *report.Report) {
		r.Endpoints[0].ID += "\x00'"
		r.Endpoints[0].System = hostile()
		r.Findings = []report.Finding{{ID: "SUITE-UNEXPECTED", Severity: report.High, Endpoint: r.Endpoints[0].ID, Title: "\x00", Detail: hostile()}}
	})
	doc := s.add(t, rep)
	got, err := s.Report(ctx, rep.Run.ID)
	require.NoError(t, err)
	assert.Equal(t, doc, got)
	listeners, err := s.Listeners(ctx, Estate)
	require.NoError(t, err)
	require.Len(t, listeners, 1)
	assert.Equal(t, 1, listeners[0].Findings)
	rep = Report(2, 1, func(r *report.Report) { r.Endpoints[0].ID += "\x00'" })
	s.add(t, rep)
	listeners, err = s.Listeners(ctx, Estate)
	require.NoError(t, err)
	require.Len(t, listeners, 1, "it is the same endpoint")
	assert.Equal(t, 0, listeners[0].Findings)
	whole(t, s)
}
