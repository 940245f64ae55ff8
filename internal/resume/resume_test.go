package resume_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/evidence/replay/replaytest"
	"github.com/portseal/portseal/internal/plan"
	"github.com/portseal/portseal/internal/resume"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/handshake"
	"github.com/portseal/portseal/scan/probes"
)

// settings are those of a deep run, so that the observations hold all that there is.
func settings(t *testing.T) run.Settings {
	t.Helper()
	stages, err := probes.Stages(nil)
	require.NoError(t, err)
	return run.Settings{FailOn: report.Medium, Probes: "deep", At: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
		Runner: scan.Runner{Stages: stages, Handshaker: handshake.Handshaker{}, StartTLS: run.StartTLS(), Timeout: time.Minute, Vantage: "local"}}
}

func targetOf(id string, addr netip.AddrPort) scan.Target {
	return scan.Target{ID: id, Host: addr.Addr().String(), Address: addr.Addr(), Port: addr.Port(), Plan: plan.AdHoc(scan.Deep)}
}

func planOf(s run.Settings, w run.Work) resume.Plan {
	return resume.Plan{Program: "portseal test", Probes: s.Probes, Runner: s.Runner, Targets: w.Targets}
}

func text(t *testing.T, v any) string {
	t.Helper()
	doc, err := json.MarshalIndent(v, "", " ")
	require.NoError(t, err)
	return string(doc)
}

// TestSameReport: a run of which all is known gives the report of the run that looked, and dials nothing.
func TestSameReport(t *testing.T) {
	servers := map[string]*badserver.Server{
		"tls":    tlstest.Bad(t, badserver.TLS(&tls.Config{Certificates: []tls.Certificate{tlstest.Localhost(t, pki.RSA2048).Certificate()}, ClientAuth: tls.RequestClientCert})),
		"opaque": tlstest.Bad(t, badserver.Opaque(1)),
		"closes": tlstest.Bad(t, badserver.ClosesOnHello()),
	}
	w := run.Work{}
	for _, s := range servers {
		w.Targets = append(w.Targets, targetOf(s.Addr().String(), s.Addr()))
	}
	s := settings(t)
	path := filepath.Join(t.TempDir(), "state")
	f, err := resume.Open(path, planOf(s, w))
	require.NoError(t, err)
	assert.Empty(t, f.Known())
	s.Done = func(o scan.Observation, _, _ int) { assert.NoError(t, f.Keep(o)) }
	first, err := run.Do(context.Background(), w, s)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	before := map[string]int64{}
	for id, server := range servers {
		before[id] = server.Stats().Connections
	}
	f, err = resume.Open(path, planOf(s, w))
	require.NoError(t, err)
	s.Known = f.Known()
	second, err := run.Do(context.Background(), w, s)
	require.NoError(t, err)
	replaytest.Agrees(t, second, nil)
	for id, server := range servers {
		assert.Equal(t, before[id], server.Stats().Connections, "%s was not dialled again", id)
	}
	assert.Equal(t, 3, second.Run.Resumed)
	assert.Positive(t, first.Summary.Connections)
	assert.NotEmpty(t, first.Certificates)
	for _, part := range []func(*report.Report) any{
		func(r *report.Report) any { return r.Endpoints },
		func(r *report.Report) any { return r.Certificates },
		func(r *report.Report) any { return r.Findings },
		func(r *report.Report) any { return r.Summary },
		func(r *report.Report) any { return r.Run.SourceAddresses },
	} {
		assert.Equal(t, text(t, part(first)), text(t, part(second)))
	}
	require.NoError(t, f.Remove())
	assert.NoFileExists(t, path)
}

// begun writes the file of an interrupted run of two targets, one of which was done, and returns its path and plan.
func begun(t testing.TB) (string, resume.Plan) {
	t.Helper()
	p := resume.Plan{Program: "portseal 1", Probes: "standard", Targets: []scan.Target{
		targetOf("a:443", netip.MustParseAddrPort("127.0.0.1:443")), targetOf("b:443", netip.MustParseAddrPort("127.0.0.2:443"))}}
	path := filepath.Join(t.TempDir(), "state")
	f, err := resume.Open(path, p)
	require.NoError(t, err)
	require.NoError(t, f.Keep(observed("a:443", "127.0.0.1")))
	cut, skipped := observed("b:443", "127.0.0.2"), observed("b:443", "127.0.0.2")
	cut.Interrupted, skipped.Cost.Connections = true, 0
	require.NoError(t, f.Keep(cut))
	require.NoError(t, f.Keep(skipped))
	assert.Equal(t, 1, f.Kept(), "what was cut short or not dialled is left out")
	require.NoError(t, f.Close())
	return path, p
}

func observed(id, address string) scan.Observation {
	return scan.Observation{ID: id, State: scan.StateTLS, Target: scan.ObservedTarget{Address: address, Port: 443}, Cost: scan.Cost{Connections: 7},
		Evidence: []scan.Exchange{{ID: "e1", Received: []byte("received")}}}
}

func known(t *testing.T, path string, p resume.Plan) []string {
	t.Helper()
	f, err := resume.Open(path, p)
	require.NoError(t, err)
	defer f.Close()
	var ids []string
	for id := range f.Known() {
		ids = append(ids, id)
	}
	return ids
}

// TestCut: wherever a killed program cut the last line, the lines before it stand, and the next one is whole.
func TestCut(t *testing.T) {
	path, p := begun(t)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	head := strings.IndexByte(string(whole), '\n') + 1
	for n := range whole {
		require.NoError(t, os.WriteFile(path, whole[:n], 0o600))
		assert.Empty(t, known(t, path, p), "%d of %d octets", n, len(whole))
		left, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, string(whole[:head]), string(left), "%d of %d octets", n, len(whole))
	}
	require.NoError(t, os.WriteFile(path, append(whole, `{"sha256":"`...), 0o600))
	assert.Equal(t, []string{"a:443"}, known(t, path, p))
	left, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(whole), string(left))
}

// TestOtherAddress: an observation of another address is none of this one; what decides nothing may differ.
func TestOtherAddress(t *testing.T) {
	path, p := begun(t)
	p.Runner.Pace.Rate = 1
	assert.Equal(t, []string{"a:443"}, known(t, path, p))
	p.Targets[0].Address = netip.MustParseAddr("127.0.0.9")
	assert.Empty(t, known(t, path, p))
}

func TestRefused(t *testing.T) {
	path, p := begun(t)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	refused := func(p resume.Plan, content, want string) {
		t.Helper()
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		_, err := resume.Open(path, p)
		require.ErrorContains(t, err, want)
		left, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, content, string(left), "what is refused is left as it is")
	}
	text := string(whole)
	other := p
	other.Program = "portseal 2"
	refused(other, text, `it was written by "portseal 1", and this is "portseal 2"`)
	other = p
	other.Runner.Timeout = time.Minute
	refused(other, text, "it is of other work")
	other = p
	other.Targets = p.Targets[:1]
	refused(other, text, "it is of other work")
	refused(p, strings.Replace(text, "resume/v1", "resume/v2", 1), `its schema is "portseal.resume/v2"`)
	refused(p, strings.Replace(text, `"connections":7`, `"connections":8`, 1), "line 2 is damaged: its text is not the one that was written")
	refused(p, text+"\n", "line 3 is damaged: it is no JSON")
	refused(p, "host: example.com\n", "it is no file of an interrupted run")
	refused(p, "a note without an end", "it is no file of an interrupted run")
	_, err = resume.Open(t.TempDir(), p)
	require.ErrorContains(t, err, "it is no regular file")
	_, err = resume.Open(filepath.Join(t.TempDir(), "none", "state"), p)
	require.ErrorContains(t, err, "no such file")
}
