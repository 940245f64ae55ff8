package pkcs8_test

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/pkcs8"
	"github.com/portseal/portseal/internal/tlstest"
)

// What OpenSSL encrypts is opened with the right password, and with no other.
func TestDecrypt(t *testing.T) {
	openssl := tlstest.Require(t, "openssl", "openssl")
	dir := t.TempDir()
	plain, locked := filepath.Join(dir, "plain.pem"), filepath.Join(dir, "locked.pem")
	run := func(args ...string) {
		out, err := exec.Command(openssl, args...).CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	run("genpkey", "-algorithm", "ed25519", "-out", plain)
	want, err := os.ReadFile(plain)
	require.NoError(t, err)
	for _, scheme := range [][]string{{"-v2", "aes-128-cbc"}, {"-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512"}, {"-v2", "aes-192-cbc", "-iter", "5000"}} {
		run(append([]string{"pkcs8", "-topk8", "-in", plain, "-out", locked, "-passout", "pass:secret"}, scheme...)...)
		text, err := os.ReadFile(locked)
		require.NoError(t, err)
		block, _ := pem.Decode(text)
		require.Equal(t, pkcs8.BlockType, block.Type)
		der, err := pkcs8.Decrypt(block.Bytes, []byte("secret"))
		require.NoError(t, err)
		plainBlock, _ := pem.Decode(want)
		assert.Equal(t, plainBlock.Bytes, der)
		der, err = pkcs8.Decrypt(block.Bytes, []byte("other"))
		if err == nil { // padding that fits by chance
			_, err = x509.ParsePKCS8PrivateKey(der)
		}
		require.Error(t, err)
	}
	run("pkcs8", "-topk8", "-in", plain, "-out", locked, "-passout", "pass:secret", "-scrypt")
	text, err := os.ReadFile(locked)
	require.NoError(t, err)
	block, _ := pem.Decode(text)
	_, err = pkcs8.Decrypt(block.Bytes, []byte("secret"))
	require.ErrorContains(t, err, "write it anew")
}

// FuzzDecrypt wants octets or an error, never a panic.
func FuzzDecrypt(f *testing.F) {
	f.Add([]byte{0x30, 0x00}, []byte("secret"))
	f.Fuzz(func(t *testing.T, der, password []byte) {
		out, err := pkcs8.Decrypt(der, password)
		if err != nil {
			assert.Nil(t, out)
		}
	})
}
