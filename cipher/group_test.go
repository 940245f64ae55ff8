package cipher_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
)

func TestGroupTable(t *testing.T) {
	all := cipher.Groups()
	assert.True(t, slices.IsSortedFunc(all, func(a, b cipher.GroupInfo) int { return int(a.Code) - int(b.Code) }))
	seen := map[string]bool{}
	for _, g := range all {
		for _, name := range append([]string{g.Name}, g.Aliases...) {
			assert.False(t, seen[name], name)
			seen[name] = true
			got, err := cipher.ParseGroup(name)
			require.NoError(t, err)
			assert.Equal(t, g.Code, got, name)
		}
		if g.ATTLS != "" {
			assert.Equal(t, fmt.Sprintf("%04d", uint16(g.Code)), g.ATTLS, "AT-TLS codes are the code point in decimal")
			got, err := cipher.ParseGroup("attls:" + g.ATTLS)
			require.NoError(t, err)
			assert.Equal(t, g.Code, got)
		}
		if g.Usable(cipher.TLSv13) {
			assert.Positive(t, g.KeyShareSize, g.Name)
		} else {
			assert.Zero(t, g.KeyShareSize, g.Name)
		}
		assert.NotEmpty(t, g.Source)
		assert.True(t, g.Known)
	}
	for code := cipher.Group(1); code <= 0x29; code++ {
		_, ok := cipher.LookupGroup(code)
		assert.True(t, ok, code)
	}
}

func TestGroupFacts(t *testing.T) {
	tests := []struct {
		code       cipher.Group
		name, kind string
		attls      string
		bits, size int
	}{
		{0x0017, "secp256r1", cipher.KindElliptic, "0023", 256, 65},
		{0x0019, "secp521r1", cipher.KindElliptic, "0025", 521, 133},
		{0x001D, "x25519", cipher.KindElliptic, "0029", 255, 32},
		{0x001E, "x448", cipher.KindElliptic, "0030", 448, 56},
		{0x0013, "secp192r1", cipher.KindElliptic, "0019", 192, 0},
		{0x0026, "GC512A", cipher.KindElliptic, "", 512, 128},
		{0x0100, "ffdhe2048", cipher.KindFiniteField, "", 2048, 256},
		{0x0201, "MLKEM768", cipher.KindMLKEM, "", 0, 1184},
		{0x11EB, "SecP256r1MLKEM768", cipher.KindHybrid, "", 256, 1249},
		{0x11EC, "X25519MLKEM768", cipher.KindHybrid, "", 255, 1216},
		{0x11ED, "SecP384r1MLKEM1024", cipher.KindHybrid, "", 384, 1665},
		{0x11EE, "curveSM2MLKEM768", cipher.KindHybrid, "", 256, 1249},
		{0x6399, "X25519Kyber768Draft00", cipher.KindHybrid, "", 255, 1216},
		{0xFF01, "arbitrary_explicit_prime_curves", cipher.KindExplicit, "", 0, 0},
	}
	for _, tt := range tests {
		g := cipher.DescribeGroup(tt.code)
		assert.Equal(t, []any{tt.name, tt.kind, tt.attls, tt.bits, tt.size}, []any{g.Name, g.Kind, g.ATTLS, g.Bits, g.KeyShareSize})
	}
}

func TestGroupLists(t *testing.T) {
	assert.Equal(t, []cipher.Group{0x001D, 0x0017, 0x0018, 0x0019, 0x001E}, cipher.EllipticGroups()[:5])
	assert.Len(t, cipher.EllipticGroups(), 0x29)
	assert.Equal(t, []cipher.Group{0x100, 0x101, 0x102, 0x103, 0x104}, cipher.FiniteFieldGroups())
	assert.Equal(t, []cipher.Group{0x11EC, 0x11EB, 0x11ED, 0x11EE}, cipher.PostQuantumGroups()[:4])
	assert.Contains(t, cipher.PostQuantumGroups(), cipher.Group(0x0202))
	tls13 := cipher.GroupsForVersion(cipher.TLSv13)
	assert.Equal(t, cipher.Group(0x11EC), tls13[0])
	assert.NotContains(t, tls13, cipher.Group(0x0013))
	assert.NotContains(t, tls13, cipher.Group(0xFF01))
	tls12 := cipher.GroupsForVersion(cipher.TLSv12)
	assert.Contains(t, tls12, cipher.Group(0x001A))
	assert.NotContains(t, tls12, cipher.Group(0x11EC))
	assert.Empty(t, cipher.GroupsForVersion(cipher.SSLv3))
}

func TestGroupText(t *testing.T) {
	b, err := json.Marshal(cipher.Group(0x1D))
	require.NoError(t, err)
	assert.Equal(t, `"001D"`, string(b))
	var g cipher.Group
	require.NoError(t, json.Unmarshal(b, &g))
	assert.Equal(t, cipher.Group(0x1D), g)
	for _, bad := range []string{"", "1D", "010080", "x25519"} {
		assert.ErrorContains(t, g.UnmarshalText([]byte(bad)), "want four hex digits")
	}
	assert.Equal(t, "unknown 0xABCD", cipher.DescribeGroup(0xABCD).Name)
	assert.False(t, cipher.DescribeGroup(0xABCD).Usable(cipher.TLSv13))
	for in, want := range map[string]cipher.Group{"X25519": 0x1D, "prime256v1": 0x17, "p-384": 0x18, "0x001d": 0x1D, "abcd": 0xABCD,
		"attls:0023": 0x17, "x25519mlkem768": 0x11EC, " secp521r1 ": 0x19} {
		got, err := cipher.ParseGroup(in)
		require.NoError(t, err)
		assert.Equal(t, want, got, in)
	}
	_, err = cipher.ParseGroup("secp265r1")
	assert.ErrorContains(t, err, `unknown group "secp265r1": did you mean secp256r1`)
	for _, bad := range []string{"attls:29", "attls:001D", "attls:", "0x1D"} {
		_, err = cipher.ParseGroup(bad)
		assert.Error(t, err, bad)
	}
}

func TestSignatureSchemes(t *testing.T) {
	all := cipher.SignatureSchemes()
	assert.True(t, slices.IsSortedFunc(all, func(a, b cipher.SignatureSchemeInfo) int { return int(a.Code) - int(b.Code) }))
	seen, systemSSL := map[string]bool{}, 0
	for _, s := range all {
		for _, name := range []string{s.Name, s.Pasearch, s.ATTLS} {
			if name == "" {
				continue
			}
			assert.False(t, seen[name], name)
			seen[name] = true
			got, err := cipher.ParseSignatureScheme(name)
			require.NoError(t, err)
			assert.Equal(t, s.Code, got, name)
		}
		if s.ATTLS != "" {
			systemSSL++
			assert.Equal(t, s.Code.String(), s.ATTLS)
			assert.NotEmpty(t, s.Pasearch)
		}
		assert.NotEmpty(t, s.Key)
		assert.NotEmpty(t, s.Source)
	}
	assert.Equal(t, 16, systemSSL, "5 RSA, 5 ECDSA, 3 DSA, 3 RSASSA-PSS")

	pss, ok := cipher.LookupSignatureScheme(0x0804)
	require.True(t, ok)
	assert.Equal(t, "rsa_pss_rsae_sha256", pss.Name)
	assert.Equal(t, "TLS_SIGALG_SHA256_WITH_RSASSA_PSS", pss.Pasearch)
	for code, in := range map[cipher.SignatureScheme][2]bool{
		0x0804: {true, true}, 0x0201: {true, false}, 0x0904: {false, true}, 0x0402: {true, false},
	} {
		s := cipher.DescribeSignatureScheme(code)
		assert.Equal(t, in, [2]bool{s.Usable(cipher.TLSv12), s.Usable(cipher.TLSv13)}, s.Name)
	}
	assert.Equal(t, "unknown 0xABCD", cipher.DescribeSignatureScheme(0xABCD).Name)
	_, err := cipher.ParseSignatureScheme("rsa_pkcs1_sha265")
	assert.ErrorContains(t, err, "did you mean rsa_pkcs1_sha256")
	got, err := cipher.ParseSignatureScheme("0x0807")
	require.NoError(t, err)
	assert.Equal(t, cipher.SignatureScheme(0x0807), got)

	var back cipher.SignatureScheme
	b, err := json.Marshal(got)
	require.NoError(t, err)
	assert.Equal(t, `"0807"`, string(b))
	require.NoError(t, json.Unmarshal(b, &back))
	assert.Equal(t, got, back)
	assert.Error(t, back.UnmarshalText([]byte("807")))
}
