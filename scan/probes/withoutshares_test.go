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
	"github.com/portseal/portseal/scan/hello"
)

// askedFor counts the questions about the suites of TLS 1.3, and those of them that carried key shares.
func askedFor(t *testing.T, o scan.Observation) (all, shares int) {
	t.Helper()
	for _, x := range o.Evidence {
		if !strings.HasPrefix(x.Question, "suites/TLSv1.3/") {
			continue
		}
		h, err := hello.ParseClientHello(x.Sent)
		require.NoError(t, err, x.Question)
		all++
		if len(h.KeyShares) > 0 {
			shares++
		}
	}
	return all, shares
}

// TestSuitesWithoutKeyShares: the suites of TLS 1.3 cost a listener no key and no signature, and no more connections than with them.
func TestSuitesWithoutKeyShares(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	for name, c := range map[string]struct {
		server *tlstest.Server
		want   []uint16
		asked  int
	}{
		"OpenSSL":            {tlstest.OpenSSL(t, id, "-tls1_3"), []uint16{0x1301, 0x1302, 0x1303}, 4}, // one also tells whose order counts
		"OpenSSL, one suite": {tlstest.OpenSSL(t, id, "-tls1_3", "-ciphersuites", "TLS_AES_128_GCM_SHA256"), []uint16{0x1301}, 1},
		"GnuTLS":             {tlstest.GnuTLS(t, id, "NORMAL:-VERS-ALL:+VERS-TLS1.3"), []uint16{0x1301, 0x1302, 0x1303, 0x1304}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := look(t, c.server.Addr, scan.Plan{})
			assert.ElementsMatch(t, c.want, suitesOf(o, cipher.TLSv13))
			assert.Equal(t, scan.EnumerationFull, o.Protocol(cipher.TLSv13).Enumeration)
			all, shares := askedFor(t, o)
			assert.Equal(t, c.asked, all)
			assert.Zero(t, shares)
			assert.NotEqual(t, scan.Unknown, o.Feature("ecdhe-key-reuse", cipher.TLSv13).Answer, "other answers show it")
		})
	}
}

// TestListenerThatWantsKeyShares refuses hellos without: it is asked with them, and what it takes is told from what it refuses all the same.
func TestListenerThatWantsKeyShares(t *testing.T) {
	t.Parallel()
	o := picky(t, func(_ []byte, h hello.ClientHello) bool { return h.Version == cipher.TLSv13 && len(h.KeyShares) == 0 })
	assert.ElementsMatch(t, []uint16{0x1301, 0x1302, 0x1303}, suitesOf(o, cipher.TLSv13))
	assert.Equal(t, scan.EnumerationFull, o.Protocol(cipher.TLSv13).Enumeration)
	all, shares := askedFor(t, o)
	assert.Equal(t, 4, all)
	assert.Equal(t, 3, shares, "one hello without is refused, and none is asked after it")
}
