package probes_test

import (
	"context"
	"encoding/json"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/evidence/replay"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/handshake"
	"github.com/portseal/portseal/scan/probes"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// look scans one address with a plan, at the pace of a lab.
func look(t *testing.T, addr netip.AddrPort, plan scan.Plan, change ...func(*scan.Runner, *scan.Target)) scan.Observation {
	t.Helper()
	return lookAs(t, nil, addr, plan, change...)
}

// lookAs is look with the named probes only.
func lookAs(t *testing.T, only []string, addr netip.AddrPort, plan scan.Plan, change ...func(*scan.Runner, *scan.Target)) scan.Observation {
	t.Helper()
	stages, err := probes.Stages(only)
	require.NoError(t, err)
	pace, err := scan.ParsePace("fast")
	require.NoError(t, err)
	r := &scan.Runner{Stages: stages, Handshaker: handshake.Handshaker{}, Pace: pace, Vantage: "test", Timeout: time.Minute}
	target := scan.Target{ID: "x", Host: "localhost", Address: addr.Addr(), Port: addr.Port(), ServerName: "localhost", Plan: plan}
	for _, f := range change {
		f(r, &target)
	}
	var got []scan.Observation
	require.NoError(t, r.Run(context.Background(), []scan.Target{target}, func(o scan.Observation) { got = append(got, o) }))
	require.Len(t, got, 1)
	requireReplay(t, stages, target, got[0])
	return got[0]
}

// requireReplay derives the observation again, from its evidence and from its evidence as a report stores it, and wants the same
// facts.
func requireReplay(t *testing.T, stages func(scan.Plan) scan.Stages, target scan.Target, o scan.Observation) {
	t.Helper()
	stored, err := json.Marshal(o.Evidence)
	require.NoError(t, err)
	var loaded []scan.Exchange
	require.NoError(t, json.Unmarshal(stored, &loaded))
	log := scan.NewLog(o.Evidence)
	again := scan.Observation{ID: o.ID, Started: o.Started, Finished: o.Finished, Vantage: o.Vantage, Source: o.Source, Target: o.Target,
		Cost: o.Cost, Evidence: o.Evidence}
	for _, n := range o.NotTested {
		if n.Question == scan.TheRest {
			log.Stopped = n.Why
		}
	}
	scan.Derive(stages(target.Plan), target, log, &again)
	kept, err := json.Marshal(again.Evidence)
	require.NoError(t, err)
	require.Equal(t, string(stored), string(kept), "deriving changes no evidence")
	require.Equal(t, o, again, "derived again from the evidence")

	for _, evidence := range [][]scan.Exchange{o.Evidence, loaded} {
		replayed, deviations := scan.Replay(stages(target.Plan), target, scan.Recorded{Exchanges: evidence, Stopped: log.Stopped}, replay.Agrees(target), new(scan.Common))
		require.Empty(t, deviations, "the probes ask again what they have asked")
		replayed.Started, replayed.Finished, replayed.Vantage, replayed.Source, replayed.Cost = o.Started, o.Finished, o.Vantage, o.Source, o.Cost
		for i, x := range replayed.Evidence {
			require.Equal(t, o.Evidence[i].Round, x.Round, "the round of %s", x.Question)
		}
		replayed.Evidence = o.Evidence
		require.Equal(t, o, replayed, "looked at again")
	}
}

// suitesOf returns the accepted suites of a version as numbers, ascending.
func suitesOf(o scan.Observation, v cipher.Version) []uint16 {
	var out []uint16
	for _, s := range o.Protocol(v).CipherSuites {
		out = append(out, uint16(s.Code.Code()))
	}
	slices.Sort(out)
	return out
}

// requireTruth wants the versions and suites of the server's configuration: no miss, no invention.
func requireTruth(t *testing.T, want map[uint16][]uint16, o scan.Observation) {
	t.Helper()
	require.Equal(t, scan.StateTLS, o.State)
	for _, v := range cipher.Versions() {
		p := o.Protocol(v)
		expected := want[uint16(v)]
		assert.Equal(t, scan.FactOf(len(expected) > 0), p.Supported, "%s: %v", v, o.NotTested)
		assert.ElementsMatch(t, expected, suitesOf(o, v), v.String())
		if len(expected) > 0 {
			assert.Equal(t, scan.EnumerationFull, p.Enumeration, v.String())
		}
	}
}

func groupsOf(o scan.Observation, v cipher.Version) (yes []string) {
	for _, g := range o.Groups {
		if g.Version == v && g.Supported == scan.Yes {
			yes = append(yes, g.Name)
		}
	}
	return yes
}
