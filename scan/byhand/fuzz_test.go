package byhand_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan/byhand"
	"github.com/portseal/portseal/scan/hello"
)

func newHello(t testing.TB) []byte {
	t.Helper()
	h := hello.New(cipher.TLSv12, []cipher.ID{0xC02F, 0x002F}, "localhost", "fuzz")
	sent, err := h.Marshal()
	require.NoError(t, err)
	return sent
}

// FuzzServer reads what a server may send in the places where it is gone on with.
func FuzzServer(f *testing.F) {
	f.Add(byhand.Record(byhand.HandshakeRecord, cipher.TLSv12, []byte{4, 0, 0, 8, 0, 0, 1, 44, 0, 2, 7, 7}))
	f.Add(append(byhand.Record(byhand.HandshakeRecord, cipher.TLSv12, append(append([]byte{2, 0, 0, 38, 3, 3}, make([]byte, 33)...), 0x00, 0x2F, 0)),
		byhand.Record(byhand.HandshakeRecord, cipher.TLSv12, []byte{14, 0, 0, 0})...))
	sent := newHello(f)
	f.Fuzz(func(t *testing.T, received []byte) {
		if ticket, ok := byhand.Ticket(received); ok {
			assert.Less(t, len(ticket), len(received))
		}
		if size, at, begins, known := byhand.Echo(received, []byte("0123456789abcdef")); known {
			assert.LessOrEqual(t, at, len(received))
			assert.False(t, begins && size < 16)
		}
		s, err := byhand.Continue(sent, hello.Parse(received), received, func() (modulus, exponent *big.Int, ok bool) {
			return new(big.Int).Lsh(big.NewInt(1), 2047), big.NewInt(65537), true
		}, "fuzz")
		if err == nil {
			assert.Equal(t, s.Flight(), s.Flight(), "who replays a scan has the same octets again")
			if byhand.Negotiates(hello.Parse(received)) {
				assert.False(t, s.Hear(received).Finished && s.Hear(received).Opaque && s.Hear(received).Alert != nil)
				for _, b := range byhand.BadRecords() {
					assert.Equal(t, s.Say(b), s.Say(b))
				}
			}
		}
	})
}

func TestTicket(t *testing.T) {
	ticket, ok := byhand.Ticket(byhand.Record(byhand.HandshakeRecord, cipher.TLSv12, []byte{4, 0, 0, 8, 0, 0, 1, 44, 0, 2, 7, 9}))
	assert.True(t, ok)
	assert.Equal(t, []byte{7, 9}, ticket)
	_, ok = byhand.Ticket(byhand.Record(byhand.HandshakeRecord, cipher.TLSv12, []byte{4, 0, 0, 8, 0, 0, 1, 44, 0, 3, 7, 9}))
	assert.False(t, ok, "it says to be longer than its message")
}

func TestWithSessionID(t *testing.T) {
	sent, err := byhand.WithSessionID(newHello(t), []byte("sixteen  octets!"))
	require.NoError(t, err)
	h, err := hello.ParseClientHello(sent)
	require.NoError(t, err)
	assert.Equal(t, "sixteen  octets!", string(h.SessionID))
	assert.Equal(t, "localhost", h.ServerName)
	_, err = byhand.WithSessionID(sent, []byte("another"))
	require.Error(t, err, "it has one")
}

// TestBlocks: each block is wrong in its own way, and none is as large as the modulus.
func TestBlocks(t *testing.T) {
	for _, bits := range []uint{1024, 2041, 2048, 4096} {
		modulus := new(big.Int).Lsh(big.NewInt(1), bits-1)
		secret := byhand.Secret(cipher.TLSv12, []byte("random"))
		seen := map[string]bool{}
		for _, b := range byhand.Blocks() {
			block := b.Fill(modulus, secret)
			require.Len(t, block, int(bits+7)/8)
			assert.Negative(t, new(big.Int).SetBytes(block).Cmp(modulus), "%d bits, block %d", bits, b)
			assert.Equal(t, b != byhand.BlockWrongType, block[0] == 0 && block[1] == 2)
			seen[string(block)] = true
		}
		assert.Len(t, seen, 5)
	}
	assert.Nil(t, byhand.BlockRight.Fill(big.NewInt(1<<40), make([]byte, byhand.SecretSize)))
}
