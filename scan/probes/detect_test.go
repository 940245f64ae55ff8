package probes_test

import (
	"crypto/tls"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/evidence/replay"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
	"github.com/portseal/portseal/scan/probes"
)

// detecting scans a target whose start-up is not known.
func detecting(r *scan.Runner, target *scan.Target) {
	r.StartTLS, target.Plan.DetectStartUp = run.StartTLS(), true
}

// TestDetectStartUp: one connection more than by the right name, and none more where TLS comes at once or nothing is known.
func TestDetectStartUp(t *testing.T) {
	t.Parallel()
	cfg := &tls.Config{Certificates: []tls.Certificate{tlstest.Localhost(t, pki.RSA2048).Certificate()}, MinVersion: tls.VersionTLS12}
	for name, c := range map[string]struct {
		server   badserver.Handler
		kind     string
		protocol string
		state    scan.State
		more     int
	}{
		"SMTP":         {smtp("220 go ahead", cfg), "smtp", "", scan.StateStartTLS, 1},
		"SMTP refuses": {smtp("454 not now", cfg), "smtp", "smtp", scan.StateNonTLS, 1},
		"TLS":          {badserver.TLS(cfg), "", "", scan.StateTLS, 0},
		"SSH":          {badserver.Banner("SSH-2.0-OpenSSH_9.2\r\n"), "", "ssh", scan.StateNonTLS, -1},
		"HTTP":         {badserver.HTTPPlain(), "", "http", scan.StateNonTLS, -1},
		"FTP or SMTP":  {badserver.Banner("220 ready\r\n"), "", "", scan.StateNonTLS, -1},
	} {
		for _, depth := range []scan.Depth{scan.Standard, scan.Quick} {
			s := tlstest.Bad(t, c.server)
			o := look(t, s.Addr(), scan.Plan{Depth: depth}, detecting)
			assert.Equal(t, c.state, o.State, "%s: %+v", name, o.Failure)
			assert.Equal(t, c.kind, o.Target.StartTLS, name)
			if c.state == scan.StateNonTLS {
				require.NotNil(t, o.NonTLS, name)
				assert.Equal(t, c.protocol, o.NonTLS.Protocol, name)
			}
			plain := look(t, tlstest.Bad(t, c.server).Addr(), scan.Plan{Depth: depth}, behind(c.kind))
			if c.more >= 0 && c.state != scan.StateNonTLS {
				assert.Equal(t, plain.Cost.Connections+c.more, o.Cost.Connections, name)
				assert.Equal(t, plain.Protocols[5].CipherSuites, o.Protocols[5].CipherSuites, name)
			} else {
				assert.LessOrEqual(t, o.Cost.Connections, plain.Cost.Connections+1, name)
			}
		}
	}
}

// TestDetectStartUpReplays: a report's target has the start-up that was found, and the check finds it again.
func TestDetectStartUpReplays(t *testing.T) {
	t.Parallel()
	cfg := &tls.Config{Certificates: []tls.Certificate{tlstest.Localhost(t, pki.P256).Certificate()}}
	s := tlstest.Bad(t, smtp("220 go ahead", cfg))
	o := look(t, s.Addr(), scan.Plan{}, detecting)
	stages, err := probes.Stages(nil)
	require.NoError(t, err)
	target := scan.Target{ID: "x", Host: "localhost", Address: s.Addr().Addr(), Port: s.Addr().Port(), ServerName: "localhost", StartTLS: "smtp",
		Plan: scan.Plan{DetectStartUp: true}}
	again, deviations := scan.Replay(stages(target.Plan), target, scan.Recorded{Exchanges: o.Evidence}, replay.Agrees(target), new(scan.Common))
	assert.Empty(t, deviations)
	assert.Equal(t, o.Protocols, again.Protocols)
	assert.Equal(t, "smtp", again.Target.StartTLS)
	for _, x := range o.Evidence { // the secret of a flight stands with the flight that it opens
		h, err := hello.ParseClientHello(x.Sent)
		assert.True(t, err == nil && h.Version == cipher.TLSv13 || x.Handshake != nil || x.Secret == nil, x.Question)
	}
}

// TestDetectStartUpWithinABudget: the one connection that there was shows what the listener says.
func TestDetectStartUpWithinABudget(t *testing.T) {
	s := tlstest.Bad(t, smtp("220 go ahead", nil))
	o := look(t, s.Addr(), scan.Plan{}, detecting, func(r *scan.Runner, _ *scan.Target) { r.Pace.MaxConnections = 1 })
	assert.Equal(t, scan.StateNonTLS, o.State)
	assert.Equal(t, "smtp", o.NonTLS.Protocol)
	assert.Contains(t, notTested(o), scan.TheRest)
}

// TestTDS: what a listener accepts is found through the packets of TDS, and a complete handshake too.
func TestTDS(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	cfg := &tls.Config{Certificates: []tls.Certificate{id.Certificate()}, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12,
		CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384}}
	o := look(t, tlstest.TDS(t, cfg, tlstest.TDSRequired).Addr(), scan.Plan{Depth: scan.Deep}, behind("mssql"))
	assert.Equal(t, scan.StateStartTLS, o.State, "%+v", o.Failure)
	assert.ElementsMatch(t, []uint16{0xC02F, 0xC030}, suitesOf(o, cipher.TLSv12))
	assert.Equal(t, scan.No, o.Protocol(cipher.TLSv13).Supported)
	assert.Equal(t, []string{sha(id)}, leaves(o))
	require.NotNil(t, o.ClientAuth)
	assert.Equal(t, scan.No, o.ClientAuth.Requested)
	quick := look(t, tlstest.TDS(t, cfg, tlstest.TDSOff).Addr(), scan.Plan{Depth: scan.Quick}, behind("mssql"))
	assert.Equal(t, []string{sha(id)}, leaves(quick))
	refused := look(t, tlstest.TDS(t, cfg, tlstest.TDSNotSupported).Addr(), scan.Plan{}, behind("mssql"))
	assert.Equal(t, scan.KindRefused, refused.Failure.Kind)
}
