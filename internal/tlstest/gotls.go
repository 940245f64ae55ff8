package tlstest

import (
	"crypto/tls"
	"testing"

	"github.com/portseal/portseal/internal/tlstest/badserver"
)

// Go starts a crypto/tls server that echoes what it receives.
func Go(t testing.TB, cfg *tls.Config) *Server {
	t.Helper()
	s := Bad(t, badserver.TLS(cfg))
	return &Server{Addr: s.Addr(), log: &logBuffer{}, stop: func() { _ = s.Close() }}
}
