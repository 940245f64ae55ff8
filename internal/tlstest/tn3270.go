package tlstest

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"testing"
	"time"

	"github.com/portseal/portseal/internal/tlstest/badserver"
)

// ConnType is how a TN3270E Telnet server of z/OS lets a connection begin (IBM, CONNTYPE statement and "Transport Layer
// Security").
type ConnType string

// The connection types: SECURE waits for a ClientHello and then negotiates START_TLS; NEGTSECURE negotiates at once; ANY is SECURE for
// those who want TLS and goes on without it for others; BASIC has no TLS.
const (
	ConnSecure     ConnType = "SECURE"
	ConnNegtSecure ConnType = "NEGTSECURE"
	ConnAny        ConnType = "ANY"
	ConnBasic      ConnType = "BASIC"
)

// Telnet (RFC 854, 885, 1091; draft-altman-telnet-starttls) and TN3270 (RFC 1576).
const (
	doStartTLS   = "\xff\xfd\x2e"
	willStartTLS = "\xff\xfb\x2e"
	wontStartTLS = "\xff\xfc\x2e"
	dontStartTLS = "\xff\xfe\x2e"
	follows      = "\xff\xfa\x2e\x01\xff\xf0"
	doTerminal   = "\xff\xfd\x18"
	sendTerminal = "\xff\xfa\x18\x01\xff\xf0"
	binaryEOR    = "\xff\xfd\x19\xff\xfb\x19\xff\xfd\x00\xff\xfb\x00"
	endOfRecord  = "\xff\xef"
)

// Screen is what a session shows: PORTSEAL, by Erase/Write.
const screen = "\xf5\xc3\xd7\xd6\xd9\xe3\xe2\xc5\xc1\xd3"

// TN3270 starts a TN3270 server that shows one screen. Wait is how long SECURE and ANY wait for a ClientHello. That it speaks the
// protocol is proven with s3270. Limits: no TN3270E, no input, no z/OS timing.
func TN3270(t testing.TB, cfg *tls.Config, conn ConnType, wait time.Duration) *badserver.Server {
	t.Helper()
	return Bad(t, func(ctx context.Context, c *net.TCPConn) {
		s := &telnetServer{Conn: c, r: bufio.NewReader(c)}
		if secured := s.begin(ctx, cfg, conn, wait); secured != nil {
			s.session(secured)
		}
	})
}

// telnetServer is one connection: what was read ahead is not lost to TLS.
type telnetServer struct {
	net.Conn
	r *bufio.Reader
}

// Read reads what came, in order.
func (s *telnetServer) Read(p []byte) (int, error) { return s.r.Read(p) }

// begin does what the connection type says before a session, and returns what the session runs over, or nil.
func (s *telnetServer) begin(ctx context.Context, cfg *tls.Config, conn ConnType, wait time.Duration) net.Conn {
	if conn == ConnBasic {
		return s
	}
	if conn != ConnNegtSecure {
		_ = s.SetReadDeadline(time.Now().Add(wait))
		first, err := s.r.Peek(1)
		_ = s.SetReadDeadline(time.Time{})
		if err == nil && first[0] == 0x16 {
			return s.tls(ctx, cfg)
		}
		if timeout, ok := err.(net.Error); !ok || !timeout.Timeout() {
			return nil // anything else is a failed handshake
		}
	}
	_, _ = io.WriteString(s, doStartTLS)
	answer := make([]byte, len(willStartTLS))
	if _, err := io.ReadFull(s, answer); err != nil {
		return nil
	}
	switch string(answer) {
	case wontStartTLS:
		if conn == ConnAny {
			return s
		}
		return nil
	case willStartTLS:
		_, _ = io.WriteString(s, follows)
		if hear(s, follows) {
			return s.tls(ctx, cfg)
		}
	}
	return nil
}

func (s *telnetServer) tls(ctx context.Context, cfg *tls.Config) net.Conn {
	c := tls.Server(s, cfg)
	if c.HandshakeContext(ctx) != nil {
		return nil
	}
	return c
}

// session negotiates what TN3270 needs, shows the screen, and waits for the client to go.
func (s *telnetServer) session(c net.Conn) {
	for _, step := range [][2]string{{doTerminal, "\xff\xfb\x18"}, {sendTerminal, "\xff\xf0"}, {binaryEOR, "\xff\xfb\x00"}} {
		_, _ = io.WriteString(c, step[0])
		if !hear(c, step[1]) {
			return
		}
	}
	_, _ = io.WriteString(c, screen+endOfRecord)
	_, _ = io.Copy(io.Discard, c)
}

// hear reads octet by octet until text has come: what follows it is not for us. START_TLS that the client offers on the way is
// declined, as RFC 854 wants of options that are not known.
func hear(c io.ReadWriter, text string) bool {
	const most = 1 << 12
	var got []byte
	for b := make([]byte, 1); len(got) < most; {
		if _, err := io.ReadFull(c, b); err != nil {
			return false
		}
		if got = append(got, b[0]); bytes.HasSuffix(got, []byte(text)) {
			return true
		}
		if bytes.HasSuffix(got, []byte(willStartTLS)) {
			_, _ = io.WriteString(c, dontStartTLS)
		}
	}
	return false
}
