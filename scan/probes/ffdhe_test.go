package probes_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
)

// TestNamedDHE: slapd without TLSDHParamFile (it is built on GnuTLS) takes DHE from who names RFC 7919's groups, and from nobody else.
func TestNamedDHE(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	slapd := tlstest.Slapd(t, id)
	o := look(t, slapd.Addr, scan.Plan{Depth: scan.Deep}, behind("ldap")) // all of it: slapd closes instead of an alert, which counts once something is answered later
	for _, v := range []cipher.Version{cipher.TLSv10, cipher.TLSv11, cipher.TLSv12} {
		p := o.Protocol(v)
		require.Equal(t, scan.Yes, p.Supported, v)
		assert.Contains(t, codes(p), cipher.TLS(0x0033), "%s: TLS_DHE_RSA_WITH_AES_128_CBC_SHA", v)
		assert.Equal(t, scan.EnumerationFull, p.Enumeration, v)
		assert.Equal(t, len(cipher.Enumerable(v)), len(p.CipherSuites)+p.Refused.Count, "%s: each suite was accepted or refused", v)
	}
	require.NotEmpty(t, o.DH)
	for _, dh := range o.DH {
		assert.GreaterOrEqual(t, dh.Bits, 2048)
	}
	// A listener that has parameters of its own is not asked: nor is one of TLS 1.3, where groups are always named.
	s := tlstest.GnuTLS(t, id, tlstest.GnuTLSLegacy)
	o = lookAs(t, []string{"named-dhe"}, s.Addr, scan.Plan{Depth: scan.Deep})
	requireTruth(t, s.Suites, o)
	for _, e := range o.Evidence {
		assert.False(t, strings.HasPrefix(e.Question, "named-dhe/"), e.Question)
	}
}

func codes(p scan.Protocol) (out []cipher.ID) {
	for _, s := range p.CipherSuites {
		out = append(out, s.Code)
	}
	return out
}
