package starttls

import (
	"context"
	"crypto/tls"
	"net"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
)

// listen serves one client of a kind, and returns where, and how it went.
func listen(t *testing.T, kind string, cert tls.Certificate) (addr string, served <-chan error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	done := make(chan error, 1)
	go func() { done <- serve(l, servers()[kind], cert) }()
	return l.Addr().String(), done
}

// OpenSSL's client and ours speak to the same servers: so these speak the protocols, and not only what we think they are.
func TestOpenSSLAgrees(t *testing.T) {
	openssl := tlstest.Require(t, "openssl", "openssl")
	cert := tlstest.Localhost(t, pki.P256).Certificate()
	for kind := range servers() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			name := kind
			if kind == "tn3270" {
				name = "telnet"
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // a server or client that waits for ever
			defer cancel()
			addr, served := listen(t, kind, cert)
			out, err := exec.CommandContext(ctx, openssl, "s_client", "-connect", addr, "-starttls", name,
				"-name", "localhost", "-brief").CombinedOutput()
			assert.NoError(t, err, "%s", out)
			assert.NoError(t, <-served)

			addr, served = listen(t, kind, cert)
			conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
			require.NoError(t, err)
			defer conn.Close()
			fn, _ := Lookup(kind)
			_, err = fn(ctx, conn, "localhost")
			require.NoError(t, err)
			require.NoError(t, tls.Client(conn, &tls.Config{InsecureSkipVerify: true}).HandshakeContext(ctx))
			assert.NoError(t, <-served)
		})
	}
}
