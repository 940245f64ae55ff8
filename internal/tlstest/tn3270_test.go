package tlstest_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
)

// TestTN3270WithARealClient: s3270 reaches the screen in every way that each connection type has, and not at once where START_TLS comes first. (A client that declines
// START_TLS and is hung up on is left out: s3270 4.1 crashes there.)
func TestTN3270WithARealClient(t *testing.T) {
	cfg := &tls.Config{Certificates: []tls.Certificate{tlstest.Localhost(t, pki.RSA2048).Certificate()}}
	for _, c := range []struct {
		conn    tlstest.ConnType
		prefix  string // s3270's: L TLS at once, Y the certificate is not checked
		options []string
		shows   bool
		secure  string
	}{
		{tlstest.ConnSecure, "L:Y:", nil, true, "secure"},
		{tlstest.ConnSecure, "Y:", nil, true, "secure"},
		{tlstest.ConnNegtSecure, "Y:", nil, true, "secure"},
		{tlstest.ConnNegtSecure, "L:Y:", nil, false, ""},
		{tlstest.ConnAny, "L:Y:", nil, true, "secure"},
		{tlstest.ConnAny, "Y:", nil, true, "secure"},
		{tlstest.ConnAny, "", []string{"-set", "startTls=false"}, true, "not secure"},
		{tlstest.ConnBasic, "", nil, true, "not secure"},
	} {
		t.Run(fmt.Sprint(c.conn, c.prefix, c.options), func(t *testing.T) {
			s := tlstest.TN3270(t, cfg, c.conn, 500*time.Millisecond)
			out := s3270(t, c.prefix+s.Addr().String(), c.options)
			assert.Equal(t, c.shows, strings.Contains(out, "PORTSEAL"), out)
			if c.shows {
				assert.Contains(t, out, "data: "+c.secure, out)
			}
		})
	}
}

func s3270(t *testing.T, host string, options []string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, tlstest.Require(t, "s3270", "s3270"), options...)
	cmd.Stdin = strings.NewReader("Connect(" + host + ")\nWait(20,Output)\nAscii()\nShow(tls)\nQuit()\n")
	out, err := cmd.CombinedOutput()
	require.NoError(t, ctx.Err())
	if err != nil {
		t.Logf("s3270: %v", err)
	}
	return string(out)
}
