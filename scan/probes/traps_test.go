package probes_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
)

// TestTraps: servers that have nothing a scanner expects, each of which others read wrong, at standard and at deep: only RC4, only EXPORT, only NULL,
// only anonymous suites, only SSL 3.0.
func TestTraps(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	java := func(protocols []string, suites ...string) netip.AddrPort {
		return tlstest.Java(t, tlstest.JavaConfig{Identities: []*pki.Identity{id}, Protocols: protocols, Ciphers: suites}).Addr
	}
	old := []string{"SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2"}
	all := []cipher.Version{cipher.SSLv3, cipher.TLSv10, cipher.TLSv11, cipher.TLSv12}
	for name, c := range map[string]struct {
		protocols []string
		suites    []string
		versions  []cipher.Version
	}{
		"RC4":       {old, []string{"SSL_RSA_WITH_RC4_128_SHA", "SSL_RSA_WITH_RC4_128_MD5"}, all},
		"EXPORT":    {old, []string{"SSL_RSA_EXPORT_WITH_RC4_40_MD5", "SSL_RSA_EXPORT_WITH_DES40_CBC_SHA"}, all[:2]}, // RFC 4346 appendix A.5
		"NULL":      {old, []string{"SSL_RSA_WITH_NULL_SHA", "SSL_RSA_WITH_NULL_MD5"}, all},
		"anonymous": {old, []string{"SSL_DH_anon_WITH_RC4_128_MD5", "TLS_DH_anon_WITH_AES_128_CBC_SHA"}, all},
		"SSL 3.0":   {old[:1], []string{"SSL_RSA_WITH_3DES_EDE_CBC_SHA"}, all[:1]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr := java(c.protocols, c.suites...)
			var want []uint16
			for _, suite := range c.suites {
				one, err := cipher.Parse("TLS_" + strings.TrimPrefix(strings.TrimPrefix(suite, "SSL_"), "TLS_"))
				require.NoError(t, err)
				want = append(want, uint16(one))
			}
			trapped(t, addr, func(t *testing.T, o scan.Observation) {
				for _, v := range cipher.Versions() {
					has := scan.No
					for _, w := range c.versions {
						if v == w {
							has = scan.Yes
						}
					}
					assert.Equal(t, has, o.Protocol(v).Supported, v.String())
					if has == scan.Yes {
						assert.ElementsMatch(t, want, suitesOf(o, v), v.String())
						assert.Equal(t, scan.EnumerationFull, o.Protocol(v).Enumeration, v.String())
					}
				}
				if name == "anonymous" {
					assert.Empty(t, o.Presented)
				} else {
					assert.Contains(t, leaves(o), sha(id))
				}
			})
		})
	}
}

// trapped looks at both depths, within what each may cost, and sees that nothing was found vulnerable by its octets.
func trapped(t *testing.T, addr netip.AddrPort, right func(*testing.T, scan.Observation)) {
	for depth, most := range map[scan.Depth]int{scan.Standard: 40, scan.Deep: 120} {
		o := look(t, addr, scan.Plan{Depth: depth, Vulnerabilities: depth == scan.Deep})
		require.Equal(t, scan.StateTLS, o.State, "%+v", o.Failure)
		right(t, o)
		assert.LessOrEqual(t, o.Cost.Connections, most)
		for _, f := range o.Features {
			if slices.Contains([]string{scan.FeatureHeartbleed, scan.FeatureCCSInjection, scan.FeatureTicketbleed, scan.FeatureROBOT}, f.Name) {
				assert.NotEqual(t, scan.Yes, f.Answer, "%+v", f)
			}
		}
	}
}
