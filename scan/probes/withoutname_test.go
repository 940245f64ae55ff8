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

// TestWithoutServerName: a listener that has other certificates for who sends no name shows them all, of each key type; one that
// has the same is asked once.
func TestWithoutServerName(t *testing.T) {
	t.Parallel()
	named := tlstest.Localhost(t, pki.P256)
	fallback := []*pki.Identity{tlstest.Localhost(t, pki.RSA2048), tlstest.Localhost(t, pki.P384)}
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		plain := &tls.Config{MaxVersion: version, Certificates: []tls.Certificate{fallback[0].Certificate(), fallback[1].Certificate()}}
		byName := &tls.Config{MaxVersion: version, Certificates: []tls.Certificate{named.Certificate()},
			GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) {
				if h.ServerName == "" {
					return plain, nil
				}
				return nil, nil
			}}
		o := look(t, tlstest.Go(t, byName).Addr, scan.Plan{})
		assert.Equal(t, []string{sha(named)}, leaves(o))
		assert.ElementsMatch(t, []string{sha(fallback[0]), sha(fallback[1])}, namelessLeaves(o), "%s", cipher.Version(version))

		byName.GetConfigForClient = nil
		same := look(t, tlstest.Go(t, byName).Addr, scan.Plan{})
		assert.Equal(t, []string{sha(named)}, namelessLeaves(same))
		assert.NotContains(t, questions(same), "certificates/"+cipher.Version(version).String()+"/without-sni/rsa")
	}
}

func namelessLeaves(o scan.Observation) []string {
	var out []string
	for _, p := range o.Presented {
		if p.SNI == "" {
			out = append(out, p.Leaf)
		}
	}
	return out
}

func questions(o scan.Observation) []string {
	var out []string
	for _, x := range o.Evidence {
		out = append(out, x.Question)
	}
	return out
}
