package hello

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/portseal/portseal/cipher"
)

// What a hello must and must not hold is DESIGN's: each rule keeps a server from refusing for another reason.
func TestNewOffersWhatItMust(t *testing.T) {
	for _, v := range cipher.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			h := New(v, cipher.Enumerable(v), "a.example.", "seed")
			sent, err := h.Marshal()
			require.NoError(t, err)
			got, err := ParseClientHello(sent)
			require.NoError(t, err)
			assert.Equal(t, v, got.Version)
			assert.Equal(t, h.Suites, got.Suites)
			assert.NotContains(t, got.Suites, cipher.TLS(0x5600), "TLS_FALLBACK_SCSV makes a server refuse an old version")
			if v <= cipher.SSLv3 {
				assert.Empty(t, got.Extensions)
				return
			}
			assert.Equal(t, "a.example", got.ServerName)
			assert.True(t, got.ExtendedMasterSecret && got.RenegotiationInfo && got.PointFormats)
			assert.Subset(t, got.Groups, []cipher.Group{29, 23, 24, 25, 30})
			finite := slices.ContainsFunc(got.Groups, func(g cipher.Group) bool { return g >= 256 && g <= 511 })
			assert.Equal(t, v == cipher.TLSv13, finite, "finite-field groups below TLS 1.3 make GnuTLS refuse DHE")
			assert.Subset(t, got.SignatureSchemes, []cipher.SignatureScheme{0x0101, 0x0201, 0x0202, 0x0203, 0x0402, 0x0804, 0x0403})
			assert.Empty(t, got.KeyShares)
			assert.GreaterOrEqual(t, len(sent)-5, 512, "256 to 511 bytes hang some load balancers")
			_, shares := findExtension(got.Extensions, extKeyShare)
			versions, _ := findExtension(got.Extensions, extSupportedVersions)
			assert.Equal(t, v == cipher.TLSv13, shares)
			if v == cipher.TLSv13 {
				assert.Equal(t, []byte{2, 3, 4}, versions)
				assert.Len(t, got.SessionID, 32)
			} else {
				assert.Empty(t, versions)
				assert.Empty(t, got.SessionID)
			}
			last := got.Extensions[len(got.Extensions)-1]
			assert.NotEmpty(t, last.Data, "a hello that ends with an empty extension is refused by WebSphere 7")
		})
	}
}

func TestMarshalVersionsOnTheWire(t *testing.T) {
	for v, want := range map[cipher.Version][2]uint16{
		cipher.SSLv3: {0x0300, 0x0300}, cipher.TLSv10: {0x0301, 0x0301}, cipher.TLSv11: {0x0301, 0x0302},
		cipher.TLSv12: {0x0301, 0x0303}, cipher.TLSv13: {0x0301, 0x0303},
	} {
		sent, err := New(v, []cipher.ID{0x1301}, "", "s").Marshal()
		require.NoError(t, err)
		assert.Equal(t, want, [2]uint16{uint16(sent[1])<<8 | uint16(sent[2]), uint16(sent[9])<<8 | uint16(sent[10])}, v)
	}
}

func TestServerNames(t *testing.T) {
	for name, want := range map[string]string{
		"a.example": "a.example", "a.example.": "a.example", "host_1": "host_1", "1.example": "1.example",
		"": "", ".": "", "192.0.2.1": "", "10": "", "2001:db8::1": "", "[::1]": "", "fe80::1%eth0": "",
	} {
		assert.Equal(t, want, New(cipher.TLSv12, []cipher.ID{1}, name, "s").ServerName, "%q", name)
	}
}

func TestMarshalIsRepeatable(t *testing.T) {
	h := New(cipher.TLSv13, []cipher.ID{0x1301}, "a.example", "one")
	h.KeyShares = KeyShareGroups()
	first, err := h.Marshal()
	require.NoError(t, err)
	second, err := h.Marshal()
	require.NoError(t, err)
	assert.Equal(t, first, second)
	h.Seed = "two"
	other, err := h.Marshal()
	require.NoError(t, err)
	assert.Len(t, other, len(first))
	a, err := ParseClientHello(first)
	require.NoError(t, err)
	b, err := ParseClientHello(other)
	require.NoError(t, err)
	assert.NotEqual(t, a.Random, b.Random)
	assert.NotEqual(t, a.SessionID, b.SessionID)
	assert.Equal(t, KeyShareGroups(), a.KeyShares)
}

// TestKeysOfASeed: hellos with keys that were made before are those of their seed, whoever else uses the keys at the same time.
func TestKeysOfASeed(t *testing.T) {
	keys := NewKeys("one")
	for _, v := range cipher.Versions() {
		h := New(v, cipher.Enumerable(v), "a.example", "one")
		h.KeyShares = KeyShareGroups()
		want, err := h.Marshal()
		require.NoError(t, err)
		h.Seed, h.Keys = "", keys
		var g errgroup.Group
		for range 2 {
			g.Go(func() error {
				got, err := h.Marshal()
				assert.Equal(t, want, got, v)
				return err
			})
		}
		require.NoError(t, g.Wait())
	}
}

func TestKeyShareSizes(t *testing.T) {
	keys := NewKeys("s")
	for _, g := range KeyShareGroups() {
		share, err := keys.share(g)
		require.NoError(t, err)
		assert.Len(t, share, cipher.DescribeGroup(g).KeyShareSize, g)
	}
}

func TestPadTo(t *testing.T) {
	for _, v := range []cipher.Version{cipher.TLSv10, cipher.TLSv12, cipher.TLSv13} {
		h := New(v, []cipher.ID{0x1301}, "", "s")
		h.PadTo = 0
		plain, err := h.Marshal()
		require.NoError(t, err)
		for _, to := range []int{1, len(plain) - 6, len(plain) - 5, len(plain) - 4, len(plain) - 1, len(plain), 1000, 20000} {
			h.PadTo = to
			sent, err := h.Marshal()
			require.NoError(t, err)
			message, err := firstMessage(sent)
			require.NoError(t, err)
			assert.GreaterOrEqual(t, len(message), to)
			assert.LessOrEqual(t, len(message), max(len(plain)-5, to+4))
		}
	}
}

func TestMarshalSSL2(t *testing.T) {
	sent, err := New(cipher.SSLv2, []cipher.ID{cipher.SSL2(0x010080), cipher.SSL2(0x0700C0)}, "a.example", "s").Marshal()
	require.NoError(t, err)
	assert.Equal(t, fromHex(t, "801f 01 0002 0006 0000 0010 010080 0700c0"), sent[:17])
	assert.Len(t, sent, 2+0x1f)
	got, err := ParseClientHello(sent)
	require.NoError(t, err)
	assert.Equal(t, cipher.SSLv2, got.Version)
	assert.Equal(t, []cipher.ID{cipher.SSL2(0x010080), cipher.SSL2(0x0700C0)}, got.Suites)
	assert.Len(t, got.Random, 16)
}

func TestMarshalOptions(t *testing.T) {
	h := New(cipher.TLSv12, []cipher.ID{0xC02F, 0x5600}, "a.example", "s")
	h.ALPN, h.StatusRequest, h.SCT, h.PadTo = []string{"h2", "http/1.1"}, true, true, 0
	sent, err := h.Marshal()
	require.NoError(t, err)
	got, err := ParseClientHello(sent)
	require.NoError(t, err)
	want := h
	want.Seed, want.Random, want.SessionID, want.Extensions = "", got.Random, got.SessionID, got.Extensions
	assert.Equal(t, want, got)
}

func TestMarshalErrors(t *testing.T) {
	good := New(cipher.TLSv12, []cipher.ID{0xC02F}, "", "s")
	share := New(cipher.TLSv13, []cipher.ID{0x1301}, "", "s")
	share.KeyShares = []cipher.Group{31}
	long := good
	long.ALPN = []string{strings.Repeat("x", 256)}
	for _, c := range []struct {
		change  func() ClientHello
		message string
	}{
		{func() ClientHello { h := good; h.Version = 0x0305; return h }, "client hello: version 0x0305: want SSLv2 to TLSv1.3"},
		{func() ClientHello { h := good; h.Suites = nil; return h }, "client hello: 0 cipher suites: want 1 to 32767"},
		{func() ClientHello { h := good; h.Suites = []cipher.ID{cipher.SSL2(1)}; return h },
			"client hello: cipher suite 000001 is of another number space than TLSv1.2"},
		{func() ClientHello { h := good; h.Version = cipher.SSLv2; return h },
			"client hello: cipher suite C02F is of another number space than SSLv2"},
		{func() ClientHello { h := good; h.ServerName = "näme.example"; return h },
			`client hello: server name "näme.example": want an ASCII host name`},
		{func() ClientHello { h := good; h.ServerName = strings.Repeat("a", 256); return h },
			"client hello: server name of 256 bytes: want at most 255"},
		{func() ClientHello { return share }, "client hello: group 31: no key share can be made for it"},
		{func() ClientHello { return long }, "client hello: cryptobyte: pending child length 256 exceeds 1-byte length prefix"},
	} {
		_, err := c.change().Marshal()
		assert.EqualError(t, err, c.message)
	}
}

func TestLongHelloIsSplitIntoRecords(t *testing.T) {
	suites := make([]cipher.ID, 20000)
	for i := range suites {
		suites[i] = cipher.TLS(uint16(i))
	}
	sent, err := New(cipher.TLSv12, suites, "", "s").Marshal()
	require.NoError(t, err)
	got, err := ParseClientHello(sent)
	require.NoError(t, err)
	assert.Equal(t, suites, got.Suites)
}
