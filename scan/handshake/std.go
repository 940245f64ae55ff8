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

// sessions makes crypto/tls offer sessions, so that a TLS 1.3 peer which accepts the client sends a ticket. It has the one that is offered,
// if any, and keeps the last that comes, where one is to be kept.
type sessions struct {
	offered, kept *tls.ClientSessionState
	keep          bool
}

// Get returns the session to offer.
func (s *sessions) Get(string) (*tls.ClientSessionState, bool) { return s.offered, s.offered != nil }

// Put keeps a session; nil forgets one that was refused.
func (s *sessions) Put(_ string, session *tls.ClientSessionState) {
	if s.keep && session != nil {
		s.kept = session
	}
}

// cache returns what crypto/tls is to use: nil leaves session_ticket out of the hello.
func (s *sessions) cache() tls.ClientSessionCache {
	if s == nil {
		return nil
	}
	return s
}

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
		ClientSessionCache: o.sessions.cache(),
		KeyLogWriter:       &t.keys,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			t.requested = true
			return o.identity.std(), nil
		},
	})}
}
