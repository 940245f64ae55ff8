package tlstest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/internal/tlstest/truth"
)

// ssl2Hello is a CLIENT-HELLO of SSL 2.0 with its seven well-known kinds.
func ssl2Hello() []byte {
	hello := []byte{0x80, 46, 1, 0, 2, 0, 21, 0, 0, 0, 16}
	for _, kind := range [][]byte{{1, 0, 0x80}, {2, 0, 0x80}, {3, 0, 0x80}, {4, 0, 0x80}, {5, 0, 0x80}, {6, 0, 0x40}, {7, 0, 0xc0}} {
		hello = append(hello, kind...)
	}
	return append(hello, "0123456789abcdef"...)
}

// TestHowServersRefuse holds what a scanner must expect: no two servers refuse everything alike. TLS 1.0 is off in all.
func TestHowServersRefuse(t *testing.T) {
	id := tlstest.Localhost(t, pki.RSA2048)
	ids := []*pki.Identity{id}
	suites := []uint16{0xc02f, 0xc030, 0x009c, 0xc013, 0x002f, 0x0035}
	type alerts struct{ ssl2, ssl3, tls10, suite12, suite13 int }
	for name, c := range map[string]struct {
		start func() *tlstest.Server
		want  alerts
	}{
		"OpenSSL": {func() *tlstest.Server { return tlstest.OpenSSL(t, id, "-no_tls1", "-no_tls1_1") }, alerts{70, 40, 70, 40, 40}},
		"GnuTLS": {
			func() *tlstest.Server { return tlstest.GnuTLS(t, id, "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1") },
			alerts{70, 70, 70, 40, 40},
		},
		"Java": {
			func() *tlstest.Server {
				return tlstest.Java(t, tlstest.JavaConfig{Identities: ids, Protocols: []string{"TLSv1.2", "TLSv1.3"}})
			},
			alerts{40, 70, 70, 40, 40},
		},
		"nginx": {
			func() *tlstest.Server { return tlstest.Nginx(t, ids, "ssl_protocols TLSv1.2 TLSv1.3;") },
			alerts{70, 40, 70, 40, 40},
		},
		"stunnel": {func() *tlstest.Server { return tlstest.Stunnel(t, id, "sslVersionMin = TLSv1.2") }, alerts{70, 40, 70, 40, 40}},
	} {
		t.Run(name, func(t *testing.T) {
			s := c.start()
			ask := func(hello []byte) truth.Answer {
				answer, err := truth.Ask(context.Background(), s.Addr, hello)
				require.NoError(t, err)
				return answer
			}
			assert.Equal(t, c.want, alerts{
				ask(ssl2Hello()).Alert,
				ask(truth.Hello(truth.SSL30, suites, "")).Alert,
				ask(truth.Hello(truth.TLS10, suites, "localhost")).Alert,
				ask(truth.Hello(truth.TLS12, []uint16{0x00a5}, "localhost")).Alert,
				ask(truth.Hello(truth.TLS13, []uint16{0x1307}, "localhost")).Alert,
			})
			retry := ask(truth.Hello(truth.TLS13, []uint16{0x1301, 0x1302, 0x1303}, "localhost"))
			assert.Equal(t, truth.TLS13, retry.Version)
			assert.True(t, retry.Retry, "an empty key_share list asks for a HelloRetryRequest")
		})
	}
}

// TestHowServersAnswerTheVersionBetween asks for TLS 1.1 where 1.0 and 1.2 are on: some refuse, some answer 1.0, so a
// ServerHello proves the version only when it names it.
func TestHowServersAnswerTheVersionBetween(t *testing.T) {
	id := tlstest.Localhost(t, pki.RSA2048)
	ids := []*pki.Identity{id}
	for name, c := range map[string]struct {
		start func() *tlstest.Server
		want  uint16 // 0: alert 70
	}{
		"OpenSSL": {func() *tlstest.Server { return tlstest.OpenSSL(t, id, "-no_tls1_1") }, truth.TLS10},
		"GnuTLS":  {func() *tlstest.Server { return tlstest.GnuTLS(t, id, tlstest.GnuTLSGap) }, 0},
		"Java": {
			func() *tlstest.Server {
				return tlstest.Java(t, tlstest.JavaConfig{Identities: ids, Protocols: []string{"TLSv1", "TLSv1.2"}, Ciphers: []string{"ALL"}})
			},
			truth.TLS10,
		},
		"nginx": {
			func() *tlstest.Server {
				return tlstest.Nginx(t, ids, "ssl_protocols TLSv1 TLSv1.2;", "ssl_ciphers ALL:@SECLEVEL=0;")
			},
			truth.TLS10,
		},
	} {
		t.Run(name, func(t *testing.T) {
			answer, err := truth.Ask(context.Background(), c.start().Addr, truth.Hello(truth.TLS11, []uint16{0xc013, 0x002f, 0x0035}, ""))
			require.NoError(t, err)
			assert.Equal(t, c.want, answer.Version)
			if c.want == 0 {
				assert.Equal(t, 70, answer.Alert)
			}
		})
	}
}
