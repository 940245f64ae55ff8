package notice

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"time"

	"github.com/portseal/portseal/internal/estate"
)

// wires are what messages are sent with.
type wires struct {
	roots *x509.CertPool // nil: those of the system
	host  string         // of this machine; may be empty
	agent string
	now   func() time.Time
}

// dialWithin bounds the begin of a connection, answerMost what is read of a receiver's answers, in octets.
const (
	dialWithin = 10 * time.Second
	answerMost = 1 << 16
)

// send sends a message once.
func (w wires) send(ctx context.Context, to *estate.Notice, m *Message, body []byte) error {
	switch {
	case to.Webhook != "":
		return w.webhook(ctx, to, m, body)
	case to.SMTP != "":
		return w.mail(ctx, to, m)
	}
	return w.syslog(ctx, to, m)
}

// tls verifies that a receiver is who the estate file names.
func (w wires) tls(host string) *tls.Config {
	return &tls.Config{ServerName: host, RootCAs: w.roots, MinVersion: tls.VersionTLS12}
}

// dial makes a connection that ends with ctx, and gives no more than answerMost octets.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := (&net.Dialer{Timeout: dialWithin}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	b := &bounded{Conn: c, left: answerMost}
	b.stop = context.AfterFunc(ctx, func() { _ = c.Close() })
	return b, nil
}

// bounded is a connection that a peer cannot keep busy for ever.
type bounded struct {
	net.Conn
	left int
	stop func() bool
}

// Read reads, until the peer has said more than anybody needs to.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errors.New("it says more than it should")
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// Close closes.
func (b *bounded) Close() error {
	b.stop()
	return b.Conn.Close()
}

// CloseWrite says that nothing more comes, where the connection has a way to.
func (b *bounded) CloseWrite() error {
	if c, ok := b.Conn.(interface{ CloseWrite() error }); ok {
		return c.CloseWrite()
	}
	return nil
}

// isTimeout says whether an error is that of a deadline.
func isTimeout(err error) bool {
	n, ok := errors.AsType[net.Error](err)
	return ok && n.Timeout()
}
