package hello

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
)

// TestOddHellos are those that ask how a server takes what no client of today sends: each is as it should be but for one thing.
func TestOddHellos(t *testing.T) {
	marshal := func(change func(*ClientHello)) ([]byte, ClientHello) {
		h := New(cipher.TLSv13, []cipher.ID{0x1301}, "a.example", "seed")
		change(&h)
		sent, err := h.Marshal()
		require.NoError(t, err)
		got, err := ParseClientHello(sent)
		require.NoError(t, err)
		return sent, got
	}
	plain, same := marshal(func(*ClientHello) {})

	sent, got := marshal(func(h *ClientHello) { h.RecordVersion, h.LegacyVersion = 0x03FF, 0x0304 })
	assert.Equal(t, []byte{3, 0xFF}, sent[1:3])
	assert.Equal(t, []byte{3, 4}, sent[9:11])
	assert.Equal(t, same.Extensions, got.Extensions)

	_, got = marshal(func(h *ClientHello) { h.MoreVersions = []uint16{0x5A5A} })
	versions, _ := findExtension(got.Extensions, extSupportedVersions)
	assert.Equal(t, []byte{4, 0x5A, 0x5A, 3, 4}, versions)
	assert.Equal(t, cipher.TLSv13, got.Version, "a reserved value is no version")

	sent, got = marshal(func(h *ClientHello) { h.Fragment = 64 })
	assert.Equal(t, same, got)
	records, whole := 0, []byte{}
	for at := 0; at < len(sent); records++ {
		r, err := nextRecord(sent, at)
		require.NoError(t, err)
		assert.LessOrEqual(t, len(r.body), 64)
		whole = append(whole, r.body...)
		at = r.at + len(r.body)
	}
	assert.Equal(t, plain[5:], whole)
	assert.Equal(t, (len(whole)+63)/64, records)

	_, got = marshal(func(h *ClientHello) {
		h.Compressions = []uint8{1}
		h.More = []Extension{{ID: 15, Data: []byte{1}}, {ID: 22}}
	})
	assert.Equal(t, []uint8{1}, got.Compressions)
	assert.NotEmpty(t, got.Extensions[len(got.Extensions)-1].Data, "WebSphere 7 refuses a hello that ends with an empty extension")
}

// TestCompressedCertificate reads by which algorithm a certificate is compressed, and no more.
func TestCompressedCertificate(t *testing.T) {
	var f Flight
	var asm assembler
	require.NoError(t, f.content(&asm, typeHandshake, []byte{msgCompressed, 0, 0, 9, 0, 2, 0, 1, 0, 0, 0, 1, 7}))
	assert.EqualValues(t, 2, f.Compressed)
	assert.Empty(t, f.Certificates)
	require.ErrorContains(t, f.content(&asm, typeHandshake, []byte{msgCompressed, 0, 0, 1, 0}), "malformed")
}
