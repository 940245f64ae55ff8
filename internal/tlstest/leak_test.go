package tlstest_test

import (
	"crypto/ecdsa"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
)

// TestHoldsKey finds a key in each form that it may leak in, and none in a certificate.
func TestHoldsKey(t *testing.T) {
	id := tlstest.Localhost(t, pki.P256)
	key, ok := id.Key.(*ecdsa.PrivateKey)
	require.True(t, ok)
	secret, err := key.Bytes()
	require.NoError(t, err)
	block, _ := pem.Decode(id.KeyPEM)
	for skip := range 3 {
		held, err := tlstest.HoldsKey([]byte(base64.StdEncoding.EncodeToString(append(make([]byte, skip), block.Bytes...))), id.KeyPEM)
		require.NoError(t, err)
		assert.True(t, held, "base64 of the key file, alignment %d", skip)
	}
	for _, text := range []string{string(secret), hex.EncodeToString(secret), fmt.Sprintf("%+v", key)} {
		held, err := tlstest.HoldsKey([]byte(text), id.KeyPEM)
		require.NoError(t, err)
		assert.True(t, held)
	}
	for _, id := range []*pki.Identity{id, tlstest.Localhost(t, pki.RSA2048)} {
		held, err := tlstest.HoldsKey(id.ChainPEM, id.KeyPEM)
		require.NoError(t, err)
		assert.False(t, held)
		held, err = tlstest.HoldsKey(fmt.Appendf(nil, "%+v", id.Key), id.KeyPEM)
		require.NoError(t, err)
		assert.True(t, held)
	}
}
