package tlstest_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/internal/tlstest/truth"
)

var versions = []uint16{truth.SSL30, truth.TLS10, truth.TLS11, truth.TLS12, truth.TLS13}

// requireTruth compares what the configuration promises with what one suite a hello finds.
func requireTruth(t *testing.T, s *tlstest.Server, want map[uint16][]uint16) {
	t.Helper()
	for _, version := range versions {
		got, err := truth.Suites(context.Background(), s.Addr, version, "localhost")
		require.NoError(t, err)
		require.Equal(t, hexCodes(want[version]), hexCodes(got), "version %04X", version)
	}
}

func hexCodes(suites []uint16) []string {
	all := make([]string, 0, len(suites))
	for _, suite := range suites {
		all = append(all, fmt.Sprintf("%04X", suite))
	}
	return all
}

func count(suites map[uint16][]uint16) (n int) {
	for _, list := range suites {
		n += len(list)
	}
	return n
}

func dial(t *testing.T, s *tlstest.Server, cfg *tls.Config) (*tls.Conn, error) {
	t.Helper()
	dialer := tls.Dialer{NetDialer: &net.Dialer{Timeout: time.Minute}, Config: cfg}
	conn, err := dialer.DialContext(context.Background(), "tcp", s.Addr.String())
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn.(*tls.Conn), nil
}

// chain makes an identity with an intermediate, so that each server is seen to send it.
func chain(t *testing.T, kind pki.KeyType) (*pki.Identity, *pki.CA) {
	t.Helper()
	root := tlstest.NewCA(t, "Root", pki.WithKey(pki.RSA2048))
	sub := tlstest.Intermediate(t, root, "Sub", pki.WithKey(pki.RSA2048))
	return tlstest.Issue(t, sub, pki.Leaf{CommonName: "localhost", DNS: []string{"localhost"}, KeyType: kind}), root
}

func TestEachServerCompletesAndSendsItsChain(t *testing.T) {
	id, root := chain(t, pki.RSA2048)
	for name, start := range map[string]func(t *testing.T) *tlstest.Server{
		"OpenSSL": func(t *testing.T) *tlstest.Server { return tlstest.OpenSSL(t, id) },
		"GnuTLS":  func(t *testing.T) *tlstest.Server { return tlstest.GnuTLS(t, id, tlstest.GnuTLSLegacy) },
		"Java": func(t *testing.T) *tlstest.Server {
			return tlstest.Java(t, tlstest.JavaConfig{Identities: []*pki.Identity{id}})
		},
		"nginx":   func(t *testing.T) *tlstest.Server { return tlstest.Nginx(t, []*pki.Identity{id}) },
		"stunnel": func(t *testing.T) *tlstest.Server { return tlstest.Stunnel(t, id) },
		"Go": func(t *testing.T) *tlstest.Server {
			return tlstest.Go(t, &tls.Config{Certificates: []tls.Certificate{id.Certificate()}}) // any version
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			conn, err := dial(t, s, &tls.Config{RootCAs: root.Pool(), ServerName: "localhost", MinVersion: tls.VersionTLS12})
			require.NoError(t, err)
			state := conn.ConnectionState()
			assert.Len(t, state.PeerCertificates, 2)
			assert.Equal(t, id.DER, state.PeerCertificates[0].Raw)
			require.NoError(t, conn.Close())
			s.Stop()
			_, err = net.Dial("tcp", s.Addr.String())
			require.Error(t, err, "a stopped server listens no more")
		})
	}
}

func TestOpenSSLTruth(t *testing.T) {
	id := tlstest.Localhost(t, pki.RSA2048)
	s := tlstest.OpenSSL(t, id, "-no_tls1_1")
	want := make(map[uint16][]uint16)
	for _, version := range []uint16{truth.TLS10, truth.TLS12, truth.TLS13} {
		want[version] = tlstest.OpenSSLSuites(t, version, tlstest.OpenSSLConfig{Ciphers: tlstest.OpenSSLAll, Keys: []pki.KeyType{id.KeyType}})
	}
	requireTruth(t, s, want)
	assert.Greater(t, count(want), 80)
}

func TestGnuTLSTruth(t *testing.T) {
	id := tlstest.Localhost(t, pki.RSA2048)
	legacy := tlstest.GnuTLS(t, id, tlstest.GnuTLSLegacy)
	assert.Equal(t, 69, count(legacy.Suites))
	requireTruth(t, legacy, legacy.Suites)

	gap := tlstest.GnuTLS(t, id, tlstest.GnuTLSGap)
	assert.Empty(t, gap.Suites[truth.TLS11])
	assert.Subset(t, gap.Suites[truth.TLS10], []uint16{0x0002, 0x0005, 0x0018, 0xc018}, "NULL, RC4, anonymous")
	requireTruth(t, gap, gap.Suites)
}

func TestJavaTruth(t *testing.T) {
	rsa, _ := chain(t, pki.RSA2048)
	ec, _ := chain(t, pki.P256)
	s := tlstest.Java(t, tlstest.JavaConfig{
		Identities: []*pki.Identity{rsa, ec}, Protocols: tlstest.JavaAllProtocols, Ciphers: []string{"ALL"},
	})
	assert.Equal(t, 210, count(s.Suites))
	requireTruth(t, s, s.Suites)
}

func TestNginxTruth(t *testing.T) {
	rsa, ec := tlstest.Localhost(t, pki.RSA2048), tlstest.Localhost(t, pki.P256)
	const ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20:RSA+AES:@SECLEVEL=0"
	s := tlstest.Nginx(t, []*pki.Identity{rsa, ec}, "ssl_protocols TLSv1.1 TLSv1.2 TLSv1.3;", "ssl_ciphers "+ciphers+";")
	want := make(map[uint16][]uint16)
	for _, version := range []uint16{truth.TLS11, truth.TLS12, truth.TLS13} {
		want[version] = tlstest.OpenSSLSuites(t, version,
			tlstest.OpenSSLConfig{Ciphers: ciphers, Keys: []pki.KeyType{rsa.KeyType, ec.KeyType}, NoDHE: true})
	}
	requireTruth(t, s, want)
	for suite, key := range map[uint16]x509.PublicKeyAlgorithm{0xc02f: x509.RSA, 0xc02b: x509.ECDSA} {
		conn, err := dial(t, s, &tls.Config{
			InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{suite}, // not about trust
		})
		require.NoError(t, err)
		assert.Equal(t, key, conn.ConnectionState().PeerCertificates[0].PublicKeyAlgorithm)
	}
}

func TestStunnelEchoesClearText(t *testing.T) {
	s := tlstest.Stunnel(t, tlstest.Localhost(t, pki.RSA2048), "sslVersion = TLSv1.2", "ciphers = ECDHE-RSA-AES256-GCM-SHA384")
	conn, err := dial(t, s, &tls.Config{InsecureSkipVerify: true}) // not about trust
	require.NoError(t, err)
	assert.EqualValues(t, 0xc030, conn.ConnectionState().CipherSuite)
	_, err = conn.Write([]byte("clear behind"))
	require.NoError(t, err)
	echo := make([]byte, 12)
	_, err = io.ReadFull(conn, echo)
	require.NoError(t, err)
	assert.Equal(t, "clear behind", string(echo))
}

func TestTLS13CCMOnly(t *testing.T) {
	s := tlstest.TLS13CCMOnly(t, tlstest.Localhost(t, pki.P256))
	requireTruth(t, s, s.Suites)
}

func TestJavaClientAuthentication(t *testing.T) {
	id, root := chain(t, pki.P256)
	clients := tlstest.NewCA(t, "Clients")
	client := tlstest.Issue(t, clients, pki.Leaf{CommonName: "agent"})
	for name, c := range map[string]struct {
		cfg       tlstest.JavaConfig
		requested bool
		without   bool // a client without a certificate is served
	}{
		"none": {tlstest.JavaConfig{}, false, true},
		"want": {tlstest.JavaConfig{WantClientAuth: true}, true, true},
		"need": {tlstest.JavaConfig{NeedClientAuth: true}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			c.cfg.Identities, c.cfg.TrustPEM = []*pki.Identity{id}, clients.PEM
			s := tlstest.Java(t, c.cfg)
			for _, with := range []bool{false, true} {
				requested := false
				conn, err := dial(t, s, &tls.Config{
					RootCAs: root.Pool(), ServerName: "localhost", MaxVersion: tls.VersionTLS12,
					GetClientCertificate: func(info *tls.CertificateRequestInfo) (*tls.Certificate, error) {
						requested = true
						assert.Len(t, info.AcceptableCAs, 1)
						if !with {
							return &tls.Certificate{}, nil
						}
						cert := client.Certificate()
						return &cert, nil
					},
				})
				assert.Equal(t, c.requested, requested)
				assert.Equal(t, with || c.without, err == nil, "%v", err)
				if conn != nil {
					require.NoError(t, conn.Close())
				}
			}
		})
	}
}

func TestOddCertificatesAreServed(t *testing.T) {
	ca := tlstest.NewCA(t, "Root")
	for name, leaf := range map[string]pki.Leaf{
		"negative serial": {CommonName: "localhost", Serial: big.NewInt(-1)},
		"Ed448":           {CommonName: "localhost", KeyType: pki.Ed448},
	} {
		t.Run(name, func(t *testing.T) {
			id := tlstest.Issue(t, ca, leaf)
			s := tlstest.OpenSSL(t, id)
			client := exec.Command("openssl", "s_client", "-connect", s.Addr.String(), "-showcerts")
			client.Stdin = bytes.NewReader(nil)
			out, _ := client.Output() // the chain does not verify; what was sent is what counts
			_, rest, found := bytes.Cut(out, []byte("-----BEGIN"))
			require.True(t, found, "%s", out)
			block, _ := pem.Decode(append([]byte("-----BEGIN"), rest...))
			require.NotNil(t, block)
			assert.Equal(t, id.DER, block.Bytes)
		})
	}
}

func TestCountingProxyBeforeARealServer(t *testing.T) {
	id := tlstest.Localhost(t, pki.P256)
	s := tlstest.OpenSSL(t, id)
	proxy := tlstest.Bad(t, badserver.Forward(s.Addr))
	for range 3 {
		answer, err := truth.Ask(context.Background(), proxy.Addr(), truth.Hello(truth.TLS12, []uint16{0xc02b}, ""))
		require.NoError(t, err)
		assert.Equal(t, "hello", answer.End)
	}
	assert.EqualValues(t, 3, proxy.Stats().Connections)
	resets := tlstest.Bad(t, badserver.ResetOnly(s.Addr))
	answer, err := truth.Ask(context.Background(), resets.Addr(), truth.Hello(truth.TLS12, []uint16{0xc02f}, ""))
	require.NoError(t, err)
	assert.Equal(t, "reset", answer.End)
	never := tlstest.NeverAccepts(t)
	conn, err := net.Dial("tcp", never.Addr().String())
	require.NoError(t, err)
	require.NoError(t, conn.Close())
}
