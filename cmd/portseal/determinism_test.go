package main

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"net/netip"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/expect"
	"github.com/portseal/portseal/internal/prepare"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/table"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/handshake"
	"github.com/portseal/portseal/scan/probes"
)

// The same observations give the same bytes in every format, in whatever order they came, on however many processors.
func TestSameObservationsSameBytes(t *testing.T) {
	in := allInputs(t)
	e, err := estate.Load(filepath.Join(in.dir, "estate.yaml"), estate.Options{Findings: assess.IDs(), StartTLS: run.StartTLSKinds()})
	require.NoError(t, err)
	compiled, err := expect.Compile(e, expect.Options{Vantage: "local", Depth: scan.Deep, IsLocal: scan.IsLocal, Resolve: prepare.Resolver(t.Context()),
		Source: func(to netip.AddrPort) netip.Addr { return to.Addr() }})
	require.NoError(t, err)
	work := run.FromEstate(compiled)
	stages, err := probes.Stages(nil)
	require.NoError(t, err)
	pace, err := scan.ParsePace("fast")
	require.NoError(t, err)

	var lock sync.Mutex
	seen := map[string]scan.Observation{}
	settings := run.Settings{At: time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC), FailOn: report.Medium, Depth: scan.Deep,
		Runner: scan.Runner{Stages: stages, StartTLS: run.StartTLS(), Pace: pace, Timeout: scan.DefaultTimeout, Vantage: "local", Handshaker: handshake.Handshaker{}},
		Done: func(o scan.Observation, _, _ int) {
			lock.Lock()
			defer lock.Unlock()
			seen[o.ID] = o
		}}
	_, err = run.Do(t.Context(), work, settings)
	require.NoError(t, err)
	require.Len(t, seen, len(work.Targets))

	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	var first map[string][]byte
	for round := range 6 {
		runtime.GOMAXPROCS([]int{1, 8}[round%2])
		work.Targets = slices.Clone(work.Targets)
		rand.Shuffle(len(work.Targets), func(i, j int) { work.Targets[i], work.Targets[j] = work.Targets[j], work.Targets[i] })
		settings.Known = maps.Clone(seen) // nothing is dialled: all has been seen
		rep, err := run.Do(t.Context(), work, settings)
		require.NoError(t, err)
		require.NotEmpty(t, rep.Findings)
		got := renderedAlike(t, rep)
		if first == nil {
			first = got
			continue
		}
		for name, text := range first {
			assert.Equal(t, string(text), string(got[name]), "%s, round %d", name, round)
		}
	}
}

// renderedAlike is the report in every format, redacted too, but for what a run has of its own: its id and when it was made.
func renderedAlike(t *testing.T, rep *report.Report) map[string][]byte {
	t.Helper()
	rep.Run.ID, rep.Run.Started, rep.Run.Finished = "id", rep.Run.JudgedAt, rep.Run.JudgedAt
	require.NoError(t, evidence.Seal(rep))
	out := map[string][]byte{}
	flags := redactFlags{redact: true}
	hidden, err := flags.redacted(rep)
	require.NoError(t, err)
	for _, f := range formats() {
		for name, r := range map[string]*report.Report{f.name: rep, "redacted " + f.name: hidden} {
			var buf bytes.Buffer
			require.NoError(t, f.write(&buf, r, table.Options{Width: 100, View: table.ViewDetail}))
			out[name] = buf.Bytes()
		}
	}
	return out
}
