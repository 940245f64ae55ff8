package handshake

import (
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	ztls "github.com/zmap/zcrypto/tls"
	zx509 "github.com/zmap/zcrypto/x509"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan/hello"
)

// These tests hold what this package relies on in zcrypto, so that a new version of it which differs is noticed.

// offered returns the ClientHello that a client sends first.
func offered(t *testing.T, start func(net.Conn) error) hello.ClientHello {
	t.Helper()
	ours, peer := net.Pipe()
	done := make(chan struct{})
	go func() { defer close(done); _ = start(ours); _ = ours.Close() }()
	require.NoError(t, peer.SetDeadline(time.Now().Add(20*time.Second)))
	buffer := make([]byte, 1<<14)
	n, err := peer.Read(buffer)
	require.NoError(t, err)
	require.NoError(t, peer.Close())
	<-done
	h, err := hello.ParseClientHello(buffer[:n])
	require.NoError(t, err)
	return h
}

func zHello(t *testing.T, config *ztls.Config) hello.ClientHello {
	config.InsecureSkipVerify, config.RootCAs = true, zx509.NewCertPool()
	return offered(t, func(c net.Conn) error { return ztls.Client(c, config).Handshake() })
}

func TestZcryptoDHENeedsForceSuites(t *testing.T) {
	suites := []uint16{0x009E, 0x0033}
	assert.Empty(t, zHello(t, &ztls.Config{CipherSuites: suites, MaxVersion: ztls.VersionTLS12}).Suites,
		"without ForceSuites zcrypto drops DHE in silence")
	assert.Equal(t, []cipher.ID{0x009E, 0x0033},
		zHello(t, &ztls.Config{CipherSuites: suites, MaxVersion: ztls.VersionTLS12, ForceSuites: true}).Suites)
}

func TestZcryptoDeadFields(t *testing.T) {
	plain := zHello(t, &ztls.Config{MaxVersion: ztls.VersionTLS12})
	assert.False(t, plain.ExtendedMasterSecret, "if zcrypto has it now, prefer zcrypto for more suites")
	for name, config := range map[string]*ztls.Config{
		"ExtendedMasterSecret": {ExtendedMasterSecret: true}, "HeartbeatEnabled": {HeartbeatEnabled: true},
		"ExtendedRandom": {ExtendedRandom: true}, "NoOcspStapling": {NoOcspStapling: true}, "CertsOnly": {CertsOnly: true},
		"SignatureAndHashes": {SignatureAndHashes: []ztls.SigAndHash{{Signature: 1, Hash: 1}}},
		"CompressionMethods": {CompressionMethods: []uint8{1}}, "SupportedPoints": {SupportedPoints: []uint8{1}},
	} {
		config.MaxVersion = ztls.VersionTLS12
		got := zHello(t, config)
		assert.Equal(t, plain.Extensions, got.Extensions, "%s does something now", name)
		assert.Equal(t, plain.Suites, got.Suites, name)
	}
}

func TestZcryptoLogHoldsSecretsAndStaysInside(t *testing.T) {
	addr := tlstest.OpenSSL(t, tlstest.Localhost(t, pki.RSA2048)).Addr
	conn, err := net.Dial("tcp", addr.String())
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	o := offer{min: ztls.VersionTLS12, max: ztls.VersionTLS12, suites: []uint16{0x009F}}
	c := o.zcryptoClient(conn, &trace{})
	require.NoError(t, c.Handshake())
	log := c.(zcryptoConn).conn.GetHandshakeLog()
	assert.NotEmpty(t, log.KeyMaterial.MasterSecret.Value, "zcrypto's log no longer holds the master secret")
	assert.NotNil(t, log.ServerCertificates.Validation, "InsecureSkipVerify skips validation now")
	_, leaks := c.(interface {
		GetHandshakeLog() *ztls.ServerHandshake
	})
	assert.False(t, leaks)
}

func TestZcryptoSetsGODEBUG(t *testing.T) {
	assert.Contains(t, os.Getenv("GODEBUG"), "rsa1024min=0", "importing zcrypto sets it for the whole process")
}

func TestZcryptoSpeaksNoSSL3(t *testing.T) {
	ours, peer := net.Pipe()
	require.NoError(t, peer.Close())
	//lint:ignore SA1019 that the deprecated version is there and does nothing is what is tested
	err := ztls.Client(ours, &ztls.Config{MinVersion: ztls.VersionSSL30, MaxVersion: ztls.VersionSSL30, InsecureSkipVerify: true}).Handshake()
	assert.ErrorContains(t, err, "no supported versions")
}

// What both libraries' hellos of ours must and must not hold.
func TestOurHellos(t *testing.T) {
	std := offer{min: 0x0301, max: 0x0304, suites: stdSuites(), serverName: "a.example"}
	h := offered(t, func(c net.Conn) error { return std.stdClient(c, &trace{}).Handshake() })
	assert.True(t, h.ExtendedMasterSecret)
	assert.Equal(t, []cipher.Group{29, 23, 24, 25}, h.Groups, "classical groups only")
	assert.Subset(t, h.Suites, []cipher.ID{0x1301, 0xC02F, 0x0005, 0x000A, 0x002F})
	assert.Equal(t, "a.example", h.ServerName)
	assert.NotContains(t, h.Suites, cipher.ID(0x5600))
	z := offer{min: 0x0301, max: 0x0303, suites: zcryptoSuites()}
	h = offered(t, func(c net.Conn) error { return z.zcryptoClient(c, &trace{}).Handshake() })
	assert.Equal(t, []cipher.Group{29, 23, 24, 25}, h.Groups)
	assert.Len(t, h.Suites, len(zcryptoSuites()))
	assert.Empty(t, h.ServerName)
}
