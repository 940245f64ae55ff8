package cipher_test

import (
	"cmp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
)

func TestParse(t *testing.T) {
	tests := []struct {
		in   string
		want cipher.ID
	}{
		{"C030", cipher.TLS(0xC030)}, {"c030", cipher.TLS(0xC030)}, {"0035", cipher.TLS(0x35)}, {"FAFB", cipher.TLS(0xFAFB)},
		{"0xC030", cipher.TLS(0xC030)}, {"0x13,0x01", cipher.TLS(0x1301)}, {" 0xC0, 0x30 ", cipher.TLS(0xC030)},
		{"010080", cipher.SSL2(0x010080)}, {"0x010080", cipher.SSL2(0x010080)}, {"0x01,0x00,0x80", cipher.SSL2(0x010080)},
		{"gsk2:35", cipher.TLS(0x35)}, {"GSK2:0a", cipher.TLS(0x0A)}, {"gsk2:9C", cipher.TLS(0x9C)},
		{"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", cipher.TLS(0xC030)}, {"tls_dh_anon_with_rc4_128_md5", cipher.TLS(0x18)},
		{"ECDHE-RSA-AES256-GCM-SHA384", cipher.TLS(0xC030)}, {"TLS_ECDHE_RSA_AES_256_GCM_SHA384", cipher.TLS(0xC030)},
		{"TLS_RSA_ARCFOUR_128_SHA1", cipher.TLS(0x05)}, {"AES128-SHA", cipher.TLS(0x2F)},
		{"SSL_RSA_WITH_RC4_128_MD5", cipher.TLS(0x04)}, {"SSL_ECDHE_RSA_WITH_AES_128_CBC_SHA", cipher.TLS(0xC013)},
		{"SSL_3DES_SHA", cipher.TLS(0x0A)}, {"EDH-RSA-DES-CBC3-SHA", cipher.TLS(0x16)}, {"DHE-RSA-DES-CBC3-SHA", cipher.TLS(0x16)},
		{"TLS_AKE_WITH_AES_128_GCM_SHA256", cipher.TLS(0x1301)},
		{"RC4-MD5", cipher.TLS(0x04)}, {"DES-CBC3-MD5", cipher.SSL2(0x0700C0)},
		{"ECDHE-RSA-CHACHA20-POLY1305", cipher.TLS(0xCCA8)}, {"ECDHE-RSA-CHACHA20-POLY1305-OLD", cipher.TLS(0xCC13)},
		{"TLS_DES_192_EDE3_CBC_WITH_MD5", cipher.SSL2(0x0700C0)}, {"TLS_AEGIS_256_SHA384", cipher.TLS(0x1306)},
		{"TLS_FALLBACK_SCSV", cipher.TLS(0x5600)}, {"KRB5-RC4-SHA", cipher.TLS(0x20)},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			got, err := cipher.Parse(tt.in)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestParseErrors(t *testing.T) {
	const want = " (want four hex digits, six for SSLv2, gsk2:35, or an IANA, OpenSSL or GnuTLS name)"
	tests := []struct{ in, want string }{
		{"", `unknown cipher suite ""` + want},
		{"35", `unknown cipher suite "35"` + want},
		{"C03", `unknown cipher suite "C03"` + want},
		{"0x13,0x1", `unknown cipher suite "0x13,0x1"` + want},
		{"0x13,01", `unknown cipher suite "0x13,01"` + want},
		{"gsk2:99", `cipher suite "gsk2:99": System SSL has no two-character code "99"`},
		{"gsk2:C030", `cipher suite "gsk2:C030": System SSL has no two-character code "C030"`},
		{"ECDHE-RSA-AES256-GCM-SHA348", `unknown cipher suite "ECDHE-RSA-AES256-GCM-SHA348": did you mean ` +
			`ECDHE-RSA-AES256-GCM-SHA384 or ECDH-RSA-AES256-GCM-SHA384?` + want},
		{"AES256-SAH", `unknown cipher suite "AES256-SAH": did you mean AES256-SHA?` + want},
		{"TLS_RSA_WITH_AES256_CBC_SHA", `unknown cipher suite "TLS_RSA_WITH_AES256_CBC_SHA": did you mean ` +
			`TLS_RSA_WITH_AES_256_CBC_SHA?` + want},
		{strings.Repeat("x", 200), `unknown cipher suite "` + strings.Repeat("x", 80) + `"...` + want},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			_, err := cipher.Parse(tt.in)
			require.Error(t, err)
			assert.EqualError(t, err, tt.want)
		})
	}
}

// Every name leads back to its code; only an OpenSSL name of an SSLv2 kind that a TLS suite has too goes to the TLS suite.
func TestNamesBothWays(t *testing.T) {
	for _, s := range cipher.All() {
		for _, form := range append([]string{s.Name, s.GnuTLS, s.ID.String(), strings.ToLower(s.Name)}, s.Aliases()...) {
			if form == "" {
				continue
			}
			got, err := cipher.Parse(form)
			require.NoError(t, err)
			assert.Equal(t, s.ID.String(), got.String(), form)
		}
		if s.OpenSSL == "" {
			continue
		}
		got, err := cipher.Parse(s.OpenSSL)
		require.NoError(t, err)
		if other := cipher.Describe(got); s.ID.IsSSL2() && !got.IsSSL2() {
			assert.Equal(t, s.OpenSSL, other.OpenSSL)
			continue
		}
		assert.Equal(t, s.ID.String(), got.String(), s.OpenSSL)
	}
	dash := func(name string) string { return cmp.Or(name, "-") }
	for _, r := range rows(t, "names.tsv") {
		s := cipher.Describe(id(t, r[0]))
		assert.Equal(t, r[1:], []string{dash(s.OpenSSL), dash(s.GnuTLS)})
	}
	for _, r := range rows(t, "aliases.tsv") {
		assert.Contains(t, cipher.Describe(id(t, r[0])).Aliases(), r[1])
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"C030", "0x13,0x01", "gsk2:35", "RC4-MD5", "TLS_RSA_WITH_AES_256_CBC_SHA1", "0x", ",", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := cipher.Parse(s)
		if err != nil {
			if got != 0 {
				t.Fatalf("%q: error and %s", s, got)
			}
			if len(err.Error()) > 1000 {
				t.Fatalf("an error of %d bytes", len(err.Error()))
			}
			return
		}
		again, err := cipher.Parse(got.String())
		if err != nil || again != got {
			t.Fatalf("%q: %s, its code reads as %s, %v", s, got, again, err)
		}
	})
}
