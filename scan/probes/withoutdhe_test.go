package probes_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
)

// TestWithoutDHE: Dovecot without ssl_dh chooses DHE before CBC, and then closes; its suites with CBC are accepted all the same.
func TestWithoutDHE(t *testing.T) {
	t.Parallel()
	s := tlstest.Dovecot(t, tlstest.Localhost(t, pki.RSA2048), "imap", "yes")
	o := look(t, s.Addr, scan.Plan{}, behind("imap"))
	p := o.Protocol(cipher.TLSv12)
	assert.Contains(t, codes(p), cipher.TLS(0xC030), "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")
	assert.Contains(t, codes(p), cipher.TLS(0xC027), "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256")
	assert.NotContains(t, codes(p), cipher.TLS(0x0067), "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256")
	assert.Equal(t, scan.EnumerationFull, p.Enumeration)
	assert.Equal(t, len(cipher.Enumerable(cipher.TLSv12)), len(p.CipherSuites)+p.Refused.Count)
	assert.Equal(t, "client", p.Preference, "though every refusal is a close, and nothing is answered behind the last one but what asks for the order")
	assert.Equal(t, scan.No, groupFact(o, scan.GroupFact{Version: cipher.TLSv12, Code: 0x0006}), "sect233k1")
	assert.Empty(t, o.NotTested)
	assert.LessOrEqual(t, o.Cost.Connections, 64)
	assert.Contains(t, s.Log(), "Diffie-Hellman key exchange requested, but no DH parameters provided")
}

// TestFirstChoiceFails: where the very first suite that the listener chooses is one that it cannot serve, the version is spoken all the same.
func TestFirstChoiceFails(t *testing.T) {
	t.Parallel()
	s := tlstest.Dovecot(t, tlstest.Localhost(t, pki.RSA2048), "imap",
		"yes\nssl_prefer_server_ciphers = yes\nssl_cipher_list = DHE+AESGCM:ECDHE+AESGCM\n")
	for name, plan := range map[string]scan.Plan{
		"standard": {},
		"prove":    {Depth: scan.Prove, Versions: []cipher.Version{cipher.TLSv12, cipher.TLSv13}},
	} {
		t.Run(name, func(t *testing.T) {
			o := look(t, s.Addr, plan, behind("imap"))
			p := o.Protocol(cipher.TLSv12)
			assert.Equal(t, scan.Yes, p.Supported)
			assert.Contains(t, codes(p), cipher.TLS(0xC030), "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")
			assert.NotContains(t, codes(p), cipher.TLS(0x009F), "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384")
			assert.NotContains(t, questions(o), "versions/TLSv1.2/narrow")
		})
	}
}
