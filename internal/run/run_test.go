package run_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/evidence/replay/replaytest"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/internal/target"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/handshake"
	"github.com/portseal/portseal/scan/probes"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func settings(t *testing.T) run.Settings {
	t.Helper()
	stages, err := probes.Stages(nil)
	require.NoError(t, err)
	pace, err := scan.ParsePace("fast")
	require.NoError(t, err)
	return run.Settings{FailOn: report.Medium, Probes: "standard", Tool: func() report.Tool { return report.Tool{Name: "portseal", Version: "test"} },
		Runner: scan.Runner{Stages: stages, Handshaker: handshake.Handshaker{}, StartTLS: run.StartTLS(), Pace: pace, Timeout: time.Minute, Vantage: "local"}}
}

func plan() scan.Plan {
	return scan.Plan{Depth: scan.Prove, Versions: []cipher.Version{cipher.TLSv12, cipher.TLSv13},
		Suites: []cipher.ID{0xC02B, 0xC02C, 0xC02F, 0x1301, 0x1302, 0x1303}}
}

// work is one listener that is to speak TLS 1.2 and 1.3.
func work(addr netip.AddrPort) run.Work {
	return run.Work{Estate: "test",
		Targets: []scan.Target{{ID: "SYSA/agent", Host: "127.0.0.1", Address: addr.Addr(), Port: addr.Port(), Plan: plan()}},
		Expectations: []report.Expectation{{Endpoint: "SYSA/agent", System: "SYSA", Listener: "agent", Role: report.RoleCAEAgent, ZOSRelease: "3.1",
			Expect: report.ExpectTLS, Versions: plan().Versions, CipherSuites: plan().Suites, MinDaysLeft: 30}}}
}

func good(t *testing.T) *tls.Config {
	t.Helper()
	return &tls.Config{Certificates: []tls.Certificate{tlstest.Localhost(t, pki.P256).Certificate()}, MinVersion: tls.VersionTLS12,
		CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384}}
}

func TestDo(t *testing.T) {
	s := tlstest.Bad(t, badserver.TLS(good(t)))
	rep, err := run.Do(context.Background(), work(s.Addr()), settings(t))
	require.NoError(t, err)
	replaytest.Agrees(t, rep, nil)
	assert.Equal(t, report.Pass, rep.Summary.Verdict, "%+v", rep.Findings)
	assert.True(t, rep.Run.Complete)
	assert.Equal(t, 10, rep.Summary.Connections)
	require.NoError(t, evidence.Verify(rep))
	require.Len(t, rep.Endpoints, 1)
	assert.NotEmpty(t, rep.Endpoints[0].Logged)

	// The certificates are in the report once, and every exchange can be made whole again.
	store := evidence.StoreOf(rep.Certificates)
	whole := 0
	restored, err := evidence.Restore(rep.Endpoints[0].Evidence, store)
	require.NoError(t, err)
	for i, x := range rep.Endpoints[0].Evidence {
		whole += len(restored[i].Received) - len(x.Received)
	}
	assert.Positive(t, whole)
}

// TestDoInterrupted keeps what was found, and says that it is not all.
func TestDoInterrupted(t *testing.T) {
	quick, hung := tlstest.Bad(t, badserver.TLS(good(t))), tlstest.Bad(t, badserver.Silent())
	w := work(quick.Addr())
	w.Targets = append(w.Targets, scan.Target{ID: "SYSA/hung", Address: hung.Addr().Addr(), Port: hung.Addr().Port(), Plan: plan()})
	alike := w.Expectations[0]
	alike.Endpoint = "SYSA/hung"
	w.Expectations = append(w.Expectations, alike)
	ctx, cancel := context.WithCancel(context.Background())
	s := settings(t)
	s.Done = func(scan.Observation, int, int) { cancel() }
	rep, err := run.Do(ctx, w, s)
	require.ErrorIs(t, err, scan.ErrInterrupted)
	replaytest.Agrees(t, rep, nil)
	assert.False(t, rep.Run.Complete)
	require.Len(t, rep.Endpoints, 2)
	assert.Equal(t, scan.StateTLS, rep.Endpoints[0].State)
	assert.Equal(t, report.Incomplete, rep.Summary.Verdict)
}

// TestWatch looks again only at what does not hold.
func TestWatch(t *testing.T) {
	cfg := good(t)
	steady := tlstest.Bad(t, badserver.TLS(cfg))
	late, err := badserver.Listen(badserver.Opaque(1))
	require.NoError(t, err)
	addr := late.Addr()
	w := work(steady.Addr())
	second := work(addr)
	second.Targets[0].ID, second.Expectations[0].Endpoint = "SYSB/agent", "SYSB/agent"
	w.Targets = append(w.Targets, second.Targets...)
	w.Expectations = append(w.Expectations, second.Expectations...)
	rounds := 0
	rep, err := run.Watch(context.Background(), w, settings(t), 2*time.Minute, 10*time.Millisecond, func(rep *report.Report) {
		rounds++
		assert.Equal(t, report.Fail, rep.Summary.Verdict)
		if rounds == 2 {
			require.NoError(t, late.Close())
			now, err := badserver.ListenOn(addr.String(), badserver.TLS(cfg))
			require.NoError(t, err)
			t.Cleanup(func() { _ = now.Close() })
		}
	})
	require.NoError(t, err)
	replaytest.Agrees(t, rep, nil)
	assert.Equal(t, report.Pass, rep.Summary.Verdict, "%+v", rep.Findings)
	assert.GreaterOrEqual(t, rep.Run.Rounds, 2)
	assert.EqualValues(t, 10, steady.Stats().Connections, "what holds is not dialled again")
	assert.Positive(t, rep.Run.EarlierConnections)
}

func TestWatchGivesUp(t *testing.T) {
	s := tlstest.Bad(t, badserver.ClosesOnHello())
	rep, err := run.Watch(context.Background(), work(s.Addr()), settings(t), 30*time.Millisecond, 10*time.Millisecond, func(*report.Report) {})
	require.NoError(t, err)
	replaytest.Agrees(t, rep, nil)
	assert.Equal(t, report.Fail, rep.Summary.Verdict)
	assert.True(t, rep.Run.Complete)
}

// TestDryRun dials nothing, and its estimate is what a run then costs.
func TestDryRun(t *testing.T) {
	s := tlstest.Bad(t, badserver.TLS(good(t)))
	var out bytes.Buffer
	require.NoError(t, run.DryRun(&out, work(s.Addr()), settings(t)))
	assert.Zero(t, s.Stats().Connections)
	for _, want := range []string{"Connections: 10 when every listener", "From: 127.0.0.1.", "EZD1286I/EZD1287I RC 402 or 412  up to 5", "RC 429         up to 1"} {
		assert.Contains(t, out.String(), want)
	}
	assert.Equal(t, "gentle", run.DefaultPace(work(s.Addr())))
	assert.Equal(t, "normal", run.DefaultPace(run.Work{}))
}

func TestAdHocTargets(t *testing.T) {
	specs, err := target.Parse("127.0.0.1:25,443")
	require.NoError(t, err)
	got := run.AdHoc{StartTLS: "auto"}.Targets(context.Background(), append(specs, specs...))
	require.Len(t, got, 2, "each target once")
	assert.Equal(t, "127.0.0.1:25", got[0].ID)
	assert.Equal(t, "smtp", got[0].StartTLS)
	assert.Empty(t, got[1].StartTLS)
	assert.Empty(t, got[0].ServerName, "an address is no server name")

	specs, err = target.Parse("[::1]:443")
	require.NoError(t, err)
	got = run.AdHoc{ServerName: "name.example"}.Targets(context.Background(), specs)
	assert.Equal(t, "[::1]:443", got[0].ID)
	assert.Equal(t, "name.example", got[0].ServerName)

	specs, err = target.Parse("no-such-host.invalid:443")
	require.NoError(t, err)
	got = run.AdHoc{}.Targets(context.Background(), specs)
	require.Len(t, got, 1)
	require.NotNil(t, got[0].Failure)
	assert.Equal(t, scan.StageResolve, got[0].Failure.Stage)
}

func TestLoadRingsFaults(t *testing.T) {
	_, err := run.LoadRings([]estate.RingFile{{Name: "x", Path: "does-not-exist.pem"}})
	require.Error(t, err)
	assert.Contains(t, err.Error(), "does-not-exist.pem")
}

// What a parameter file says is not mended by dialling the port again.
func TestWatchDoesNotDialForAFile(t *testing.T) {
	s := tlstest.Bad(t, badserver.TLS(good(t)))
	w := work(s.Addr())
	w.QueryMonitor = []report.QueryMonitor{{System: "SYSA", Agent: &report.CAEAgent{File: "qm", ISPFPort: &report.Parameter{Name: "ISPF_LISTENER_PORT"}},
		Declared: []report.DeclaredPort{{Endpoint: "SYSA/agent", Role: report.RoleCAEAgent, Port: s.Addr().Port(), Expect: report.ExpectTLS}}}}
	rep, err := run.Watch(context.Background(), w, settings(t), time.Hour, time.Hour, func(*report.Report) {})
	require.NoError(t, err)
	replaytest.Agrees(t, rep, nil)
	assert.Equal(t, report.Fail, rep.Summary.Verdict)
	assert.Zero(t, rep.Run.Rounds)
	assert.Equal(t, w.QueryMonitor, rep.QueryMonitor, "the facts are in the report")
}

// Confirm sees each endpoint that was looked at, before it is judged, and what it returns is judged, summed up and told.
func TestConfirm(t *testing.T) {
	s := tlstest.Bad(t, badserver.TLS(good(t)))
	w := work(s.Addr())
	set := settings(t)
	var seen []report.Endpoint
	set.Confirm = func(e report.Endpoint) report.Endpoint {
		seen = append(seen, e)
		e.Confirmed = &report.Confirmed{Run: "earlier", Started: e.Started, Finished: e.Finished, Source: "192.0.2.7", Cost: scan.Cost{Connections: 77}}
		return e
	}
	var told []report.Endpoint
	set.Judged = func(e report.Endpoint, _ []report.Finding, _ []report.Certificate) { told = append(told, e) }
	rep, err := run.Do(context.Background(), w, set)
	require.NoError(t, err)
	require.Len(t, seen, 1)
	assert.Equal(t, "agent", seen[0].Listener)
	assert.NotEmpty(t, seen[0].Plan)
	assert.Nil(t, seen[0].Logged)
	assert.Equal(t, 77, rep.Summary.Connections)
	assert.Equal(t, []string{"192.0.2.7"}, rep.Run.SourceAddresses)
	assert.NotNil(t, told[0].Confirmed)
	require.NotEmpty(t, rep.Endpoints[0].Logged)
	for _, m := range rep.Endpoints[0].Logged {
		assert.Empty(t, m.SourcePorts)
	}

	set.Known = map[string]scan.Observation{"SYSA/agent": seen[0].Observation}
	_, err = run.Do(context.Background(), w, set)
	require.NoError(t, err)
	assert.Len(t, seen, 1, "what an interrupted run had looked at is not this one's look")
}
