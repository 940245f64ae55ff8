package servercert

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/handshake"
	"github.com/portseal/portseal/scan/probes"
)

// serve answers HTTP as the service does.
func serve(t *testing.T, s *Source) netip.AddrPort {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := &http.Server{Handler: http.NotFoundHandler(), TLSConfig: s.TLS(), ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)}
	done := make(chan error, 1)
	go func() { done <- server.ServeTLS(listener, "", "") }()
	t.Cleanup(func() {
		_ = server.Close()
		require.ErrorIs(t, <-done, http.ErrServerClosed)
	})
	return listener.Addr().(*net.TCPAddr).AddrPort()
}

// TestScannerFindsNothing: the service does what portseal asks of others. Mozilla would rather have the client choose among suites that are all good; crypto/tls
// has gone by its own order since Go 1.17, and there is no switch: that is information.
func TestScannerFindsNothing(t *testing.T) {
	s := begin(t).open(t)
	addr := serve(t, s)
	p, err := profile.Named("mozilla-intermediate")
	require.NoError(t, err)
	w := run.Work{Estate: "test",
		Targets:      []scan.Target{{ID: "here/portseal", Host: "localhost", ServerName: "localhost", Address: addr.Addr(), Port: addr.Port()}},
		Expectations: []report.Expectation{{Endpoint: "here/portseal", System: "here", Listener: "portseal", Role: report.RoleGeneric, Expect: report.ExpectTLS}}}
	require.NoError(t, w.UseProfiles(nil, []report.Profile{p}))
	stages, err := probes.Stages(nil)
	require.NoError(t, err)
	pace, err := scan.ParsePace("fast")
	require.NoError(t, err)
	rep, err := run.Do(t.Context(), w, run.Settings{FailOn: report.Medium, Probes: "standard",
		Tool:   func() report.Tool { return report.Tool{Name: "portseal", Version: "test"} },
		Runner: scan.Runner{Stages: stages, Handshaker: handshake.Handshaker{}, StartTLS: run.StartTLS(), Pace: pace, Timeout: time.Minute, Vantage: "local"}})
	require.NoError(t, err)
	for _, f := range rep.Findings {
		if f.Severity == report.Info && strings.HasPrefix(f.Expected, "mozilla-intermediate server_preferred_order:") {
			continue
		}
		assert.Fail(t, "a finding", "%s %s: expected %s, observed %s", f.Severity, f.ID, f.Expected, f.Observed)
	}
	require.Len(t, rep.Profiles, 1)
	for _, r := range rep.Profiles[0].Results {
		if r.Item == "ocsp-stapling" || r.Item == "hsts" { // no scan sees them
			continue
		}
		if r.Item == "preference" {
			assert.Equal(t, report.OutcomeFail, r.Outcome)
			continue
		}
		assert.Contains(t, []report.Outcome{report.OutcomePass, report.OutcomeNotApplicable}, r.Outcome, "%+v", r)
	}
}
