package cipher_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
)

func TestClasses(t *testing.T) {
	tests := []struct {
		code    string
		classes string
	}{
		{"C030", "aead aes-256 ecdhe forward-secret gcm system-ssl tls12"},
		{"CCA9", "aead chacha20 ecdhe forward-secret tls12"},
		{"0035", "aes-256 cbc mac-sha1 rsa-kx system-ssl"},
		{"000A", "3des cbc mac-sha1 rsa-kx system-ssl"},
		{"0013", "3des cbc dhe dss forward-secret mac-sha1 system-ssl"},
		{"0009", "cbc des insecure mac-sha1 rsa-kx system-ssl"},
		{"0005", "mac-sha1 rc4 rsa-kx system-ssl"},
		{"0003", "export insecure mac-md5 rc4 rsa-kx system-ssl"},
		{"0008", "cbc des export insecure mac-sha1 rsa-kx"},
		{"0006", "cbc export insecure mac-md5 rc2 rsa-kx system-ssl"},
		{"0001", "insecure mac-md5 null rsa-kx system-ssl"},
		{"0007", "cbc idea mac-sha1 rsa-kx"},
		{"0096", "cbc mac-sha1 rsa-kx seed"},
		{"0018", "anon dhe forward-secret insecure mac-md5 rc4"},
		{"C018", "aes-128 anon cbc ecdhe forward-secret insecure mac-sha1"},
		{"C005", "aes-256 cbc mac-sha1 static-dh system-ssl"},
		{"0041", "camellia cbc mac-sha1 rsa-kx"},
		{"C051", "aead aria gcm rsa-kx tls12"},
		{"C09D", "aead aes-256 ccm rsa-kx tls12"},
		{"00AB", "aead aes-256 dhe forward-secret gcm psk tls12"},
		{"C01D", "aes-128 cbc forward-secret mac-sha1 srp"},
		{"0020", "krb5 mac-sha1 rc4"},
		{"C102", "gost tls12"},
		{"0081", "gost private"},
		{"C103", "aead forward-secret gost tls13"},
		{"E013", "cbc private sm tls12"},
		{"00C6", "aead forward-secret gcm sm tls13"},
		{"C0B4", "forward-secret insecure null tls13"},
		{"1301", "aead aes-128 forward-secret gcm system-ssl tls13"},
		{"5600", "signalling"},
		{"010080", "mac-md5 private rc4 rsa-kx ssl2"},
		{"060040", "cbc des insecure mac-md5 private rsa-kx ssl2"},
		{"FEFE", "cbc des insecure mac-sha1 private rsa-kx"},
	}
	for _, tt := range tests {
		t.Run(tt.code, func(t *testing.T) {
			s, ok := cipher.Lookup(id(t, tt.code))
			require.True(t, ok)
			var got []string
			for _, c := range cipher.Classes() {
				if s.In(c) {
					got = append(got, string(c))
				}
			}
			assert.Equal(t, tt.classes, strings.Join(got, " "))
		})
	}
	assert.False(t, cipher.Describe(cipher.TLS(0x35)).In("no such class"))
}

func TestClassList(t *testing.T) {
	assert.True(t, slices.IsSorted(cipher.Classes()))
	for _, c := range cipher.Classes() {
		assert.NotEmpty(t, c.About())
		assert.True(t, slices.ContainsFunc(cipher.All(), func(s cipher.Suite) bool { return s.In(c) }), "%s is empty", c)
		got, err := cipher.ParseClass(strings.ToUpper(string(c)))
		require.NoError(t, err)
		assert.Equal(t, c, got)
	}
	_, err := cipher.ParseClass("ecdh")
	assert.ErrorContains(t, err, `unknown class "ecdh": did you mean ecdhe?`)
	assert.Empty(t, cipher.Class("x").About())
}
