package cipher_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
)

// rows reads one of the committed data files, so that the table is checked against its facts and not against itself.
func rows(t *testing.T, file string) [][]string {
	t.Helper()
	raw, err := os.ReadFile("data/" + file)
	require.NoError(t, err)
	var out [][]string
	for line := range strings.Lines(string(raw)) {
		if line = strings.TrimSuffix(line, "\n"); line != "" && line[0] != '#' {
			out = append(out, strings.Split(line, "\t"))
		}
	}
	require.NotEmpty(t, out)
	return out
}

func id(t *testing.T, code string) cipher.ID {
	t.Helper()
	var v cipher.ID
	require.NoError(t, v.UnmarshalText([]byte(code)))
	return v
}

func TestEveryRegisteredSuiteIsKnown(t *testing.T) {
	for _, r := range rows(t, "iana.tsv") {
		s, ok := cipher.Lookup(id(t, r[0]))
		require.True(t, ok, r[0])
		if r[1] != "Reserved" {
			assert.Equal(t, r[1], s.Name)
		}
		assert.Equal(t, "IANA, "+r[2], s.Source)
	}
	for _, r := range rows(t, "private.tsv") {
		s, ok := cipher.Lookup(id(t, r[0]))
		require.True(t, ok, r[0])
		assert.Equal(t, r[1], s.Name)
		assert.True(t, s.In("private"))
	}
}

func TestCounts(t *testing.T) {
	var tls, ssl2, registered int
	for _, s := range cipher.All() {
		switch {
		case s.Signalling:
		case s.ID.IsSSL2():
			ssl2++
		default:
			tls++
			if strings.HasPrefix(s.Source, "IANA") {
				registered++
			}
		}
	}
	assert.Equal(t, 13, ssl2)
	assert.Equal(t, 354, registered, "350 suites of January 2023 and 4 added since")
	assert.Greater(t, tls+ssl2, 374, "at least as many as testssl.sh")
}

func TestSortedAndUnique(t *testing.T) {
	all := cipher.All()
	assert.True(t, slices.IsSortedFunc(all, func(a, b cipher.Suite) int { return int(a.ID) - int(b.ID) }))
	ids, names := map[cipher.ID]bool{}, map[string]bool{}
	for _, s := range all {
		assert.False(t, ids[s.ID], s.ID)
		assert.False(t, names[strings.ToUpper(s.Name)], s.Name)
		ids[s.ID], names[strings.ToUpper(s.Name)] = true, true
		assert.True(t, s.Known)
		assert.NotEmpty(t, s.Source, s.Name)
		assert.LessOrEqual(t, s.MinVersion, s.MaxVersion, s.Name)
		if !s.Signalling {
			for _, f := range []string{s.KeyExchange, s.Authentication, s.Encryption, s.MAC} {
				assert.NotEmpty(t, f, s.Name)
			}
			assert.Equal(t, s.Strength == 0, s.Encryption == "NULL", s.Name)
			assert.Equal(t, s.AEAD, s.MAC == "AEAD", s.Name)
		}
	}
	all[0].Name = "changed"
	assert.Equal(t, "TLS_NULL_WITH_NULL_NULL", cipher.All()[0].Name, "All hands out a copy")
}

func TestSystemSSL(t *testing.T) {
	want, v2 := map[string]bool{}, map[string]string{}
	for _, r := range rows(t, "systemssl.tsv") {
		if len(r[0]) == 4 {
			want[r[0]] = true
		} else {
			v2[r[0]] = r[2]
		}
	}
	assert.Len(t, want, 87)
	assert.Len(t, v2, 6)
	for _, s := range cipher.All() {
		assert.Equal(t, want[s.ID.String()], s.SystemSSL, s.Name)
		assert.Equal(t, v2[s.ID.String()], s.GSKV2, s.Name)
		short := ""
		if s.SystemSSL && s.ID.Code() < 0x100 {
			short = s.ID.String()[2:]
		}
		assert.Equal(t, short, s.GSK2, s.Name)
		if short != "" {
			got, ok := cipher.GSK2(strings.ToLower(short))
			assert.True(t, ok)
			assert.Equal(t, s.ID, got.ID)
		}
	}
	got, ok := cipher.GSKV2("7")
	require.True(t, ok)
	assert.Equal(t, cipher.SSL2(0x0700C0), got.ID)
	for _, code := range []string{"", "5", "8"} {
		_, ok = cipher.GSKV2(code)
		assert.False(t, ok, code)
	}
	_, ok = cipher.GSK2("")
	assert.False(t, ok)
}

func TestFacts(t *testing.T) {
	tests := []struct {
		code, kx, auth, enc, mac string
		strength                 int
		fs, aead, export         bool
		min, max                 cipher.Version
	}{
		{"C030", "ECDHE", "RSA", "AES_256_GCM", "AEAD", 256, true, true, false, cipher.TLSv12, cipher.TLSv12},
		{"0035", "RSA", "RSA", "AES_256_CBC", "SHA", 256, false, false, false, cipher.SSLv3, cipher.TLSv12},
		{"000A", "RSA", "RSA", "3DES_EDE_CBC", "SHA", 112, false, false, false, cipher.SSLv3, cipher.TLSv12},
		{"0009", "RSA", "RSA", "DES_CBC", "SHA", 56, false, false, false, cipher.SSLv3, cipher.TLSv11},
		{"0003", "RSA", "RSA", "RC4_40", "MD5", 40, false, false, true, cipher.SSLv3, cipher.TLSv10},
		{"0062", "RSA", "RSA", "DES_CBC", "SHA", 56, false, false, true, cipher.SSLv3, cipher.TLSv10},
		{"C018", "ECDHE", "anon", "AES_128_CBC", "SHA", 128, true, false, false, cipher.SSLv3, cipher.TLSv12},
		{"C005", "ECDH", "ECDSA", "AES_256_CBC", "SHA", 256, false, false, false, cipher.SSLv3, cipher.TLSv12},
		{"003B", "RSA", "RSA", "NULL", "SHA256", 0, false, false, false, cipher.TLSv12, cipher.TLSv12},
		{"C0A0", "RSA", "RSA", "AES_128_CCM_8", "AEAD", 128, false, true, false, cipher.TLSv12, cipher.TLSv12},
		{"C038", "ECDHE_PSK", "PSK", "AES_256_CBC", "SHA384", 256, true, false, false, cipher.TLSv10, cipher.TLSv12},
		{"CC13", "ECDHE", "RSA", "CHACHA20_POLY1305", "AEAD", 256, true, true, false, cipher.TLSv12, cipher.TLSv12},
		{"1303", "any", "any", "CHACHA20_POLY1305", "AEAD", 256, true, true, false, cipher.TLSv13, cipher.TLSv13},
		{"C0B4", "any", "any", "NULL", "SHA256", 0, true, false, false, cipher.TLSv13, cipher.TLSv13},
		{"00C6", "any", "any", "SM4_GCM", "AEAD", 128, true, true, false, cipher.TLSv13, cipher.TLSv13},
		{"FEFF", "RSA", "RSA", "3DES_EDE_CBC", "SHA", 112, false, false, false, cipher.SSLv3, cipher.TLSv12},
		{"001D", "FORTEZZA_KEA", "FORTEZZA_KEA", "FORTEZZA_CBC", "SHA", 80, false, false, false, cipher.SSLv3, cipher.SSLv3},
		{"C100", "GOST", "GOSTR341112_256", "KUZNYECHIK_CTR", "OMAC", 256, false, false, false, cipher.TLSv12, cipher.TLSv12},
		{"E011", "ECDHE", "SM2", "SM4_CBC", "SM3", 128, true, false, false, cipher.TLSv12, cipher.TLSv12},
		{"020080", "RSA", "RSA", "RC4_40", "MD5", 40, false, false, true, cipher.SSLv2, cipher.SSLv2},
		{"0700C0", "RSA", "RSA", "3DES_EDE_CBC", "MD5", 112, false, false, false, cipher.SSLv2, cipher.SSLv2},
		{"000000", "RSA", "RSA", "NULL", "MD5", 0, false, false, false, cipher.SSLv2, cipher.SSLv2},
	}
	for _, tt := range tests {
		t.Run(tt.code, func(t *testing.T) {
			s, ok := cipher.Lookup(id(t, tt.code))
			require.True(t, ok)
			assert.Equal(t, []string{tt.kx, tt.auth, tt.enc, tt.mac}, []string{s.KeyExchange, s.Authentication, s.Encryption, s.MAC})
			assert.Equal(t, tt.strength, s.Strength)
			assert.Equal(t, []bool{tt.fs, tt.aead, tt.export}, []bool{s.ForwardSecret, s.AEAD, s.Export})
			assert.Equal(t, []cipher.Version{tt.min, tt.max}, []cipher.Version{s.MinVersion, s.MaxVersion})
		})
	}
}

func TestDescribeNeverLosesACode(t *testing.T) {
	s := cipher.Describe(cipher.TLS(0xFAFB))
	assert.Equal(t, cipher.Suite{ID: cipher.TLS(0xFAFB), Name: "unknown 0xFAFB"}, s)
	assert.Equal(t, "unknown 0x0A0B0C", cipher.Describe(cipher.SSL2(0x0A0B0C)).Name)
	assert.False(t, s.Usable(cipher.TLSv12))
	for _, c := range cipher.Classes() {
		assert.False(t, s.In(c), c)
	}
	_, ok := cipher.Lookup(cipher.TLS(0xFAFB))
	assert.False(t, ok)
	assert.Equal(t, "SSL_CK_NULL_WITH_MD5", cipher.Describe(cipher.SSL2(0)).Name, "the SSLv2 zero is not the TLS zero")
	assert.Equal(t, "TLS_NULL_WITH_NULL_NULL", cipher.Describe(cipher.TLS(0)).Name)
}

func TestIDText(t *testing.T) {
	b, err := json.Marshal([]cipher.ID{cipher.TLS(0x35), cipher.SSL2(0x010080)})
	require.NoError(t, err)
	assert.Equal(t, `["0035","010080"]`, string(b))
	var back []cipher.ID
	require.NoError(t, json.Unmarshal(b, &back))
	assert.Equal(t, []cipher.ID{cipher.TLS(0x35), cipher.SSL2(0x010080)}, back)
	for _, bad := range []string{"", "35", "003", "00355", "0x35", "+035", "GGGG", "01008"} {
		var v cipher.ID
		assert.Error(t, v.UnmarshalText([]byte(bad)), bad)
	}
}

func TestVersionText(t *testing.T) {
	for _, v := range append(cipher.Versions(), cipher.Version(0x7F1C), 0) {
		b, err := v.MarshalText()
		require.NoError(t, err)
		var back cipher.Version
		require.NoError(t, back.UnmarshalText(b))
		assert.Equal(t, v, back)
	}
	for _, bad := range []string{"", "TLS1.2", "tlsv1.2", "0x", "0x03", "0x0303 ", "0x03033", "0x0G03", "0303"} {
		v := cipher.TLSv12
		assert.ErrorContains(t, v.UnmarshalText([]byte(bad)), "want SSLv2", bad)
		assert.Equal(t, cipher.TLSv12, v, "a failed read changes nothing")
	}
}
