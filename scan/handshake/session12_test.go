package handshake

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan/hello"
)

// FuzzSession12 gives a session whatever a peer may have sent: it is refused, or its records open or do not.
func FuzzSession12(f *testing.F) {
	sent, err := hello.New(cipher.TLSv12, []cipher.ID{0xC02F}, "localhost", "x").Marshal()
	require.NoError(f, err)
	change, finished := []byte{20, 3, 3, 0, 1, 1}, append([]byte{22, 3, 3, 0, 40}, make([]byte, 40)...)
	serverHello := append([]byte{22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3}, make([]byte, 35)...)
	serverHello = append(serverHello, 0xC0, 0x2F, 0)[:47]
	f.Add(append(bytes.Clone(sent), change...), append(append(serverHello, change...), finished...), uint16(0xC02F))
	f.Add([]byte{22, 3, 3, 0, 4, 1, 0, 0}, []byte{22}, uint16(0x002F))
	f.Fuzz(func(t *testing.T, sent, received []byte, suite uint16) {
		s, err := newSession12(cipher.TLS(suite), make([]byte, 48), sent, received)
		if err != nil {
			return
		}
		assert.Len(t, s.verify, verifyLength)
		assert.LessOrEqual(t, s.begins, len(received))
		for at := s.begins; ; {
			kind, body, next, ok := recordAt(received, at)
			if !ok {
				break
			}
			_, _ = s.server.open(kind, body)
			at = next
		}
	})
}

// Each side opens what the other seals, and nothing that was changed.
func TestDirections(t *testing.T) {
	for _, suite := range []cipher.ID{0xC02F, 0xC030, 0xCCA8, 0x002F, 0x0035, 0x003C, 0x000A} {
		shape, ok := shapes(cipher.Describe(suite))
		require.True(t, ok, suite)
		key, mac, iv := make([]byte, shape.key), make([]byte, shape.mac), make([]byte, shape.iv)
		out, err := newDirection(shape, key, mac, iv)
		require.NoError(t, err)
		in, err := newDirection(shape, key, mac, iv)
		require.NoError(t, err)
		for n := range 40 {
			content := bytes.Repeat([]byte{byte(n)}, n+1)
			record := out.seal(recordHandshake, content)
			kind, body, next, ok := recordAt(record, 0)
			require.True(t, ok)
			require.Len(t, record, next)
			got, err := in.open(kind, body)
			require.NoError(t, err)
			assert.Equal(t, content, got)
			body[len(body)-1] ^= 1
			in.seq--
			_, err = in.open(kind, body)
			require.Error(t, err, "%v, %d octets", suite, n)
			in.seq++
		}
	}
	_, ok := shapes(cipher.Describe(0x0005))
	assert.False(t, ok, "RC4 has a state that only the library knows")
}
