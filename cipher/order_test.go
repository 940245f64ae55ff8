package cipher_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
)

func TestEnumerableCoversEverything(t *testing.T) {
	seen := map[cipher.ID]bool{}
	for _, v := range cipher.Versions() {
		ids := cipher.Enumerable(v)
		unique := map[cipher.ID]bool{}
		for _, i := range ids {
			assert.False(t, unique[i], "%s twice in %s", i, v)
			unique[i], seen[i] = true, true
			s, ok := cipher.Lookup(i)
			require.True(t, ok)
			assert.False(t, s.Signalling)
			assert.Equal(t, v == cipher.SSLv2, i.IsSSL2())
			assert.Equal(t, v == cipher.TLSv13, s.In("tls13"), "%s in %s", s.Name, v)
		}
		assert.Equal(t, ids, cipher.Enumerable(v), "the order is the same every time")
	}
	for _, s := range cipher.All() {
		assert.Equal(t, !s.Signalling, seen[s.ID], s.Name)
	}
	assert.Len(t, cipher.Enumerable(cipher.SSLv2), 13)
	assert.Equal(t, cipher.Enumerable(cipher.SSLv3), cipher.Enumerable(cipher.TLSv12))
	assert.Empty(t, cipher.Enumerable(0))
	assert.Empty(t, cipher.Enumerable(0x0305))
}

func TestEnumerableOrder(t *testing.T) {
	tls12 := cipher.Enumerable(cipher.TLSv12)
	assert.Equal(t, []cipher.ID{0xC030, 0xC02C, 0xC02F, 0xC02B}, tls12[:4])
	assert.Equal(t, cipher.TLS(0), tls12[len(tls12)-1], "no server may select it")
	assert.Equal(t, []cipher.ID{0x1302, 0x1301, 0x1303}, cipher.Enumerable(cipher.TLSv13)[:3])
	// What System SSL can have fits into one hello of 128 suites.
	for _, s := range cipher.All() {
		if s.SystemSSL && !s.In("tls13") && s.ID != cipher.TLS(0) {
			assert.Less(t, slices.Index(tls12, s.ID), 128, s.Name)
		}
	}
	tls12[0] = 0
	assert.Equal(t, cipher.TLS(0xC030), cipher.Enumerable(cipher.TLSv12)[0], "the caller owns the slice")
}

func TestForVersion(t *testing.T) {
	has := func(v cipher.Version, code cipher.ID) bool {
		return slices.ContainsFunc(cipher.ForVersion(v), func(s cipher.Suite) bool { return s.ID == code })
	}
	tests := []struct {
		code cipher.ID
		in   []cipher.Version
	}{
		{cipher.TLS(0xC030), []cipher.Version{cipher.TLSv12}},
		{cipher.TLS(0xC014), []cipher.Version{cipher.SSLv3, cipher.TLSv10, cipher.TLSv11, cipher.TLSv12}},
		{cipher.TLS(0x0003), []cipher.Version{cipher.SSLv3, cipher.TLSv10}},
		{cipher.TLS(0x0009), []cipher.Version{cipher.SSLv3, cipher.TLSv10, cipher.TLSv11}},
		{cipher.TLS(0x1301), []cipher.Version{cipher.TLSv13}},
		{cipher.TLS(0x5600), nil},
		{cipher.TLS(0x0A0A), nil},
		{cipher.SSL2(0x010080), []cipher.Version{cipher.SSLv2}},
	}
	for _, tt := range tests {
		for _, v := range cipher.Versions() {
			assert.Equal(t, slices.Contains(tt.in, v), has(v, tt.code), "%s in %s", tt.code, v)
			assert.Equal(t, has(v, tt.code), cipher.Describe(tt.code).Usable(v))
		}
	}
	for _, v := range cipher.Versions() {
		assert.NotEmpty(t, cipher.ForVersion(v))
		for _, s := range cipher.ForVersion(v) {
			assert.Contains(t, cipher.Enumerable(v), s.ID, "what may be negotiated can be enumerated")
		}
	}
	assert.Empty(t, cipher.ForVersion(0))
}
