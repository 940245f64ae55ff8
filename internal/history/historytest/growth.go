package historytest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// confirmed makes every endpoint the look of an earlier report, as a run has it that saw the same.
func confirmed(first *report.Report) func(*report.Report) {
	return func(r *report.Report) {
		for i := range r.Endpoints {
			now := r.Endpoints[i]
			e := first.Endpoints[i]
			e.Confirmed = &report.Confirmed{Run: first.Run.ID, Started: now.Started, Finished: now.Finished.Add(time.Duration(i*i%977) * time.Microsecond),
				Source: now.Source, SourcePorts: []uint16{uint16(32768 + i*7919%28000), uint16(32768 + i*104729%28000)},
				Cost: scan.Cost{Connections: 6, BytesSent: 1200 + i%7, BytesReceived: 9000 + i*31%400, DurationMS: int64(200 + i*37%350)}}
			r.Endpoints[i] = e
		}
	}
}

// A listener that did not change costs at most 200 octets a run, all told.
func testGrowth(t *testing.T, s *suite) {
	const listeners, runs, settled = 500, 20, 4
	first := Report(0, listeners, finds(finding("PORT-CLOSED", report.High, Listener(3), "")))
	s.add(t, first)
	var before int64
	var last []byte
	for n := 1; n <= runs; n++ {
		last = s.add(t, Report(n, listeners, confirmed(first), finds(first.Findings...)))
		s.settle(t)
		if n == settled { // a database has some room to spare after its first changes
			var err error
			before, err = s.Size(t.Context())
			require.NoError(t, err)
		}
	}
	after, err := s.Size(t.Context())
	require.NoError(t, err)
	each := float64(after-before) / (listeners * (runs - settled))
	t.Logf("%d octets after %d runs; %.1f a listener and run", after, runs, each)
	assert.LessOrEqual(t, each, 200.0)

	got, err := s.Report(t.Context(), run(runs).ID)
	require.NoError(t, err)
	assert.Equal(t, last, got)
	spans, err := s.Spans(t.Context(), Estate, Listener(7))
	require.NoError(t, err)
	require.Len(t, spans, 1)
	assert.Equal(t, runs+1, spans[0].Runs)

	// What is removed gives its room to what comes.
	removed, err := s.Prune(t.Context(), Night(runs), storing(Report(runs, 0)))
	require.NoError(t, err)
	assert.Equal(t, runs, removed)
	s.settle(t)
	for n := runs + 1; n < runs+6; n++ {
		s.add(t, Report(n, listeners, confirmed(first), finds(first.Findings...)))
	}
	again, err := s.Size(t.Context())
	require.NoError(t, err)
	t.Logf("%d octets after the reports of %d runs were removed, and 5 runs more", again, removed)
	assert.LessOrEqual(t, again, after+after/4)
	whole(t, s)
	removed, err = s.Prune(t.Context(), Night(900), storing(Report(runs, 0)))
	require.NoError(t, err)
	assert.Equal(t, 5, removed)
	got, err = s.Report(t.Context(), run(runs+5).ID)
	require.NoError(t, err, "what it shares is still there")
	assert.NotEmpty(t, got)
	_, err = s.Add(t.Context(), Doc(t, Report(runs+6, 2)), history.Run{}, storing(Report(runs+6, 2)))
	require.NoError(t, err)
	whole(t, s)
}
