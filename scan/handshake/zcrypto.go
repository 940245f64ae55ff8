package handshake

import (
	"net"

	ztls "github.com/zmap/zcrypto/tls"
	zx509 "github.com/zmap/zcrypto/x509"

	"github.com/portseal/portseal/cipher"
)

// zcryptoSuites returns what zcrypto completes that crypto/tls does not: DHE with an RSA certificate, by their IANA codes. It
// lists DHE_DSS too, but refuses DSA certificates.
func zcryptoSuites() []uint16 {
	return []uint16{
		0xCCAA, // TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256
		0x009F, // TLS_DHE_RSA_WITH_AES_256_GCM_SHA384
		0x009E, // TLS_DHE_RSA_WITH_AES_128_GCM_SHA256
		0x006B, // TLS_DHE_RSA_WITH_AES_256_CBC_SHA256
		0x0067, // TLS_DHE_RSA_WITH_AES_128_CBC_SHA256
		0x0039, // TLS_DHE_RSA_WITH_AES_256_CBC_SHA
		0x0033, // TLS_DHE_RSA_WITH_AES_128_CBC_SHA
		0x0016, // TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA
	}
}

// zcryptoConn has only what this package needs: zcrypto's handshake log holds the master secret and must not leave.
type zcryptoConn struct{ conn *ztls.Conn }

func (c zcryptoConn) Handshake() error            { return c.conn.Handshake() }
func (c zcryptoConn) Read(p []byte) (int, error)  { return c.conn.Read(p) }
func (c zcryptoConn) Write(p []byte) (int, error) { return c.conn.Write(p) }
func (c zcryptoConn) CloseWrite() error           { return c.conn.CloseWrite() }

func (c zcryptoConn) negotiated() (cipher.Version, cipher.ID) {
	s := c.conn.ConnectionState()
	return cipher.Version(s.Version), cipher.TLS(s.CipherSuite)
}

// zcryptoClient configures zcrypto. ForceSuites is what makes it offer DHE at all. RootCAs is an empty pool: it always builds
// chains, InsecureSkipVerify or not, and would load the system's roots for that. No session cache: with one it panics.
func (o offer) zcryptoClient(conn net.Conn, t *trace) client {
	return zcryptoConn{ztls.Client(conn, &ztls.Config{
		MinVersion:             o.min,
		MaxVersion:             o.max,
		CipherSuites:           o.suites,
		ForceSuites:            true,
		ServerName:             o.serverName,
		CurvePreferences:       []ztls.CurveID{ztls.X25519, ztls.CurveP256, ztls.CurveP384, ztls.CurveP521},
		InsecureSkipVerify:     true,
		RootCAs:                zx509.NewCertPool(),
		SessionTicketsDisabled: true,
		KeyLogWriter:           &t.keys,
		GetClientCertificate: func(*ztls.CertificateRequestInfo) (*ztls.Certificate, error) {
			t.requested = true
			return o.identity.zcrypto(), nil
		},
	})}
}
