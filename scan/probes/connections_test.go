package probes_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
)

// TestConnections holds the number of connections that whole looks take against what users are told. All the suites of GnuTLS that are accepted
// cost one connection each, and each of its four versions one more.
func TestConnections(t *testing.T) {
	t.Parallel()
	rsa, ecdsa := tlstest.Localhost(t, pki.RSA2048), tlstest.Localhost(t, pki.P256)
	modern := &tls.Config{Certificates: []tls.Certificate{rsa.Certificate(), ecdsa.Certificate()}, MinVersion: tls.VersionTLS12}
	nginx := tlstest.Nginx(t, []*pki.Identity{rsa, ecdsa}, "ssl_protocols TLSv1.2 TLSv1.3;", "ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:@SECLEVEL=0;")
	for name, c := range map[string]struct {
		server *tlstest.Server
		depth  scan.Depth
		most   int
		order  string // of suites
	}{
		"GnuTLS with everything on": {tlstest.GnuTLS(t, rsa, tlstest.GnuTLSLegacy), scan.Standard, 90, "client"},
		"nginx":                     {nginx, scan.Standard, 40, "client"},
		"nginx, deep":               {nginx, scan.Deep, 120, "client"},
		"Go, deep":                  {tlstest.Go(t, modern), scan.Deep, 120, "server"},
		"OpenSSL, deep":             {tlstest.OpenSSL(t, rsa, "-no_tls1", "-no_tls1_1"), scan.Deep, 120, "client"},
		"GnuTLS, deep":              {tlstest.GnuTLS(t, rsa, "NORMAL:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.3"), scan.Deep, 120, "client"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := look(t, c.server.Addr, scan.Plan{Depth: c.depth, Vulnerabilities: true})
			assert.LessOrEqual(t, o.Cost.Connections, c.most)
			assert.Len(t, o.Evidence, o.Cost.Connections, "each is one question")
			for _, v := range []cipher.Version{cipher.TLSv12, cipher.TLSv13} {
				p := o.Protocol(v)
				assert.Equal(t, scan.EnumerationFull, p.Enumeration, v.String())
				assert.Equal(t, c.order, p.Preference, v.String())
				assert.Empty(t, notTested(o)["groups/"+v.String()])
			}
			for _, x := range o.Evidence {
				assert.NotEqual(t, "heartbleed", x.Question, "heartbeats are not negotiated: there is nothing to ask")
			}
		})
	}
}

// TestSerialServer is looked at in full although it serves one connection at a time, as openssl s_server does, and waits for the end of each without a limit
// of its own: none may be left idle while another is waited for.
func TestSerialServer(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	cfg := &tls.Config{Certificates: []tls.Certificate{id.Certificate()}, MinVersion: tls.VersionTLS12}
	var one sync.Mutex
	serial := tlstest.Bad(t, func(ctx context.Context, conn *net.TCPConn) {
		one.Lock()
		defer one.Unlock()
		badserver.TLS(cfg)(ctx, conn)
	})
	normal := func(r *scan.Runner, _ *scan.Target) {
		pace, err := scan.ParsePace("normal")
		require.NoError(t, err)
		r.Pace = pace
	}
	plan := scan.Plan{Depth: scan.Deep, Vulnerabilities: true}
	o, free := look(t, serial.Addr(), plan, normal), look(t, tlstest.Go(t, cfg).Addr, plan)
	for _, x := range o.Evidence {
		assert.Nil(t, x.Failure, x.Question)
		assert.NotEqual(t, scan.EndTimeout, x.End, x.Question)
	}
	assert.Equal(t, featureLines(free), featureLines(o))
	assert.Equal(t, free.Groups, o.Groups)
	assert.Equal(t, free.Cost.Connections, o.Cost.Connections)
}

// TestListenerThatRefusesTurnedLists answers only hellos whose lists begin as the first one's: what is asked in passing must take nothing from what is asked.
func TestListenerThatRefusesTurnedLists(t *testing.T) {
	t.Parallel()
	cfg := &tls.Config{Certificates: []tls.Certificate{tlstest.Localhost(t, pki.RSA2048).Certificate()}, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12}
	picky := cfg.Clone()
	picky.GetConfigForClient = func(h *tls.ClientHelloInfo) (*tls.Config, error) {
		if len(h.SupportedCurves) > 0 && h.SupportedCurves[0] != tls.X25519 {
			return nil, errors.New("not the group that this client began with")
		}
		return nil, nil
	}
	for _, depth := range []scan.Depth{scan.Standard, scan.Deep} {
		o, free := look(t, tlstest.Go(t, picky).Addr, scan.Plan{Depth: depth}), look(t, tlstest.Go(t, cfg).Addr, scan.Plan{Depth: depth})
		got, want := o.Protocol(cipher.TLSv12), free.Protocol(cipher.TLSv12)
		assert.NotEmpty(t, got.CipherSuites)
		assert.Equal(t, want.CipherSuites, got.CipherSuites)
		assert.Equal(t, want.Preference, got.Preference)
		assert.Equal(t, scan.EnumerationFull, got.Enumeration)
		turned := 0
		for _, x := range o.Evidence {
			if alert, ok := x.End.Alert(); ok && alert == 80 && strings.HasPrefix(x.Question, "suites/TLSv1.2/") {
				turned++
			}
		}
		assert.Equal(t, 1, turned, "one turned hello is refused, and none is asked after it")
	}
}
