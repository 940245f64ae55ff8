package handshake

import (
	"crypto/tls"
	"net"

	"github.com/portseal/portseal/cipher"
)

// stdSuites returns all suites below TLS 1.3 that crypto/tls speaks, RC4, 3DES and RSA key exchange among them: naming them in
// Config.CipherSuites needs no GODEBUG setting.
func stdSuites() []uint16 {
	var out []uint16
	for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		if s.SupportedVersions[0] != tls.VersionTLS13 {
			out = append(out, s.ID)
		}
	}
	return out
}

type stdConn struct{ *tls.Conn }

func (c stdConn) negotiated() (cipher.Version, cipher.ID) {
	s := c.ConnectionState()
	return cipher.Version(s.Version), cipher.TLS(s.CipherSuite)
}

// noSessions makes crypto/tls offer sessions, so that a TLS 1.3 peer which accepts the client sends a ticket, and keeps none.
type noSessions struct{}

func (noSessions) Get(string) (*tls.ClientSessionState, bool) { return nil, false }
func (noSessions) Put(string, *tls.ClientSessionState)        {}

// stdClient configures crypto/tls. The groups are the classical ones: Go's default hello of 1,487 bytes breaks some
// middleboxes, and the hybrids are asked about elsewhere.
func (o offer) stdClient(conn net.Conn, t *trace) client {
	return stdConn{tls.Client(conn, &tls.Config{
		MinVersion:         o.min,
		MaxVersion:         o.max,
		CipherSuites:       o.suites,
		ServerName:         o.serverName,
		CurvePreferences:   []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521},
		InsecureSkipVerify: true, // portseal looks; certificates are judged elsewhere, with their bytes
		ClientSessionCache: noSessions{},
		KeyLogWriter:       &t.keys,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			t.requested = true
			return o.identity.std(), nil
		},
	})}
}
