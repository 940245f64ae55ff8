package pkcs8_test

import (
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/pkcs8"
	"github.com/portseal/portseal/internal/tlstest"
)

// What OpenSSL encrypts, in either form of PEM, is opened with the right password, and with no other.
func TestOpen(t *testing.T) {
	openssl := tlstest.Require(t, "openssl", "openssl")
	dir := t.TempDir()
	plain, locked := filepath.Join(dir, "plain.pem"), filepath.Join(dir, "locked.pem")
	run := func(args string) {
		out, err := exec.Command(openssl, strings.Fields(args)...).CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	read := func(path string) *pem.Block {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		block, _ := pem.Decode(text)
		require.NotNil(t, block)
		return block
	}
	run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out " + plain)
	for _, how := range []string{
		"pkcs8 -topk8 -v2 aes-128-cbc", "pkcs8 -topk8 -v2 aes-192-cbc -iter 5000", "pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA512",
		"pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA384", "pkcs8 -topk8 -v2 des3 -v2prf hmacWithSHA1",
		"pkcs8 -topk8 -scrypt", "pkcs8 -topk8 -v2 des3 -scrypt", "pkcs8 -topk8 -scrypt -scrypt_N 1024 -scrypt_r 4 -scrypt_p 2",
		"rsa -traditional -aes128", "rsa -traditional -aes256", "rsa -traditional -des3", "rsa -traditional -des",
	} {
		if strings.HasSuffix(how, "-des") {
			how += " -provider legacy -provider default"
		}
		run(how + " -in " + plain + " -out " + locked + " -passout pass:secret")
		block := read(locked)
		assert.True(t, pkcs8.Encrypted(block), how)
		open, err := pkcs8.Open(block, []byte("secret"))
		require.NoError(t, err, how)
		assert.False(t, pkcs8.Encrypted(open))
		want := read(plain)
		if open.Type != want.Type {
			run("rsa -traditional -in " + plain + " -out " + plain + ".old")
			want = read(plain + ".old")
		}
		assert.Equal(t, want.Type, open.Type, how)
		assert.Equal(t, want.Bytes, open.Bytes, how)
		_, err = pkcs8.Open(block, []byte("other"))
		require.ErrorContains(t, err, "the password is wrong, or the file is damaged", how)
	}
	assert.False(t, pkcs8.Encrypted(read(plain)))
	run("pkcs8 -topk8 -v1 PBE-SHA1-3DES -in " + plain + " -out " + locked + " -passout pass:secret")
	_, err := pkcs8.Open(read(locked), []byte("secret"))
	require.ErrorContains(t, err, "write it anew")
	_, err = pkcs8.Open(&pem.Block{Type: "RSA PRIVATE KEY", Headers: map[string]string{"DEK-Info": "AES-512-XTS,00"}}, []byte("secret"))
	require.ErrorContains(t, err, "write it anew")
}

// FuzzOpen wants a key or an error, never a panic, nor hours.
func FuzzOpen(f *testing.F) {
	f.Add([]byte{0x30, 0x00}, "", []byte("secret"))
	f.Add(make([]byte, 32), "AES-128-CBC,00112233445566778899AABBCCDDEEFF", []byte("secret"))
	f.Fuzz(func(t *testing.T, der []byte, info string, password []byte) {
		b := &pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der}
		if info != "" {
			b = &pem.Block{Type: "EC PRIVATE KEY", Bytes: der, Headers: map[string]string{"DEK-Info": info}}
		}
		out, err := pkcs8.Open(b, password)
		if err != nil {
			assert.Nil(t, out)
		}
	})
}
