package historytest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

func testPrune(t *testing.T, s *suite) {
	ctx := t.Context()
	removed, err := s.Prune(ctx, Night(100), storing(Report(0, 0)))
	require.NoError(t, err)
	assert.Zero(t, removed, "there is no log yet")
	other := Report(0, 1, func(r *report.Report) { r.Run.ID, r.Run.Estate = "other", "testplex" })
	s.add(t, other)
	var docs [][]byte
	for n := range 6 {
		docs = append(docs, s.add(t, Report(n, 2, finds(finding("PORT-CLOSED", report.High, Listener(0), "")))))
	}
	listeners, err := s.Listeners(ctx, Estate)
	require.NoError(t, err)

	removed, err = s.Prune(ctx, Night(4), storing(Report(6, 0)))
	require.NoError(t, err)
	assert.Equal(t, 4, removed)
	for n, doc := range docs {
		got, err := s.Report(ctx, run(n).ID)
		r, listed := s.Run(ctx, run(n).ID)
		require.NoError(t, listed)
		if n < 4 {
			require.ErrorIs(t, err, history.ErrPruned)
			assert.True(t, r.Pruned)
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, doc, got)
		assert.False(t, r.Pruned)
	}
	result, err := s.Log().Check(ctx, runlog.Checking{})
	require.NoError(t, err)
	assert.Empty(t, result.Problems)
	assert.Equal(t, 4, result.Pruned)
	after, err := s.Listeners(ctx, Estate)
	require.NoError(t, err)
	assert.Equal(t, listeners, after, "what is known of the listeners stays")
	assert.Equal(t, []string{"PORT-CLOSED " + Listener(0) + " run-0000 run-0005"}, s.openFindings(t))
	shown, err := s.Shown(ctx, Estate, []string{Listener(0)})
	require.NoError(t, err)
	assert.Len(t, shown[Listener(0)].Certificates, 2)

	removed, err = s.Prune(ctx, Night(4), storing(Report(6, 0)))
	require.NoError(t, err)
	assert.Zero(t, removed)
	removed, err = s.Prune(ctx, Night(900), storing(Report(6, 0)))
	require.NoError(t, err)
	assert.Equal(t, 1, removed, "the newest of each estate stays")
	_, err = s.Report(ctx, "other")
	require.NoError(t, err)
	s.add(t, Report(7, 2))
	_, err = s.Add(ctx, docs[0], history.Run{}, storing(Report(0, 0)))
	require.NoError(t, err, "it is in the log")
	_, err = s.Report(ctx, run(0).ID)
	require.ErrorIs(t, err, history.ErrPruned)
	whole(t, s)
}
