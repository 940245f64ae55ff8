package probes_test

import (
	"crypto/tls"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
)

// TestChaChaFirst: servers go by their own order, and take ChaCha20 first from a client that does.
func TestChaChaFirst(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.P256)
	for name, s := range map[string]*tlstest.Server{
		"crypto/tls": tlstest.Go(t, &tls.Config{Certificates: []tls.Certificate{id.Certificate()}}),
		"OpenSSL":    tlstest.OpenSSL(t, id, "-serverpref", "-prioritize_chacha", "-no_tls1", "-no_tls1_1"),
	} {
		o := look(t, s.Addr, scan.Plan{})
		for _, v := range []cipher.Version{cipher.TLSv12, cipher.TLSv13} {
			assert.Equal(t, "server", o.Protocol(v).Preference, "%s, %s", name, v)
		}
	}
}
