package cipher_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
)

// What the OpenSSL of this machine calls its suites is the truth for our OpenSSL names and codes.
func TestNamesAgreeWithOpenSSL(t *testing.T) {
	path := tlstest.Require(t, "openssl", "openssl")
	out, err := exec.Command(path, "ciphers", "-V", "ALL:COMPLEMENTOFALL:@SECLEVEL=0").Output()
	require.NoError(t, err)
	n := 0
	for line := range strings.Lines(string(out)) {
		f := strings.Fields(line) // 0xC0,0x30 - NAME VERSION Kx=... Au=... Enc=... Mac=...
		require.GreaterOrEqual(t, len(f), 4, line)
		code, err := cipher.Parse(f[0])
		require.NoError(t, err)
		s, ok := cipher.Lookup(code)
		if !assert.True(t, ok, "OpenSSL has %s %s", f[0], f[2]) {
			continue
		}
		assert.Contains(t, append(s.Aliases(), s.OpenSSL, s.Name), f[2], f[0])
		byName, err := cipher.Parse(f[2])
		require.NoError(t, err)
		assert.Equal(t, code, byName, f[2])
		assert.Equal(t, strings.Contains(line, "Mac=AEAD"), s.AEAD, f[2])
		assert.Equal(t, strings.Contains(line, "Enc=None"), s.Encryption == "NULL", f[2])
		n++
	}
	assert.Greater(t, n, 20)
}
