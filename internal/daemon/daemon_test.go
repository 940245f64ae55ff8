package daemon

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/sqlite"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/handshake"
	"github.com/portseal/portseal/scan/probes"
)

// config is that of a service with one listener and a history in a file.
func config(t *testing.T) Config {
	t.Helper()
	listener := tlstest.Bad(t, badserver.TLS(&tls.Config{Certificates: []tls.Certificate{tlstest.Localhost(t, pki.P256).Certificate()}}))
	state := t.TempDir()
	file := filepath.Join(state, "estate.yaml")
	require.NoError(t, os.WriteFile(file, []byte(fmt.Sprintf("name: e\nschedules: [{name: nightly, cron: \"0 2 * * *\"}]\n"+
		"systems: [{name: SYSA, host: 127.0.0.1, listeners: [{name: web, role: generic, port: %d, expect: tls}]}]\n", listener.Addr().Port())), 0o600))
	store, err := sqlite.Open(t.Context(), filepath.Join(state, "portseal.db"))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, store.Close()) })
	c, err := baseConfig()
	require.NoError(t, err)
	c.Estate, c.Store, c.State, c.Log = file, store, state, slog.New(slog.NewTextHandler(t.Output(), nil))
	return c
}

// baseConfig is what services in tests have in common.
func baseConfig() (Config, error) {
	stages, err := probes.Stages(nil)
	return Config{Listen: "127.0.0.1:0", Tool: report.Tool{Name: "portseal", Version: "test"},
		Runner: scan.Runner{Stages: stages, Handshaker: handshake.Handshaker{}, StartTLS: run.StartTLS(), Timeout: time.Minute, Vantage: "local"}}, err
}

// served is a running service.
type served struct {
	Address
	client *http.Client
	stop   func() error
}

func serve(t *testing.T, c Config) served {
	t.Helper()
	at := make(chan Address, 1)
	c.Listening = func(a Address) { at <- a }
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, c) }()
	s := served{stop: func() error { cancel(); return <-done }}
	select {
	case s.Address = <-at:
	case err := <-done:
		require.NoError(t, err, "it ended before it listened")
	}
	s.client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			if got := fmt.Sprintf("%X", sha256.Sum256(state.PeerCertificates[0].Raw)); got != strings.ReplaceAll(s.Fingerprint, ":", "") {
				return fmt.Errorf("it has the certificate %s", got)
			}
			return nil
		}}}}
	return s
}

func (s served) get(t *testing.T, path string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
	require.NoError(t, err)
	w, err := s.client.Do(r)
	require.NoError(t, err)
	defer w.Body.Close()
	body, err := io.ReadAll(w.Body)
	require.NoError(t, err)
	return w.StatusCode, string(body)
}

func TestServe(t *testing.T) {
	c := config(t)
	c.RunAtStart = true
	reloads := make(chan os.Signal)
	c.Reloads = reloads
	s := serve(t, c)
	code, body := s.get(t, "healthz")
	assert.Equal(t, "200 ok\n", fmt.Sprint(code, " ", body))
	code, body = s.get(t, "readyz")
	assert.Equal(t, "200 ready\n", fmt.Sprint(code, " ", body))
	code, body = s.get(t, "")
	assert.Equal(t, http.StatusOK, code)
	assert.Contains(t, body, "<title>")
	code, _ = s.get(t, "nowhere")
	assert.Equal(t, http.StatusNotFound, code)
	var runs []history.Run
	require.Eventually(t, func() bool {
		var err error
		runs, _, err = c.Store.List(t.Context(), history.RunQuery{})
		return err == nil && len(runs) == 1 && runs[0].State == history.Finished
	}, time.Minute, 10*time.Millisecond)
	assert.Equal(t, report.Pass, runs[0].Verdict)
	require.Eventually(t, func() bool {
		_, body = s.get(t, "metrics")
		return strings.Contains(body, `portseal_runs_total{state="finished"} 1`)
	}, time.Minute, 10*time.Millisecond)
	assert.Contains(t, body, "portseal_estate_reload_success 1\n")

	require.NoError(t, os.WriteFile(c.Estate, []byte("name: e\nsystem: x\n"), 0o600))
	reloads <- os.Interrupt
	require.Eventually(t, func() bool {
		_, body = s.get(t, "metrics")
		return strings.Contains(body, "portseal_estate_reload_success 0\n")
	}, time.Minute, 10*time.Millisecond)
	code, _ = s.get(t, "readyz")
	assert.Equal(t, http.StatusOK, code, "the last good estate is in force")
	require.NoError(t, s.stop())
	_, err := s.client.Get(s.URL + "healthz")
	require.Error(t, err)
}

// TestStartedAgain: the log of runs goes on, and so does the history.
func TestStartedAgain(t *testing.T) {
	c := config(t)
	c.RunAtStart = true
	require.NoError(t, os.MkdirAll(filepath.Join(c.State, "runs"), 0o700))
	half := filepath.Join(c.State, "runs", "0123.run.part")
	require.NoError(t, os.WriteFile(half, nil, 0o600))
	for n := range 3 {
		s := serve(t, c)
		require.Eventually(t, func() bool {
			runs, _, err := c.Store.List(t.Context(), history.RunQuery{States: []history.State{history.Finished}})
			return err == nil && len(runs) == n+1
		}, time.Minute, 10*time.Millisecond)
		require.NoError(t, s.stop())
	}
	assert.NoFileExists(t, half)
	left, err := os.ReadDir(filepath.Join(c.State, "runs"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

// TestOwnCertificate: the certificate that is made stays the same from start to start.
func TestOwnCertificate(t *testing.T) {
	c := config(t)
	first := serve(t, c)
	first.get(t, "healthz")
	require.NoError(t, first.stop())
	second := serve(t, c)
	assert.Equal(t, first.Fingerprint, second.Fingerprint)
	require.NoError(t, second.stop())
}

func TestGivenCertificate(t *testing.T) {
	c := config(t)
	pair := tlstest.Localhost(t, pki.P256).Certificate()
	c.Certificate, c.Key = filepath.Join(c.State, "own.pem"), filepath.Join(c.State, "own.key")
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(c.Certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]}), 0o600))
	require.NoError(t, os.WriteFile(c.Key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), 0o600))
	s := serve(t, c)
	s.get(t, "healthz")
	require.NoError(t, s.stop())
	assert.Equal(t, fmt.Sprintf("%X", sha256.Sum256(pair.Certificate[0])), strings.ReplaceAll(s.Fingerprint, ":", ""))
	require.NoError(t, os.Chmod(c.Key, 0o644))
	err = Serve(t.Context(), c)
	require.ErrorAs(t, err, &Refused{})
	require.ErrorContains(t, err, "chmod 600")
}

func TestRefusals(t *testing.T) {
	for _, x := range []struct {
		change func(*Config)
		want   string
	}{
		{func(c *Config) { c.Listen = "8443" }, `--listen "8443": want ADDRESS:PORT, as in 127.0.0.1:8443`},
		{func(c *Config) { c.Listen = "127.0.0.1:99999" }, "--listen 127.0.0.1:99999: address 99999: invalid port"},
		{func(c *Config) { c.Certificate = "x" }, "--tls-cert and --tls-key belong together: want both"},
		{func(c *Config) { c.Certificate, c.Key, c.Plain = "x", "x", true }, "--plain-http and --tls-cert exclude each other"},
		{func(c *Config) { c.Listen, c.Plain = ":8080", true }, "--plain-http with --listen :8080: passwords and reports would be sent in clear text; want a loopback address, or TLS"},
		{func(c *Config) { c.Listen = "0.0.0.0:8443" }, "--listen 0.0.0.0:8443: there are no users yet: anyone who can connect could look; make one: portseal user add NAME --role operator; or listen at a loopback address"},
		{func(c *Config) { c.Listen = "localhost.example.com:8443" }, "--listen localhost.example.com:8443: there are no users yet"},
		{func(c *Config) { c.Certificate, c.Key = c.Estate, c.Estate }, "want PEM: the certificate"},
		{func(c *Config) { c.Estate = c.State + "/none.yaml" }, "none.yaml"},
	} {
		c := config(t)
		x.change(&c)
		err := Serve(t.Context(), c)
		require.ErrorAs(t, err, &Refused{}, x.want)
		assert.ErrorContains(t, err, x.want)
	}
}

func TestOneServiceAFolder(t *testing.T) {
	c := config(t)
	c.Plain = true
	s := serve(t, c)
	assert.True(t, strings.HasPrefix(s.URL, "http://127.0.0.1:"), s.URL)
	assert.Empty(t, s.Fingerprint)
	s.get(t, "healthz")
	require.ErrorContains(t, Serve(t.Context(), c), "another service uses it")
	other := config(t)
	other.Plain, other.Listen = true, strings.Trim(strings.TrimPrefix(s.URL, "http:"), "/")
	err := Serve(t.Context(), other)
	require.ErrorContains(t, err, "address already in use")
	require.ErrorAs(t, err, &Refused{}, "it is a fault in --listen")
	require.NoError(t, s.stop())
}

// TestNoSuchAddressYet: an address that this machine does not have may come, and whoever starts services may try again.
func TestNoSuchAddressYet(t *testing.T) {
	c := config(t)
	c.Listen = "192.0.2.1:0" // TEST-NET-1 (RFC 5737)
	require.NoError(t, c.Store.PutUser(t.Context(), history.User{Name: "jane", Role: "viewer", Hash: "x", Made: time.Now()}))
	err := Serve(t.Context(), c)
	require.ErrorContains(t, err, "--listen 192.0.2.1:0: ")
	require.NotErrorAs(t, err, &Refused{})
}

func TestUsersMayListenAnywhere(t *testing.T) {
	c := config(t)
	require.NoError(t, c.Store.PutUser(t.Context(), history.User{Name: "jane", Role: "viewer", Hash: "x", Made: time.Now()}))
	c.Listen = "0.0.0.0:0"
	require.NoError(t, c.allowed(t.Context()))
}

// TestPanic: a part that fails gives an answer, and the service goes on.
func TestPanic(t *testing.T) {
	h := logged(slog.New(slog.DiscardHandler), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/abort":
			panic(http.ErrAbortHandler)
		case "/late":
			_, _ = io.WriteString(w, "half")
		}
		panic("index out of range")
	}))
	ask := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		return w
	}
	w := ask("/")
	assert.Equal(t, http.StatusInternalServerError, w.Code)
	assert.Equal(t, "portseal itself failed; its log says how\n", w.Body.String())
	assert.Equal(t, "half", ask("/late").Body.String())
	assert.PanicsWithValue(t, http.ErrAbortHandler, func() { ask("/abort") })
}

// TestStreamsEndWithTheService: who follows a run is told that it is over, and keeps no service from its end. No report waits for a stream.
func TestStreamsEndWithTheService(t *testing.T) {
	c := config(t)
	s := serve(t, c)
	now := time.Now()
	require.NoError(t, c.Store.Begin(t.Context(), history.Run{ID: "elsewhere", Estate: "e", State: history.Running, Trigger: history.ByUser, Started: now}))
	var bodies []io.ReadCloser
	for range 3 { // more than the reports that one user may fetch at a time
		w, err := s.client.Get(s.URL + "runs/elsewhere/events")
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, w.StatusCode)
		bodies = append(bodies, w.Body)
	}
	require.NoError(t, s.stop())
	for _, b := range bodies {
		said, err := io.ReadAll(b)
		require.NoError(t, err, "it is complete, and not cut off")
		assert.Contains(t, string(said), "data: {\"running\":true")
		require.NoError(t, b.Close())
	}
}
