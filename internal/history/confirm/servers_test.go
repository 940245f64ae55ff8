package confirm_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/evidence/replay"
	"github.com/portseal/portseal/internal/evidence/replay/replaytest"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/confirm"
	"github.com/portseal/portseal/internal/history/parts"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/handshake"
	"github.com/portseal/portseal/scan/probes"
)

// estate is some real listeners on loopback, by name.
type estate struct {
	names  []string
	addrs  map[string]netip.AddrPort
	expect map[string]string
	fails  map[string]*scan.Failure // what does not resolve
}

func (e *estate) add(name, expect string, addr netip.AddrPort) {
	if e.addrs == nil {
		e.addrs, e.expect, e.fails = map[string]netip.AddrPort{}, map[string]string{}, map[string]*scan.Failure{}
	}
	if e.addrs[name] == (netip.AddrPort{}) {
		e.names = append(e.names, name)
	}
	e.addrs[name], e.expect[name] = addr, expect
}

func (e *estate) work() run.Work {
	w := run.Work{Estate: "test"}
	slices.Sort(e.names)
	for _, name := range e.names {
		versions := []cipher.Version{cipher.TLSv12, cipher.TLSv13}
		suites := []cipher.ID{0xC02B, 0xC02C, 0xC02F, 0x1301, 0x1302, 0x1303}
		x := report.Expectation{Endpoint: "SYSA/" + name, System: "SYSA", Listener: name, Role: report.RoleCAEAgent, ZOSRelease: "3.1", Expect: e.expect[name], MinDaysLeft: 30}
		plan := scan.Plan{Depth: scan.Hello}
		if x.Expect == report.ExpectTLS {
			x.Versions, x.CipherSuites = versions, suites
			plan = scan.Plan{Depth: scan.Prove, Versions: versions, Suites: suites}
		}
		if x.Expect == report.ExpectLegacyRC4 {
			x.Role = report.RoleCAEServerRC4
		}
		addr := e.addrs[name]
		w.Targets = append(w.Targets, scan.Target{ID: x.Endpoint, Host: "127.0.0.1", Address: addr.Addr(), Port: addr.Port(), Plan: plan, Failure: e.fails[name]})
		w.Expectations = append(w.Expectations, x)
	}
	return w
}

// look makes a run, and returns its report as it was written and read again.
func (e *estate) look(t *testing.T, hook func(report.Endpoint) report.Endpoint) *report.Report {
	t.Helper()
	stages, err := probes.Stages(nil)
	require.NoError(t, err)
	pace, err := scan.ParsePace("fast")
	require.NoError(t, err)
	rep, err := run.Do(context.Background(), e.work(), run.Settings{FailOn: report.Medium, Probes: "standard", Confirm: hook,
		Tool:   func() report.Tool { return report.Tool{Name: "portseal", Version: "test"} },
		Runner: scan.Runner{Stages: stages, Handshaker: handshake.Handshaker{}, StartTLS: run.StartTLS(), Pace: pace, Timeout: time.Minute, Vantage: "local"}})
	require.NoError(t, err)
	replaytest.Agrees(t, rep, nil)
	read, err := reportjson.Decode(written(t, rep))
	require.NoError(t, err)
	return read
}

func written(t *testing.T, rep *report.Report) []byte {
	t.Helper()
	var doc bytes.Buffer
	require.NoError(t, reportjson.Write(&doc, rep))
	return doc.Bytes()
}

// shown is what a history has of the endpoints of a report.
func shown(rep *report.Report) map[string]history.Shown {
	out := map[string]history.Shown{}
	for _, e := range rep.Endpoints {
		out[e.ID] = history.Shown{Run: rep.Run.ID, Endpoint: e, Certificates: rep.Certificates}
	}
	return out
}

func endpoint(rep *report.Report, name string) *report.Endpoint {
	i := slices.IndexFunc(rep.Endpoints, func(e report.Endpoint) bool { return e.Listener == name })
	return &rep.Endpoints[i]
}

func good(id *pki.Identity) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{id.Certificate()}, MinVersion: tls.VersionTLS12,
		CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384}}
}

// again ends a listener, and starts another on its port.
func again(t *testing.T, s *badserver.Server, handler badserver.Handler) *badserver.Server {
	t.Helper()
	require.NoError(t, s.Close())
	var other *badserver.Server
	require.Eventually(t, func() bool {
		var err error
		other, err = badserver.ListenOn(s.Addr().String(), handler)
		return err == nil
	}, time.Minute, 10*time.Millisecond)
	t.Cleanup(func() { _ = other.Close() })
	return other
}

// Where nothing changed a second and a third run show the first one's looks; where something did, their own. Every report agrees with its
// evidence (look checks that).
func TestRunsOfAnEstate(t *testing.T) {
	identity := tlstest.Localhost(t, pki.P256)
	var e estate
	e.add("steady", report.ExpectTLS, tlstest.Bad(t, badserver.TLS(good(identity))).Addr())
	renewed := tlstest.Bad(t, badserver.TLS(good(tlstest.Localhost(t, pki.P256))))
	e.add("renewed", report.ExpectTLS, renewed.Addr())
	suites := tlstest.Bad(t, badserver.TLS(good(identity)))
	e.add("suites", report.ExpectTLS, suites.Addr())
	rc4 := tlstest.Bad(t, badserver.Opaque(1))
	e.add("rc4", report.ExpectLegacyRC4, rc4.Addr())
	e.add("rc4-still", report.ExpectLegacyRC4, tlstest.Bad(t, badserver.Opaque(2)).Addr())
	stopped := tlstest.Bad(t, badserver.TLS(good(identity)))
	e.add("stopped", report.ExpectTLS, stopped.Addr())
	gone := tlstest.Bad(t, badserver.TLS(good(identity)))
	e.add("closed", report.ExpectClosed, gone.Addr())
	require.NoError(t, gone.Close())
	e.add("nowhere", report.ExpectTLS, netip.AddrPortFrom(netip.Addr{}, 443))
	e.fails["nowhere"] = &scan.Failure{Stage: scan.StageResolve, Kind: scan.KindProtocol, Message: "no such host"}

	first := e.look(t, nil)
	second := e.look(t, confirm.By(shown(first)))
	for _, name := range []string{"steady", "renewed", "suites", "rc4", "rc4-still", "stopped", "closed"} {
		requireConfirmed(t, first, second, first.Run.ID, name)
	}
	assert.Nil(t, endpoint(second, "nowhere").Confirmed, "it was not dialled")
	assert.Equal(t, first.Findings, second.Findings)
	assert.Equal(t, first.Summary, second.Summary, "connections are those of this run, which are as many")

	rep := e.look(t, confirm.By(shown(second)))
	assert.Zero(t, unshared(t, second, rep), "octets of the third run that the second has not")
	old := endpoint(rep, "renewed").Presented[0].Leaf
	again(t, renewed, badserver.TLS(good(tlstest.Localhost(t, pki.P256))))
	other := good(identity)
	other.CipherSuites = other.CipherSuites[1:]
	again(t, suites, badserver.TLS(other))
	again(t, rc4, badserver.TLS(good(identity)))
	require.NoError(t, stopped.Close())
	third := e.look(t, confirm.By(shown(rep)))
	for _, name := range []string{"steady", "rc4-still", "closed"} {
		requireConfirmed(t, first, third, first.Run.ID, name)
	}
	for _, name := range []string{"renewed", "suites", "rc4", "stopped", "nowhere"} {
		assert.Nil(t, endpoint(third, name).Confirmed, name)
		assert.False(t, endpoint(third, name).Started.Before(third.Run.Started), name)
	}
	assert.Equal(t, scan.StateClosed, endpoint(third, "stopped").State)
	assert.False(t, slices.ContainsFunc(third.Certificates, func(c report.Certificate) bool { return c.SHA256 == old }), "nobody sends it any more")

	fourth := e.look(t, confirm.By(shown(third)))
	requireConfirmed(t, third, fourth, third.Run.ID, "renewed")
	requireConfirmed(t, third, fourth, third.Run.ID, "stopped")
	requireConfirmed(t, first, fourth, first.Run.ID, "steady")
}

// unshared is how much of a report a history keeps anew, beside its own, that has an earlier one.
func unshared(t *testing.T, earlier, later *report.Report) int {
	t.Helper()
	have, err := parts.Split(written(t, earlier))
	require.NoError(t, err)
	want, err := parts.Split(written(t, later))
	require.NoError(t, err)
	n := 0
	for _, p := range want.Shared {
		if !slices.ContainsFunc(have.Shared, func(q parts.Part) bool { return q.Hash == p.Hash }) {
			n += len(p.Data)
		}
	}
	return n
}

// requireConfirmed wants a later report to show an earlier one's look, octet for octet but for what is said of its own.
func requireConfirmed(t *testing.T, earlier, later *report.Report, id, name string) {
	t.Helper()
	was, is := *endpoint(earlier, name), *endpoint(later, name)
	require.NotNil(t, is.Confirmed, name)
	assert.Equal(t, id, is.Confirmed.Run, name)
	assert.False(t, is.Confirmed.Started.Before(later.Run.Started), name)
	ports := 0
	for i, x := range was.Evidence {
		if x.SourcePort != 0 {
			ports++
		}
		assert.Equal(t, x, is.Evidence[i])
	}
	assert.Len(t, is.Confirmed.SourcePorts, ports, name)
	for _, m := range is.Logged {
		assert.Empty(t, m.SourcePorts, "they were an earlier run's")
	}
	for _, e := range []*report.Endpoint{&was, &is} {
		e.Confirmed, e.Logged = nil, slices.Clone(e.Logged)
		for i := range e.Logged {
			e.Logged[i].SourcePorts = nil
		}
	}
	assert.Equal(t, was, is)
}

// A history that lost a certificate confirms nothing with it.
func TestLostCertificate(t *testing.T) {
	var e estate
	e.add("steady", report.ExpectTLS, tlstest.Bad(t, badserver.TLS(good(tlstest.Localhost(t, pki.P256)))).Addr())
	first := e.look(t, nil)
	stored := shown(first)
	lost := stored["SYSA/steady"]
	lost.Certificates = nil
	stored["SYSA/steady"] = lost
	_, err := confirm.Restore(lost)
	require.Error(t, err)
	assert.Nil(t, endpoint(e.look(t, confirm.By(stored)), "steady").Confirmed)
}

// A run that is asked to look in another depth is another look.
func TestAnotherPlan(t *testing.T) {
	var e estate
	e.add("rc4", report.ExpectLegacyRC4, tlstest.Bad(t, badserver.Opaque(2)).Addr())
	first := e.look(t, nil)
	second := e.look(t, confirm.By(shown(first)))
	require.NotNil(t, endpoint(second, "rc4").Confirmed)
	e.expect["rc4"] = report.ExpectTLS
	assert.Nil(t, endpoint(e.look(t, confirm.By(shown(second))), "rc4").Confirmed)
}

// A listener that is added may give the plans of others another number.
func TestPlansAreNumberedAnew(t *testing.T) {
	var e estate
	e.add("steady", report.ExpectTLS, tlstest.Bad(t, badserver.TLS(good(tlstest.Localhost(t, pki.P256)))).Addr())
	first := e.look(t, nil)
	e.add("another", report.ExpectLegacyRC4, tlstest.Bad(t, badserver.Opaque(2)).Addr())
	second := e.look(t, confirm.By(shown(first)))
	require.NotEqual(t, endpoint(first, "steady").Plan, endpoint(second, "steady").Plan)
	assert.NotNil(t, endpoint(second, "steady").Confirmed)
	third := e.look(t, confirm.By(shown(second)))
	assert.Zero(t, unshared(t, third, e.look(t, confirm.By(shown(third)))))
}

// A report says how many listeners were only confirmed, and checking it says what that means.
func TestTheCheckSaysIt(t *testing.T) {
	var e estate
	e.add("steady", report.ExpectTLS, tlstest.Bad(t, badserver.TLS(good(tlstest.Localhost(t, pki.P256)))).Addr())
	second := e.look(t, confirm.By(shown(e.look(t, nil))))
	result, err := replay.Check(written(t, second), replay.Beside{})
	require.NoError(t, err)
	assert.True(t, result.Agrees, "%+v", result.Differences)
	assert.True(t, slices.ContainsFunc(result.Word, func(n report.CheckNote) bool {
		return n.Count == 1 && n.Why == "the evidence of that look is not kept: it is the earlier one's that is checked"
	}), "%+v", result.Word)
}
