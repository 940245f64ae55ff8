package probes_test

import (
	"crypto/tls"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
)

// TestPostQuantumOnly: a listener that takes hybrid groups alone refuses every hello without them, and speaks TLS 1.3 all the same.
func TestPostQuantumOnly(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.P256)
	for group, name := range map[tls.CurveID]string{
		tls.X25519MLKEM768: "X25519MLKEM768", tls.SecP256r1MLKEM768: "SecP256r1MLKEM768", tls.SecP384r1MLKEM1024: "SecP384r1MLKEM1024",
	} {
		s := tlstest.Go(t, &tls.Config{Certificates: []tls.Certificate{id.Certificate()}, MinVersion: tls.VersionTLS13, CurvePreferences: []tls.CurveID{group}})
		for _, depth := range []scan.Depth{scan.Standard, scan.Deep} {
			o := look(t, s.Addr, scan.Plan{Depth: depth})
			p := o.Protocol(cipher.TLSv13)
			require.Equal(t, scan.Yes, p.Supported, name)
			assert.Equal(t, scan.EnumerationFull, p.Enumeration)
			assert.ElementsMatch(t, []cipher.ID{0x1301, 0x1302, 0x1303}, codes(p), name)
			assert.Equal(t, []string{sha(id)}, leaves(o), name)
			assert.Equal(t, scan.No, o.Protocol(cipher.TLSv12).Supported)
			var groups []string
			for _, g := range o.Groups {
				if g.Supported == scan.Yes {
					groups = append(groups, g.Name)
				}
			}
			assert.Equal(t, []string{name}, groups)
		}
	}
}
