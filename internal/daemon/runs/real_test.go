package runs

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/evidence/replay/replaytest"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/sqlite"
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

// These tests make real runs against listeners on loopback.

// swap is a listener whose configuration can be changed.
type swap struct {
	mu     sync.Mutex
	config *tls.Config
	addr   netip.AddrPort
}

func (s *swap) set(c *tls.Config) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.config = c
}

func listener(t *testing.T, c *tls.Config) *swap {
	t.Helper()
	s := &swap{config: c}
	server := tlstest.Bad(t, badserver.TLS(&tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.config, nil
	}, Certificates: c.Certificates}))
	s.addr = server.Addr()
	return s
}

func serves(t *testing.T, versions ...uint16) *tls.Config {
	t.Helper()
	return &tls.Config{Certificates: []tls.Certificate{tlstest.Localhost(t, pki.P256).Certificate()}, MinVersion: versions[0], MaxVersion: versions[len(versions)-1]}
}

// sqliteStore is a history in a file.
func sqliteStore(t *testing.T) history.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "portseal.db"))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

// runsOf are all runs, oldest first.
func runsOf(t *testing.T, s history.Store) []history.Run {
	t.Helper()
	all, _, err := s.List(t.Context(), history.RunQuery{})
	require.NoError(t, err)
	slices.Reverse(all)
	return all
}

func changesOf(t *testing.T, s history.Store, id string) []history.Change {
	t.Helper()
	all, _, err := s.Changes(t.Context(), "real", id, "", history.Page{})
	require.NoError(t, err)
	return all
}

// service is one with real runs; it stops with the test.
func service(t *testing.T, store history.Store, estate string) (*Runs, func(q control.Request) *report.Report) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "estate.yaml")
	require.NoError(t, os.WriteFile(file, []byte(estate), 0o600))
	stored := make(chan *report.Report, 1)
	r := along(t, Config{Store: store, File: file,
		Stored: func(_ context.Context, _ history.Run, rep *report.Report) { stored <- rep },
		Ended:  func(_ context.Context, h history.Run) { t.Error(h.State, h.Message); close(stored) }})
	return r, func(q control.Request) *report.Report {
		t.Helper()
		require.Eventually(t, func() bool {
			_, err := r.Start(t.Context(), q)
			return err == nil
		}, time.Minute, 5*time.Millisecond)
		rep := <-stored
		require.NotNil(t, rep)
		replaytest.Agrees(t, rep, nil)
		return rep
	}
}

// along lets a service with real runs run until the end of the test.
func along(t *testing.T, c Config) *Runs {
	t.Helper()
	stages, err := probes.Stages(nil)
	require.NoError(t, err)
	c.Folder, c.Log, c.Tool = t.TempDir(), slog.New(slog.NewTextHandler(t.Output(), nil)), report.Tool{Name: "portseal", Version: "test"}
	c.Runner = scan.Runner{Stages: stages, Handshaker: handshake.Handshaker{}, StartTLS: run.StartTLS(), Timeout: time.Minute, Vantage: "local"}
	r, err := New(c)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
	})
	return r
}

func twoSystems(a, b netip.AddrPort) string {
	return fmt.Sprintf(`name: real
schedules: [{name: careful, every: 24h, probes: standard, canary: SYSB, pace: fast}]
systems:
  - {name: SYSA, host: 127.0.0.1, listeners: [{name: web, role: generic, port: %d, expect: tls, versions: [TLSv1.2, TLSv1.3]}]}
  - {name: SYSB, host: 127.0.0.1, listeners: [{name: web, role: generic, port: %d, expect: tls, versions: [TLSv1.2, TLSv1.3]}]}
`, a.Port(), b.Port())
}

// TestCanary: what the canary shows newly keeps the others from being dialled, once.
func TestCanary(t *testing.T) {
	a, b := listener(t, serves(t, tls.VersionTLS12, tls.VersionTLS13)), listener(t, serves(t, tls.VersionTLS12, tls.VersionTLS13))
	m := sqliteStore(t)
	_, look := service(t, m, twoSystems(a.addr, b.addr))
	rep := look(control.Request{Schedule: "careful"})
	assert.True(t, rep.Run.Complete)
	assert.Equal(t, report.Pass, rep.Summary.Verdict)

	b.set(serves(t, tls.VersionTLS10, tls.VersionTLS12))
	rep = look(control.Request{Schedule: "careful"})
	assert.False(t, rep.Run.Complete)
	assert.Equal(t, scan.StateSkipped, rep.Endpoints[0].State)
	assert.Zero(t, rep.Endpoints[0].Cost.Connections)
	assert.Equal(t, report.Fail, rep.Summary.Verdict)
	last := runsOf(t, m)[1]
	assert.Contains(t, last.Message, "canary SYSB: SYSB/web PROTOCOL-")
	assert.Contains(t, last.Message, "; nothing else was looked at")

	rep = look(control.Request{Schedule: "careful"})
	assert.True(t, rep.Run.Complete, "it is known by now")
	for _, e := range rep.Endpoints {
		require.NotNil(t, e.Confirmed, "%s showed what it showed before", e.ID)
	}
	assert.Equal(t, runsOf(t, m)[0].ID, rep.Endpoints[0].Confirmed.Run)
	assert.Empty(t, runsOf(t, m)[2].Message)
}

// TestDrift: a change is found once, whichever run sees it, and what a quick run cannot see is not lost to the next standard one.
func TestDrift(t *testing.T) {
	both := serves(t, tls.VersionTLS12, tls.VersionTLS13)
	a, b := listener(t, both), listener(t, both)
	m := sqliteStore(t)
	_, look := service(t, m, twoSystems(a.addr, b.addr))
	first := look(control.Request{})
	only12 := both.Clone()
	only12.MaxVersion = tls.VersionTLS12
	a.set(only12)
	look(control.Request{Probes: "quick", Systems: []string{"SYSB"}}) // sees nothing of it
	look(control.Request{Probes: "quick"})                            // nor may this: it asks no version by itself
	rep := look(control.Request{})
	assert.NotEqual(t, first.Digest, rep.Run.PreviousDigest)
	look(control.Request{})
	told := map[string]int{}
	for _, r := range runsOf(t, m) {
		for _, c := range changesOf(t, m, r.ID) {
			told[c.Kind+" "+c.Endpoint+" "+c.What]++
		}
	}
	assert.Equal(t, 1, told["version-gone SYSA/web TLSv1.3"])
	for what, n := range told {
		assert.Equal(t, 1, n, what)
	}
	fresh := serves(t, tls.VersionTLS12, tls.VersionTLS12)
	a.set(fresh)
	look(control.Request{Systems: []string{"SYSA"}})
	look(control.Request{})
	all := runsOf(t, m)
	assert.NotEmpty(t, changesOf(t, m, all[5].ID), "a part of the estate has found it")
	whole := changesOf(t, m, all[6].ID)
	require.Len(t, whole, 1, "and the whole does not find it again, but what is about all listeners")
	assert.Equal(t, report.Change{Kind: report.FindingClosed, Severity: report.Info, What: assess.KeyShared, Old: "info"}, whole[0].Change)
	doc, err := m.Report(t.Context(), all[6].ID)
	require.NoError(t, err)
	last, err := reportjson.Decode(doc)
	require.NoError(t, err)
	assert.Equal(t, all[5].Digest, last.Run.PreviousDigest)
}

// TestScheduledRevocation: a schedule may ask issuers about revocation. A run that asks nobody closes nothing of what they said.
func TestScheduledRevocation(t *testing.T) {
	ca := tlstest.NewCA(t, "Root")
	now := time.Now()
	crl, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: now.Add(-time.Hour), NextUpdate: now.Add(time.Hour),
		RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: big.NewInt(7), RevocationTime: now.Add(-time.Hour)}}}, ca.Cert, ca.Key)
	require.NoError(t, err)
	var fetched atomic.Int64
	lists := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fetched.Add(1)
		_, _ = w.Write(crl)
	}))
	defer lists.Close()
	id := tlstest.Issue(t, ca, pki.Leaf{CommonName: "localhost", DNS: []string{"localhost"}, Serial: big.NewInt(7),
		Template: func(c *x509.Certificate) { c.CRLDistributionPoints = []string{lists.URL} }})
	root := filepath.Join(t.TempDir(), "root.pem")
	require.NoError(t, os.WriteFile(root, ca.PEM, 0o600))
	web := listener(t, &tls.Config{Certificates: []tls.Certificate{id.Certificate()}})
	m := sqliteStore(t)
	_, look := service(t, m, fmt.Sprintf(`name: real
keyrings: {roots: {files: [%q]}}
schedules: [{name: weekly, every: 24h, probes: quick, revocation: true}]
systems: [{name: SYSA, host: 127.0.0.1, listeners: [{name: web, role: generic, port: %d, expect: tls, sni: localhost, trusted_by: [roots]}]}]
`, root, web.addr.Port()))
	open := func() bool {
		all, _, err := m.Findings(t.Context(), history.FindingQuery{Estate: "real"})
		require.NoError(t, err)
		return slices.ContainsFunc(all, func(f history.Finding) bool { return f.ID == assess.CertRevoked && f.Closed == nil })
	}
	look(control.Request{})
	assert.Zero(t, fetched.Load(), "nobody is asked where nothing says so")
	assert.False(t, open())
	rep := look(control.Request{Schedule: "weekly"})
	assert.True(t, rep.Run.Revocation)
	assert.Contains(t, rep.Run.Arguments, "--revocation")
	require.NotEmpty(t, rep.Revocation)
	assert.Equal(t, scan.Yes, rep.Revocation[0].Revoked)
	assert.True(t, open())
	assert.EqualValues(t, 1, fetched.Load())
	look(control.Request{})
	assert.True(t, open(), "closed by a run that asked nobody")
}
