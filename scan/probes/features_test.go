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

// said is a feature's answer and its values, the first of them.
func said(o scan.Observation, name string, v cipher.Version) [2]string {
	f := o.Feature(name, v)
	out := [2]string{f.Answer.String()}
	if len(f.Values) > 0 {
		out[1] = f.Values[0]
	}
	return out
}

func TestFallback(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	o := lookAs(t, []string{"suites", "fallback"}, tlstest.OpenSSL(t, id).Addr, scan.Plan{})
	assert.Equal(t, [2]string{"yes"}, said(o, "fallback-scsv", 0))
	o = lookAs(t, []string{"suites", "fallback"}, tlstest.OpenSSL(t, id, "-tls1_2").Addr, scan.Plan{})
	assert.Empty(t, o.Feature("fallback-scsv", 0).Evidence, "there is nothing to fall back to")
	o = lookAs(t, []string{"suites", "fallback"}, tlstest.Java(t, tlstest.JavaConfig{Identities: []*pki.Identity{id}, Protocols: []string{"TLSv1.2", "TLSv1.3"}}).Addr, scan.Plan{})
	assert.Equal(t, [2]string{"no"}, said(o, "fallback-scsv", 0), "JSSE does not know it")
}

func TestFeaturesInPassing(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	o := lookAs(t, []string{"features"}, tlstest.OpenSSL(t, id).Addr, scan.Plan{})
	assert.Equal(t, [2]string{"yes"}, said(o, "extended-master-secret", cipher.TLSv12))
	assert.Equal(t, [2]string{"yes"}, said(o, "secure-renegotiation", cipher.TLSv12))
	o = lookAs(t, []string{"features"}, tlstest.GnuTLS(t, id, "NORMAL:%NO_SESSION_HASH:%DISABLE_SAFE_RENEGOTIATION").Addr, scan.Plan{})
	assert.Equal(t, [2]string{"no"}, said(o, "extended-master-secret", cipher.TLSv12))
	assert.Equal(t, [2]string{"no"}, said(o, "secure-renegotiation", cipher.TLSv12))
}

func TestResumption(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	none := [2]string{"unknown"}
	yes, no := [2]string{"yes"}, [2]string{"no"}
	config := &tls.Config{Certificates: []tls.Certificate{pair(t, id)}, SessionTicketsDisabled: true}
	for _, c := range []struct {
		name                                string
		server                              *tlstest.Server
		issued12, ticket, id, issued13, psk [2]string
		early                               [2]string
	}{
		{"OpenSSL", tlstest.OpenSSL(t, id), [2]string{"yes", "lifetime 7200 s"}, yes, yes, [2]string{"yes", "lifetime 7200 s"}, yes, no},
		{"OpenSSL without tickets", tlstest.OpenSSL(t, id, "-no_ticket"), no, none, yes, [2]string{"yes", "lifetime 7200 s"}, yes, no},
		{"OpenSSL without a cache", tlstest.OpenSSL(t, id, "-no_ticket", "-no_cache", "-tls1_2"), no, none, no, none, none, none},
		{"OpenSSL with early data", tlstest.OpenSSL(t, id, "-tls1_3", "-max_early_data", "16384"), none, none, none,
			[2]string{"yes", "lifetime 7200 s"}, yes, [2]string{"yes", "at most 16384 octets"}},
		{"GnuTLS", tlstest.GnuTLS(t, id, "NORMAL"), [2]string{"yes", "lifetime 21600 s"}, yes, yes, [2]string{"yes", "lifetime 21600 s"}, yes, no},
		{"Go", tlstest.Go(t, &tls.Config{Certificates: []tls.Certificate{pair(t, id)}}), [2]string{"yes", "lifetime not stated"}, yes, no,
			[2]string{"yes", "lifetime 604800 s"}, yes, no},
		{"Go without tickets", tlstest.Go(t, config), no, none, no, none, none, none}, // in TLS 1.3 nothing says that no ticket will come
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o := lookAs(t, []string{"suites", "resumption"}, c.server.Addr, scan.Plan{})
			assert.Equal(t, c.issued12, said(o, "session-ticket", cipher.TLSv12))
			assert.Equal(t, c.ticket, said(o, "ticket-resumption", cipher.TLSv12))
			assert.Equal(t, c.id, said(o, "session-id-resumption", cipher.TLSv12))
			assert.Equal(t, c.issued13, said(o, "session-ticket", cipher.TLSv13))
			assert.Equal(t, c.psk, said(o, "psk-resumption", cipher.TLSv13))
			assert.Equal(t, c.early, said(o, "early-data", cipher.TLSv13))
		})
	}
}

func pair(t *testing.T, id *pki.Identity) tls.Certificate {
	t.Helper()
	p, err := tls.X509KeyPair(id.ChainPEM, id.KeyPEM)
	require.NoError(t, err)
	return p
}

func TestRenegotiation(t *testing.T) {
	t.Parallel()
	rsa := tlstest.Localhost(t, pki.RSA2048)
	for name, c := range map[string]struct {
		server *tlstest.Server
		want   [2]string
		basis  string
	}{
		"OpenSSL":               {tlstest.OpenSSL(t, rsa, "-client_renegotiation"), [2]string{"yes"}, ""},
		"OpenSSL, CBC":          {tlstest.OpenSSL(t, rsa, "-client_renegotiation", "-cipher", "AES128-SHA256", "-tls1_2"), [2]string{"yes"}, ""},
		"OpenSSL, SHA-1":        {tlstest.OpenSSL(t, rsa, "-client_renegotiation", "-cipher", "AES128-SHA:@SECLEVEL=0", "-tls1_2"), [2]string{"yes"}, ""},
		"GnuTLS, 3DES":          {tlstest.GnuTLS(t, rsa, "NORMAL:-CIPHER-ALL:+3DES-CBC:-VERS-ALL:+VERS-TLS1.2"), [2]string{"yes"}, ""},
		"GnuTLS, insecure":      {tlstest.GnuTLS(t, rsa, "NORMAL:-VERS-ALL:+VERS-TLS1.2:%DISABLE_SAFE_RENEGOTIATION"), [2]string{"yes"}, ""},
		"OpenSSL, ChaCha20":     {tlstest.OpenSSL(t, rsa, "-client_renegotiation", "-cipher", "ECDHE-RSA-CHACHA20-POLY1305", "-tls1_2"), [2]string{"yes"}, ""},
		"OpenSSL, GCM, SHA-384": {tlstest.OpenSSL(t, rsa, "-client_renegotiation", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384", "-tls1_2"), [2]string{"yes"}, ""},
		"OpenSSL that refuses":  {tlstest.OpenSSL(t, rsa), [2]string{"no"}, "alert 100"},
		"Java":                  {tlstest.Java(t, tlstest.JavaConfig{Identities: []*pki.Identity{rsa}, Protocols: []string{"TLSv1.2"}}), [2]string{"yes"}, ""},
		"Go":                    {tlstest.Go(t, &tls.Config{Certificates: []tls.Certificate{pair(t, rsa)}}), [2]string{"no"}, "alert 10"},
		"TLS 1.3 alone":         {tlstest.OpenSSL(t, rsa, "-tls1_3"), [2]string{"unknown"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := lookAs(t, []string{"suites", "renegotiation"}, c.server.Addr, scan.Plan{})
			assert.Equal(t, c.want, said(o, "client-renegotiation", cipher.TLSv12))
			assert.Equal(t, c.basis, o.Feature("client-renegotiation", cipher.TLSv12).Basis)
		})
	}
}
