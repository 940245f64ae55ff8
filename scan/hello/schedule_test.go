package hello

import (
	"bytes"
	"crypto/aes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
)

func fromHex(t testing.TB, s string) []byte {
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	require.NoError(t, err)
	return b
}

func rfc8448(t testing.TB) map[string][]byte {
	text, err := os.ReadFile("testdata/rfc8448.txt")
	require.NoError(t, err)
	vectors := map[string][]byte{}
	name := ""
	for _, line := range strings.Split(string(text), "\n")[1:] {
		if n, ok := strings.CutSuffix(line, ":"); ok {
			name = n
			continue
		}
		vectors[name] = append(vectors[name], fromHex(t, line)...)
	}
	return vectors
}

func TestKeyScheduleRFC8448(t *testing.T) {
	v := rfc8448(t)
	secret, err := serverSecret(sha256.New, v["shared secret"], v["client hello"], v["server hello record"][5:])
	require.NoError(t, err)
	assert.Equal(t, v["server handshake traffic secret"], secret)
	key, err := expandLabel(sha256.New, secret, "key", nil, 16)
	require.NoError(t, err)
	assert.Equal(t, v["server handshake key"], key)
	iv, err := expandLabel(sha256.New, secret, "iv", nil, 12)
	require.NoError(t, err)
	assert.Equal(t, v["server handshake iv"], iv)
}

func TestOpenRFC8448(t *testing.T) {
	v := rfc8448(t)
	received := append(bytes.Clone(v["server hello record"]), v["server flight record"]...)
	f := Parse(received)
	require.NoError(t, f.Err)
	require.True(t, f.Encrypted)
	require.NoError(t, f.Open(received, v["server handshake traffic secret"]))
	assert.Equal(t, [][]byte{v["certificate"]}, f.Certificates)
	assert.Equal(t, []int{-1}, f.CertificatesAt)
	assert.Equal(t, cipher.SignatureScheme(0x0804), f.CertificateVerify)
	assert.Equal(t, []uint8{2, 8, 11, 15, 20}, f.Messages)
	assert.Len(t, f.EncryptedExtensions, 3) // supported_groups, record_size_limit, server_name
	assert.True(t, f.Finished)
	assert.Equal(t, len(received), f.Rest)
}

func TestOpenRefusesWrongInput(t *testing.T) {
	v := rfc8448(t)
	received := append(bytes.Clone(v["server hello record"]), v["server flight record"]...)
	secret := v["server handshake traffic secret"]
	wrong := bytes.Clone(secret)
	wrong[0] ^= 1
	tampered := bytes.Clone(received)
	tampered[200] ^= 1
	for _, c := range []struct {
		name             string
		received, secret []byte
		message          string
	}{
		{"wrong secret", received, wrong, "record at byte 95: does not open with this secret"},
		{"secret of another hash", received, make([]byte, 48),
			"opening a flight: handshake traffic secret of 48 bytes: the cipher suite's has 32"},
		{"tampered record", tampered, secret, "record at byte 95: does not open with this secret"},
		{"cut off", received[:500], secret, ErrIncomplete.Error()},
		{"nothing", nil, secret, "opening a flight: no TLS 1.3 server hello"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := Parse(c.received)
			err := f.Open(c.received, c.secret)
			assert.EqualError(t, err, c.message)
			assert.Equal(t, err, f.Err)
			assert.Empty(t, f.Certificates)
		})
	}
}

// NIST SP 800-38C, example 3: the one published vector with a nonce of 12 bytes.
func TestCCM(t *testing.T) {
	block, err := aes.NewCipher(fromHex(t, "404142434445464748494a4b4c4d4e4f"))
	require.NoError(t, err)
	nonce := fromHex(t, "101112131415161718191a1b")
	additional := fromHex(t, "000102030405060708090a0b0c0d0e0f10111213")
	plain := fromHex(t, "202122232425262728292a2b2c2d2e2f3031323334353637")
	want := fromHex(t, "e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951")
	c := newCCM(block, 8)
	sealed := c.Seal([]byte("x"), nonce, plain, additional)
	assert.Equal(t, append([]byte("x"), want...), sealed)
	opened, err := c.Open(nil, nonce, want, additional)
	require.NoError(t, err)
	assert.Equal(t, plain, opened)
	for i := range want {
		broken := bytes.Clone(want)
		broken[i] ^= 0x80
		_, err := c.Open(nil, nonce, broken, additional)
		assert.ErrorIs(t, err, errCCM)
	}
	_, err = c.Open(nil, nonce, want[:7], additional)
	assert.ErrorIs(t, err, errCCM)
	_, err = c.Open(nil, nonce, want, additional[1:])
	assert.ErrorIs(t, err, errCCM)
	assert.Equal(t, 12, c.NonceSize())
	assert.Equal(t, 8, c.Overhead())
}

func TestHandshakeSecretErrors(t *testing.T) {
	v := rfc8448(t)
	record := intoRecords(v["client hello"], 0x0301, 0)
	_, err := secretOf(record, v["server hello record"], "any")
	assert.EqualError(t, err, "handshake secret: the key share of group 29 was not made with this seed")
	_, err = secretOf(nil, v["server hello record"], "any")
	assert.ErrorIs(t, err, ErrIncomplete)
	_, err = secretOf(record, nil, "any")
	assert.EqualError(t, err, "handshake secret: no server hello")
	h := New(cipher.TLSv13, []cipher.ID{0x1301}, "", "seed")
	sent, err := h.Marshal()
	require.NoError(t, err)
	_, err = secretOf(sent, v["server hello record"], "seed")
	assert.EqualError(t, err, "handshake secret: the server chose group 29, for which no key share was sent")
	sm4 := bytes.Clone(v["server hello record"])
	copy(sm4[5+39:], []byte{0x00, 0xC6})
	_, err = secretOf(record, sm4, "any")
	assert.EqualError(t, err, "handshake secret: cipher suite 00C6 is not supported")
}
