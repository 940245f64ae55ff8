package probes_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/handshake"
	"github.com/portseal/portseal/scan/probes"
)

// TestMaxConnections cuts an enumeration off: it is partial, and says so; what was found until then is right.
func TestMaxConnections(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	proxy := tlstest.Bad(t, badserver.Forward(tlstest.OpenSSL(t, id).Addr))
	o := look(t, proxy.Addr(), scan.Plan{}, func(r *scan.Runner, _ *scan.Target) { r.Pace.MaxConnections = 20 })
	assert.EqualValues(t, 20, proxy.Stats().Connections)
	assert.Equal(t, 20, o.Cost.Connections)
	want := tlstest.OpenSSLSuites(t, uint16(cipher.TLSv12), tlstest.OpenSSLConfig{Ciphers: tlstest.OpenSSLAll, Keys: []pki.KeyType{id.KeyType}})
	p := o.Protocol(cipher.TLSv12)
	assert.Equal(t, scan.Yes, p.Supported)
	assert.Equal(t, scan.EnumerationPartial, p.Enumeration)
	assert.NotEmpty(t, p.CipherSuites)
	assert.Less(t, len(p.CipherSuites), len(want))
	assert.Subset(t, want, suitesOf(o, cipher.TLSv12))
	assert.Contains(t, notTested(o), "suites/TLSv1.2/rest")
	assert.Equal(t, "the budget of 20 connections was used up", notTested(o)[scan.TheRest])
}

// TestBudgetOfVulnerabilities: what the budget left unasked has that for its reason, and not that it could not be asked.
func TestBudgetOfVulnerabilities(t *testing.T) {
	o := look(t, tlstest.OpenSSL(t, tlstest.Localhost(t, pki.RSA2048)).Addr, scan.Plan{Depth: scan.Deep, Vulnerabilities: true},
		func(r *scan.Runner, _ *scan.Target) { r.Pace.MaxConnections = 20 })
	for _, name := range []string{scan.FeatureHeartbleed, scan.FeatureCCSInjection, scan.FeatureTicketbleed} {
		f := o.Feature(name, 0)
		assert.Equal(t, scan.Unknown, f.Answer, name)
		assert.Equal(t, "not asked any further", f.Basis, name)
	}
}

// TestInterrupted: a peer that says nothing holds up neither a hello, nor a library's handshake, nor a start-up.
func TestInterrupted(t *testing.T) {
	stages, err := probes.Stages(nil)
	require.NoError(t, err)
	for name, change := range map[string]func(*scan.Target){
		"hello":     func(*scan.Target) {},
		"handshake": func(target *scan.Target) { target.Plan.Depth = scan.Quick },
		"STARTTLS":  func(target *scan.Target) { target.StartTLS = "smtp" },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			s := tlstest.Bad(t, func(ctx context.Context, _ *net.TCPConn) { cancel(); <-ctx.Done() })
			r := &scan.Runner{Stages: stages, Handshaker: handshake.Handshaker{}, StartTLS: run.StartTLS(), Timeout: time.Hour}
			target := scan.Target{ID: "x", Address: s.Addr().Addr(), Port: s.Addr().Port(), ServerName: "localhost"}
			change(&target)
			began := time.Now()
			var o scan.Observation
			require.ErrorIs(t, r.Run(ctx, []scan.Target{target}, func(got scan.Observation) { o = got }), scan.ErrInterrupted)
			assert.Less(t, time.Since(began), 30*time.Second, "about a second; this bound is for slow machines")
			assert.Empty(t, o.Evidence, "an answer that portseal cut short is evidence of nothing")
			assert.Equal(t, "the run was interrupted", notTested(o)[scan.TheRest])
			for _, p := range o.Protocols {
				assert.Equal(t, scan.Unknown, p.Supported)
			}
		})
	}
}
