package badserver

import (
	"context"
	"crypto/tls"
	"io"
	"net"
)

// TLS is a well-behaved server by crypto/tls that echoes what it receives: the good listener of a demo or a test.
// crypto/tls speaks TLS 1.0 to 1.3 and has RC4 and 3DES where cfg.CipherSuites names them.
func TLS(cfg *tls.Config) Handler {
	return func(ctx context.Context, conn *net.TCPConn) {
		server := tls.Server(conn, cfg)
		if err := server.HandshakeContext(ctx); err != nil {
			return // crypto/tls has sent its alert; the Server closes
		}
		_, _ = io.Copy(server, server)
		_ = server.Close()
	}
}

// Echo is a clear-text service that sends back what it receives: what stands behind stunnel or AT-TLS.
func Echo() Handler {
	return func(_ context.Context, conn *net.TCPConn) { _, _ = io.Copy(conn, conn) }
}
