package handshake

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// recorder keeps what went over a connection, as the Runner does.
type recorder struct {
	net.Conn
	mu             sync.Mutex
	sent, received []byte
}

func (r *recorder) Read(p []byte) (int, error) {
	n, err := r.Conn.Read(p)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.received = append(r.received, p[:n]...)
	return n, err
}

func (r *recorder) Write(p []byte) (int, error) {
	r.mu.Lock()
	r.sent = append(r.sent, p...)
	r.mu.Unlock()
	return r.Conn.Write(p)
}

// patience is for a peer on a slow machine: nothing here waits so long where the peer reacts.
const patience = 30 * time.Second

// shake makes one handshake with a listener.
func shake(t *testing.T, addr netip.AddrPort, h scan.Handshake) (scan.HandshakeResult, *recorder) {
	t.Helper()
	return shakeAs(t, Handshaker{least: patience}, addr, h)
}

func shakeAs(t *testing.T, hs Handshaker, addr netip.AddrPort, h scan.Handshake) (scan.HandshakeResult, *recorder) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr.String())
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	r := &recorder{Conn: conn}
	return hs.Handshake(ctx, r, h), r
}

func only(v cipher.Version, suites ...cipher.ID) scan.Handshake {
	return scan.Handshake{MinVersion: v, MaxVersion: v, Suites: suites, ServerName: "localhost"}
}

func configFor(id *pki.Identity, auth tls.ClientAuthType) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{id.Certificate()}, ClientAuth: auth, MinVersion: tls.VersionTLS10,
		ClientCAs: id.Issuer.Pool()}
}

// wantAuth is what a listener's client authentication must look like.
type wantAuth struct {
	requested scan.Fact
	completed scan.Fact // below TLS 1.3
	after     scan.After
}

var (
	authNone     = wantAuth{scan.No, scan.Yes, ""}
	authOptional = wantAuth{scan.Yes, scan.Yes, scan.AfterData}
	authRequired = wantAuth{scan.Yes, scan.No, scan.AfterAlert}
)

func checkAuth(t *testing.T, addr netip.AddrPort, w wantAuth) {
	t.Helper()
	for _, v := range []cipher.Version{cipher.TLSv12, cipher.TLSv13} {
		hs := Handshaker{least: patience}
		if v == cipher.TLSv12 {
			hs.least = 0 // an accepting peer says nothing after its Finished, so the wait is always used up
		}
		res, r := shakeAs(t, hs, addr, only(v))
		assert.Equal(t, w.requested, res.CertificateRequested, "%v: %+v", v, res)
		assert.Equal(t, "crypto/tls", res.Library)
		_, alert := res.End.Alert()
		assert.Equal(t, w == authRequired, alert, "%v: %+v", v, res)
		assert.Equal(t, alert, res.Alert != nil)
		if v == cipher.TLSv12 {
			assert.Equal(t, w.completed, res.Completed, "%v: %+v", v, res)
			if w == authOptional {
				assert.Equal(t, scan.AfterSilence, res.After)
			} else {
				assert.Empty(t, res.After)
			}
			assert.Nil(t, res.Secret, "a TLS 1.2 secret must never leave")
			continue
		}
		assert.Equal(t, scan.Yes, res.Completed, "%v: %+v", v, res)
		assert.Equal(t, w.after, res.After, "%v: %+v", v, res)
		assert.Equal(t, v, res.Version)
		f := hello.Parse(r.received)
		require.NoError(t, f.Open(r.received, res.Secret))
		assert.Equal(t, w.requested == scan.Yes, f.CertificateRequest != nil)
		assert.NotEmpty(t, f.Certificates)
		assert.Equal(t, *res.Suite, f.ServerHello.Suite)
	}
}

func TestClientAuthCryptoTLS(t *testing.T) {
	id := tlstest.Localhost(t, pki.P256)
	for mode, w := range map[tls.ClientAuthType]wantAuth{
		tls.NoClientCert: authNone, tls.RequestClientCert: authOptional, tls.VerifyClientCertIfGiven: authOptional,
		tls.RequireAnyClientCert: authRequired, tls.RequireAndVerifyClientCert: authRequired,
	} {
		t.Run(mode.String(), func(t *testing.T) { checkAuth(t, tlstest.Go(t, configFor(id, mode)).Addr, w) })
	}
}

func TestClientAuthOpenSSL(t *testing.T) {
	id := tlstest.Localhost(t, pki.RSA2048)
	for name, c := range map[string]struct {
		args []string
		want wantAuth
	}{"none": {nil, authNone}, "verify": {[]string{"-verify", "2"}, authOptional}, "Verify": {[]string{"-Verify", "2"}, authRequired}} {
		t.Run(name, func(t *testing.T) { checkAuth(t, tlstest.OpenSSL(t, id, c.args...).Addr, c.want) })
	}
}

func TestClientAuthGnuTLS(t *testing.T) {
	id := tlstest.Localhost(t, pki.RSA2048)
	for name, c := range map[string]struct {
		args []string
		want wantAuth
	}{"none": {nil, authNone}, "required": {[]string{"--require-client-cert"}, authRequired}} {
		t.Run(name, func(t *testing.T) { checkAuth(t, tlstest.GnuTLS(t, id, tlstest.GnuTLSLegacy, c.args...).Addr, c.want) })
	}
}

func TestClientAuthJava(t *testing.T) {
	id := tlstest.Localhost(t, pki.RSA2048)
	for name, c := range map[string]struct {
		config tlstest.JavaConfig
		want   wantAuth
	}{
		"none": {tlstest.JavaConfig{}, authNone},
		"want": {tlstest.JavaConfig{WantClientAuth: true}, authOptional},
		"need": {tlstest.JavaConfig{NeedClientAuth: true}, authRequired},
	} {
		t.Run(name, func(t *testing.T) {
			c.config.Identities, c.config.Protocols = []*pki.Identity{id}, tlstest.JavaAllProtocols
			checkAuth(t, tlstest.Java(t, c.config).Addr, c.want)
		})
	}
}

// What crypto/tls lacks zcrypto speaks, and what neither speaks is unknown, not refused.
func TestSuitesAgainstOpenSSL(t *testing.T) {
	id := tlstest.Localhost(t, pki.RSA2048)
	addr := tlstest.OpenSSL(t, id, "-dhparam", dhFile(t)).Addr
	for _, c := range []struct {
		v       cipher.Version
		suites  []cipher.ID
		library string
		chosen  cipher.ID
	}{
		{cipher.TLSv12, nil, libraryStd, 0xC02F},
		{cipher.TLSv12, []cipher.ID{0xC030}, libraryStd, 0xC030},
		{cipher.TLSv12, []cipher.ID{0xC0A0, 0x009D}, libraryStd, 0x009D}, // CCM is left out
		{cipher.TLSv10, []cipher.ID{0x0035}, libraryStd, 0x0035},
		{cipher.TLSv12, []cipher.ID{0x009F}, libraryZcrypto, 0x009F},
		{cipher.TLSv12, []cipher.ID{0x0033, 0x0088}, libraryZcrypto, 0x0033}, // Camellia is left out
		{cipher.TLSv10, []cipher.ID{0x0039}, libraryZcrypto, 0x0039},
		{cipher.TLSv12, []cipher.ID{0xCCAA}, libraryZcrypto, 0xCCAA},
	} {
		res, _ := shake(t, addr, only(c.v, c.suites...))
		require.Equal(t, scan.Yes, res.Completed, "%v %v: %+v", c.v, c.suites, res)
		assert.Equal(t, c.library, res.Library)
		assert.Equal(t, c.v, res.Version)
		if c.suites != nil {
			assert.Equal(t, c.chosen, *res.Suite)
		}
		assert.Equal(t, scan.No, res.CertificateRequested)
		assert.Equal(t, scan.EndCut, res.End)
	}
}

func TestLegacySuitesWithoutGODEBUG(t *testing.T) {
	id := tlstest.Localhost(t, pki.RSA2048)
	for _, suite := range []uint16{tls.TLS_RSA_WITH_RC4_128_SHA, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA, tls.TLS_RSA_WITH_AES_128_CBC_SHA,
		tls.TLS_ECDHE_RSA_WITH_RC4_128_SHA, tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA} {
		config := configFor(id, tls.NoClientCert)
		config.CipherSuites = []uint16{suite}
		res, _ := shake(t, tlstest.Go(t, config).Addr, only(cipher.TLSv12, cipher.TLS(suite)))
		assert.Equal(t, scan.Yes, res.Completed, "%04X: %+v", suite, res)
	}
}
