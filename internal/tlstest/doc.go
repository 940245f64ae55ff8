// Package tlstest gives tests their servers: real ones (OpenSSL, GnuTLS, Java, nginx, stunnel, vsftpd, crypto/tls) with the truth
// about what they were configured to accept, and, by its sub-packages, misbehaving ones (badserver), certificates (pki)
// and a reference that asks about one suite at a time (truth).
//
// Everything runs on loopback, on free ports, and ends with the test. Limits: gnutls-serv cannot be told to listen on
// loopback only; a real server needs its Debian package: see Require. Nothing here belongs to the product.
package tlstest

import (
	"testing"

	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
)

// NewCA is pki.NewCA for tests.
func NewCA(t testing.TB, name string, opts ...pki.Option) *pki.CA {
	t.Helper()
	ca, err := pki.NewCA(name, opts...)
	if err != nil {
		t.Fatalf("tlstest: %v", err)
	}
	return ca
}

// Intermediate is CA.Intermediate for tests.
func Intermediate(t testing.TB, ca *pki.CA, name string, opts ...pki.Option) *pki.CA {
	t.Helper()
	sub, err := ca.Intermediate(name, opts...)
	if err != nil {
		t.Fatalf("tlstest: %v", err)
	}
	return sub
}

// Issue is CA.Leaf for tests. Ed448 and DSA keys need the openssl command: see Require.
func Issue(t testing.TB, ca *pki.CA, leaf pki.Leaf) *pki.Identity {
	t.Helper()
	if leaf.KeyType == pki.Ed448 || leaf.KeyType == pki.DSA2048 {
		Require(t, "openssl", "openssl")
	}
	id, err := ca.Leaf(leaf)
	if err != nil {
		t.Fatalf("tlstest: %v", err)
	}
	return id
}

// Localhost is a certificate for localhost and 127.0.0.1 by a root of its own, for tests that are not about trust.
func Localhost(t testing.TB, kind pki.KeyType) *pki.Identity {
	t.Helper()
	return Issue(t, NewCA(t, "Test Root"), pki.Leaf{
		CommonName: "localhost", DNS: []string{"localhost"}, IPs: loopback, KeyType: kind,
	})
}

// Bad serves handler until the test ends.
func Bad(t testing.TB, handler badserver.Handler) *badserver.Server {
	t.Helper()
	s, err := badserver.Listen(handler)
	return closing(t, s, err)
}

// NeverAccepts listens without accepting until the test ends.
func NeverAccepts(t testing.TB) *badserver.Server {
	t.Helper()
	s, err := badserver.NeverAccepts()
	return closing(t, s, err)
}

func closing(t testing.TB, s *badserver.Server, err error) *badserver.Server {
	t.Helper()
	if err != nil {
		t.Fatalf("tlstest: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}
