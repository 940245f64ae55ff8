package certchain

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portseal/portseal/certchain/internal/testpki"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// compare checks our reader against crypto/x509 wherever that accepts a certificate.
func compare(t testing.TB, c *Certificate, std *x509.Certificate) {
	t.Helper()
	assert.Equal(t, std.RawSubject, c.RawSubject)
	assert.Equal(t, std.RawIssuer, c.RawIssuer)
	assert.Equal(t, std.Version, c.Version)
	serial := std.SerialNumber.Text(16)
	assert.Equal(t, strings.TrimLeft(serial, "0"), strings.TrimLeft(c.Serial, "0"))
	assert.True(t, std.NotBefore.Equal(c.NotBefore), "%s %s", std.NotBefore, c.NotBefore)
	assert.True(t, std.NotAfter.Equal(c.NotAfter), "%s %s", std.NotAfter, c.NotAfter)
	assert.Equal(t, std.DNSNames, c.DNSNames)
	assert.Equal(t, std.EmailAddresses, c.EmailAddresses)
	assert.Len(t, c.IPAddresses, len(std.IPAddresses))
	assert.Len(t, c.URIs, len(std.URIs))
	if std.Version == 3 {
		assert.Equal(t, AnswerOf(std.IsCA), c.IsCA)
	}
	if std.BasicConstraintsValid && (std.MaxPathLen > 0 || std.MaxPathLenZero) {
		assert.Equal(t, std.MaxPathLen, c.MaxPathLen)
	}
	assert.Len(t, c.ExtKeyUsage, len(std.ExtKeyUsage)+len(std.UnknownExtKeyUsage))
	assert.Equal(t, hex.EncodeToString(std.SubjectKeyId), c.SubjectKeyID)
	assert.Equal(t, hex.EncodeToString(std.AuthorityKeyId), c.AuthorityKeyID)
	assert.Equal(t, std.OCSPServer, c.OCSPServers)
	assert.Equal(t, std.IssuingCertificateURL, c.IssuerURLs)
	assert.Equal(t, std.RawTBSCertificate, c.tbs)
	assert.Equal(t, std.Signature, c.signatureValue)
	for i, name := range keyUsageNames() {
		assert.Equal(t, std.KeyUsage&(1<<i) != 0, bytes.Contains([]byte(strings.Join(c.KeyUsage, " ")+" "), []byte(name+" ")), name)
	}
}

func TestParseFields(t *testing.T) {
	root := testpki.Root(t, "Root", testpki.RSAKey(t, 2048), func(c *x509.Certificate) { c.MaxPathLen = 3 })
	leaf := root.Leaf(t, "host.example", nil, func(c *x509.Certificate) {
		c.EmailAddresses = []string{"a@b.example"}
		c.IPAddresses = append(c.IPAddresses, []byte{192, 0, 2, 1}, bytes.Repeat([]byte{0xFE}, 16))
		c.URIs = []*url.URL{{Scheme: "urn", Opaque: "x"}}
		c.OCSPServer, c.IssuingCertificateURL = []string{"http://o"}, []string{"http://i"}
		c.CRLDistributionPoints = []string{"http://c1", "http://c2"}
		c.UnknownExtKeyUsage = []asn1.ObjectIdentifier{{1, 2, 3}}
	})
	for _, n := range []*testpki.Node{root, leaf} {
		c := parsed(t, n)[0]
		assert.Equal(t, ParsedByStd, c.ParsedBy)
		assert.Empty(t, c.ParseNote)
		compare(t, c, n.Cert)
	}
	c := parsed(t, leaf)[0]
	assert.Equal(t, []string{"http://c1", "http://c2"}, c.CRLURLs)
	assert.Equal(t, []string{"host.example", "192.0.2.1", "fefe:fefe:fefe:fefe:fefe:fefe:fefe:fefe", "a@b.example", "urn:x"}, c.Names())
	assert.Equal(t, []string{"serverAuth", "1.2.3"}, c.ExtKeyUsage)
	assert.Equal(t, "ECDSA P-256", c.Key.String())
	assert.Equal(t, "sha256WithRSAEncryption", c.Signature.String())
	assert.Equal(t, "RSA 2048", parsed(t, root)[0].Key.String())
	assert.Equal(t, Yes, parsed(t, root)[0].SelfSigned())
	assert.Equal(t, No, c.SelfSigned())
}

// tlv writes one DER value.
func tlv(tag byte, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	switch n := len(body); {
	case n < 0x80:
		return append([]byte{tag, byte(n)}, body...)
	case n < 0x100:
		return append([]byte{tag, 0x81, byte(n)}, body...)
	default:
		return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, body...)
	}
}

// craft is a certificate as parts, each of which a case can replace. The signature is not valid.
type craft map[string][]byte

func oid(t testing.TB, dotted string) []byte {
	t.Helper()
	o, err := x509.ParseOID(dotted)
	require.NoError(t, err)
	raw, err := o.MarshalBinary()
	require.NoError(t, err)
	return tlv(6, raw)
}

func newCraft(t testing.TB) craft {
	cert := testpki.Root(t, "X", nil).Cert
	name := tlv(0x30, tlv(0x31, tlv(0x30, oid(t, "2.5.4.3"), tlv(12, []byte("crafted")))))
	algorithm := tlv(0x30, oid(t, "1.2.840.113549.1.1.11"), tlv(5))
	return craft{
		"version": tlv(0xA0, tlv(2, []byte{2})), "serial": tlv(2, []byte{5}), "inner": algorithm, "issuer": name,
		"validity": tlv(0x30, tlv(23, []byte("260101000000Z")), tlv(23, []byte("270101000000Z"))),
		"subject":  name, "spki": cert.RawSubjectPublicKeyInfo, "extensions": nil, "outer": algorithm,
		"signature": tlv(3, append([]byte{0}, make([]byte, 256)...)),
	}
}

func (c craft) tbs() []byte {
	return tlv(0x30, c["version"], c["serial"], c["inner"], c["issuer"], c["validity"], c["subject"], c["spki"], c["extensions"])
}

func (c craft) der() []byte { return tlv(0x30, c.tbs(), c["outer"], c["signature"]) }

func extension(t testing.TB, id string, critical bool, value []byte) []byte {
	mark := []byte(nil)
	if critical {
		mark = tlv(1, []byte{0xFF})
	}
	return tlv(0x30, oid(t, id), mark, tlv(4, value))
}

func extensions(list ...[]byte) []byte { return tlv(0xA3, tlv(0x30, list...)) }

// Certificates that one parser or both refuse: every one must still be read, with the reason why it is refused.
func TestParseOdd(t *testing.T) {
	ec := func(curve string) []byte {
		return tlv(0x30, tlv(0x30, oid(t, "1.2.840.10045.2.1"), oid(t, curve)), tlv(3, []byte{0, 4}, make([]byte, 64)))
	}
	rsa := func(n, e []byte) []byte {
		return tlv(0x30, tlv(0x30, oid(t, "1.2.840.113549.1.1.1"), tlv(5)), tlv(3, []byte{0}, tlv(0x30, tlv(2, n), tlv(2, e))))
	}
	plain := func(id string, size int) []byte {
		return tlv(0x30, tlv(0x30, oid(t, id)), tlv(3, make([]byte, size+1)))
	}
	cn := func(tag byte, value string) []byte {
		return tlv(0x30, tlv(0x31, tlv(0x30, oid(t, "2.5.4.3"), tlv(tag, []byte(value)))))
	}
	san := func(names ...[]byte) []byte { return extensions(extension(t, "2.5.29.17", false, tlv(0x30, names...))) }
	cases := []struct {
		name, part string
		value      []byte
		by         string
		check      func(t *testing.T, c *Certificate)
	}{
		{"plain", "serial", tlv(2, []byte{5}), ParsedByStd, func(t *testing.T, c *Certificate) { assert.Equal(t, "05", c.Serial) }},
		{"negative serial", "serial", tlv(2, []byte{0xFB}), ParsedByZcrypto, func(t *testing.T, c *Certificate) { assert.Equal(t, "-05", c.Serial) }},
		{"serial 00 01", "serial", tlv(2, []byte{0, 1}), ParsedByLenient, func(t *testing.T, c *Certificate) { assert.Equal(t, "01", c.Serial) }},
		{"serial of 30 octets", "serial", tlv(2, bytes.Repeat([]byte{0x11}, 30)), "", func(t *testing.T, c *Certificate) { assert.Len(t, c.Serial, 60) }},
		{"empty serial", "serial", tlv(2), ParsedByLenient, func(t *testing.T, c *Certificate) { assert.Empty(t, c.Serial) }},
		{"version 4", "version", tlv(0xA0, tlv(2, []byte{3})), ParsedByZcrypto, func(t *testing.T, c *Certificate) { assert.Equal(t, 4, c.Version) }},
		{"version 1", "version", nil, ParsedByStd, func(t *testing.T, c *Certificate) { assert.Equal(t, Unknown, c.IsCA) }},
		{"inner and outer algorithm differ", "inner", tlv(0x30, oid(t, "1.2.840.113549.1.1.5"), tlv(5)), ParsedByZcrypto, nil},
		{"time without seconds", "validity", tlv(0x30, tlv(23, []byte("2601010000Z")), tlv(23, []byte("270101000000Z"))), "", nil},
		{"GeneralizedTime with a fraction", "validity", tlv(0x30, tlv(23, []byte("260101000000Z")), tlv(24, []byte("20270101000000.5Z"))), ParsedByLenient,
			func(t *testing.T, c *Certificate) { assert.Equal(t, 2027, c.NotAfter.Year()) }},
		{"a date that is none", "validity", tlv(0x30, tlv(23, []byte("269901000000Z")), tlv(23, []byte("x"))), ParsedByLenient,
			func(t *testing.T, c *Certificate) { assert.True(t, c.NotBefore.IsZero()) }},
		{"PrintableString with @", "subject", cn(19, "a@b"), ParsedByLenient, func(t *testing.T, c *Certificate) { assert.Equal(t, "CN=a@b", c.Subject) }},
		{"invalid UTF8String", "subject", cn(12, "a\xE4"), ParsedByLenient, func(t *testing.T, c *Certificate) { assert.Equal(t, "aä", c.CommonName) }},
		{"UniversalString", "subject", cn(28, "\x00\x00\x00a\x00\x00\x00b"), ParsedByZcrypto, func(t *testing.T, c *Certificate) { assert.Equal(t, "ab", c.CommonName) }},
		{"odd BMPString", "subject", cn(30, "\x00a\x00"), ParsedByLenient, nil},
		{"escape sequence in a name", "subject", cn(12, "a\x1b[31m,b"), "", func(t *testing.T, c *Certificate) { assert.Equal(t, `CN=a\1B[31m\,b`, c.Subject) }},
		{"secp256k1", "spki", ec("1.3.132.0.10"), ParsedByLenient, func(t *testing.T, c *Certificate) { assert.Equal(t, "ECDSA secp256k1", c.Key.String()) }},
		{"brainpool", "spki", ec("1.3.36.3.3.2.8.1.1.7"), ParsedByLenient, func(t *testing.T, c *Certificate) { assert.Equal(t, "ECDSA brainpoolP256r1", c.Key.String()) }},
		{"point off the curve", "spki", ec("1.2.840.10045.3.1.7"), ParsedByLenient, func(t *testing.T, c *Certificate) { assert.Equal(t, "ECDSA P-256", c.Key.String()) }},
		{"Ed448", "spki", plain("1.3.101.113", 57), ParsedByStd, func(t *testing.T, c *Certificate) { assert.Equal(t, "Ed448", c.Key.String()) }},
		{"SLH-DSA", "spki", plain("2.16.840.1.101.3.4.3.31", 64), "", func(t *testing.T, c *Certificate) { assert.Equal(t, "SLH-DSA-SHAKE-256f", c.Key.String()) }},
		{"an OID behind SLH-DSA's", "spki", plain("2.16.840.1.101.3.4.3.35", 32), "", func(t *testing.T, c *Certificate) { assert.Equal(t, "2.16.840.1.101.3.4.3.35", c.Key.String()) }},
		{"ML-DSA-65", "spki", plain("2.16.840.1.101.3.4.3.18", 1952), "", func(t *testing.T, c *Certificate) { assert.Equal(t, "ML-DSA-65", c.Key.String()) }},
		{"unknown key algorithm", "spki", plain("1.2.3.4.5", 10), "", func(t *testing.T, c *Certificate) { assert.Equal(t, "1.2.3.4.5", c.Key.String()) }},
		{"negative modulus", "spki", rsa(bytes.Repeat([]byte{0x80}, 256), []byte{3}), ParsedByLenient, func(t *testing.T, c *Certificate) { assert.Equal(t, "RSA 2048", c.Key.String()) }},
		{"RSA of 512 bits", "spki", rsa(append([]byte{0}, bytes.Repeat([]byte{0x81}, 64)...), []byte{3}), "", func(t *testing.T, c *Certificate) { assert.Equal(t, "RSA 512", c.Key.String()) }},
		{"DNS name in UTF-8", "extensions", san(tlv(0x82, []byte("ä.example"))), ParsedByZcrypto, func(t *testing.T, c *Certificate) { assert.Equal(t, []string{"ä.example"}, c.DNSNames) }},
		{"address of 5 octets", "extensions", san(tlv(0x87, []byte{1, 2, 3, 4, 5})), ParsedByLenient, func(t *testing.T, c *Certificate) { assert.Equal(t, []string{"ip:0102030405"}, c.OtherNames) }},
		{"malformed basicConstraints", "extensions", extensions(extension(t, "2.5.29.19", true, []byte{1, 2})), "", func(t *testing.T, c *Certificate) { assert.Equal(t, Unknown, c.IsCA) }},
		{"malformed keyUsage", "extensions", extensions(extension(t, "2.5.29.15", true, tlv(3, []byte{9}))), ParsedByZcrypto, nil},
		{"extension twice", "extensions", extensions(extension(t, "2.5.29.14", false, tlv(4, []byte{1})), extension(t, "2.5.29.14", false, tlv(4, []byte{2}))), ParsedByZcrypto,
			func(t *testing.T, c *Certificate) { assert.Equal(t, "01", c.SubjectKeyID) }},
		{"unknown critical extension", "extensions", extensions(extension(t, "1.2.3", true, tlv(5))), ParsedByStd, func(t *testing.T, c *Certificate) { assert.Equal(t, []string{"1.2.3"}, c.UnknownCritical) }},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			x := newCraft(t)
			x[tc.part] = tc.value
			c, err := Parse(x.der())
			require.NoError(t, err)
			if tc.by != "" {
				assert.Equal(t, tc.by, c.ParsedBy, c.ParseNote)
			}
			assert.Equal(t, c.ParsedBy == ParsedByStd, !strings.Contains(c.ParseNote, "crypto/x509"), c.ParseNote)
			assert.NotEmpty(t, c.Subject)
			if tc.check != nil {
				tc.check(t, c)
			}
		})
	}
}

func TestParseEncodings(t *testing.T) {
	x := newCraft(t)
	der, tbs := x.der(), x.tbs()
	rest := append(bytes.Clone(x["outer"]), x["signature"]...)
	long := append([]byte{0x30, 0x84, 0, 0, byte(len(der[4:]) >> 8), byte(len(der[4:]))}, der[4:]...)
	indefinite := append(append([]byte{0x30, 0x80}, der[4:]...), 0, 0)
	cases := []struct {
		name string
		der  []byte
		note string
	}{
		{"trailing octets", append(bytes.Clone(der), 1, 2, 3), "3 trailing octets"},
		{"length not minimal", long, "BER length"},
		{"indefinite length", indefinite, "BER length"},
		{"indefinite signed part", tlv(0x30, append(append([]byte{0x30, 0x80}, tbs[3:]...), 0, 0), rest), ""},
		{"truncated in the signature", der[:len(der)-100], "truncated"},
	}
	if tbs[1] == 0x82 {
		cases[3].der = tlv(0x30, append(append([]byte{0x30, 0x80}, tbs[4:]...), 0, 0), rest)
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			c, err := Parse(tc.der)
			require.NoError(t, err)
			assert.Equal(t, ParsedByLenient, c.ParsedBy)
			assert.Contains(t, c.ParseNote, tc.note)
			assert.Equal(t, "CN=crafted", c.Subject)
			assert.Equal(t, "ECDSA P-256", c.Key.String())
			assert.Equal(t, 2027, c.NotAfter.Year())
		})
	}
}

func TestParseGarbage(t *testing.T) {
	x := newCraft(t)
	for name, der := range map[string][]byte{
		"nothing": nil, "text": []byte("hello"), "a SEQUENCE": {0x30, 0}, "an INTEGER": tlv(2, []byte{1}),
		"cut off before the subject": x.der()[:40], "deep": bytes.Repeat([]byte{0x30, 0x80}, 500),
		"a length of 2^63": {0x30, 0x88, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}, "too large": make([]byte, MaxSize+1),
	} {
		t.Run(name, func(t *testing.T) {
			c, err := Parse(der)
			require.Error(t, err)
			require.NotNil(t, c)
			assert.Equal(t, ParsedByNone, c.ParsedBy)
			assert.NotEmpty(t, c.ParseNote)
			assert.Equal(t, der, c.Raw)
			assert.Len(t, c.SHA256, 64)
			assert.NotPanics(t, func() { CoversName(c, "x"); Sent([]*Certificate{c, c}); _ = c.SelfSigned() })
		})
	}
	c, _ := Parse(x.der()[:60])
	assert.Equal(t, "05", c.Serial, "what could be read is kept")
}

// Certificates of real tools with algorithms that Go does not make.
func TestParseOpenSSL(t *testing.T) {
	path := tlstest.Require(t, "openssl", "openssl")
	dir := t.TempDir()
	params := filepath.Join(dir, "dsa.pem")
	out, err := exec.CommandContext(t.Context(), path, "dsaparam", "-out", params, "1024").CombinedOutput()
	require.NoError(t, err, "%s", out)
	cases := []struct {
		key        []string
		want       string
		signature  string
		selfSigned Answer
	}{
		{[]string{"-newkey", "rsa:2048", "-md5"}, "RSA 2048", "md5WithRSAEncryption", Yes},
		{[]string{"-newkey", "rsa:1024", "-sha1"}, "RSA 1024", "sha1WithRSAEncryption", Yes},
		{[]string{"-newkey", "rsa:512", "-sha224"}, "RSA 512", "sha224WithRSAEncryption", Yes},
		{[]string{"-newkey", "rsa:2048", "-sha512", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:20"}, "RSA 2048", "RSASSA-PSS with SHA-512", Yes},
		{[]string{"-newkey", "rsa-pss"}, "RSASSA-PSS 2048", "RSASSA-PSS with SHA-256", Yes},
		{[]string{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-sha1"}, "ECDSA P-384", "ecdsa-with-SHA1", Yes},
		{[]string{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521", "-sha512"}, "ECDSA P-521", "ecdsa-with-SHA512", Yes},
		{[]string{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"}, "ECDSA secp256k1", "ecdsa-with-SHA256", Unknown},
		{[]string{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1"}, "ECDSA brainpoolP256r1", "ecdsa-with-SHA256", Unknown},
		{[]string{"-newkey", "ed25519"}, "Ed25519", "Ed25519", Yes},
		{[]string{"-newkey", "ed448"}, "Ed448", "Ed448", Unknown},
		{[]string{"-newkey", "dsa:" + params, "-sha256"}, "DSA 1024", "dsa-with-sha256", Yes},
	}
	for _, tc := range cases {
		t.Run(strings.Join(tc.key, " "), func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "c.der")
			args := append([]string{"req", "-x509", "-nodes", "-keyout", file + ".key", "-out", file, "-outform", "DER", "-subj", "/CN=x"}, tc.key...)
			out, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput()
			require.NoError(t, err, "%s", out)
			der, err := os.ReadFile(file)
			require.NoError(t, err)
			c := parseDER(t, der)
			assert.Equal(t, tc.want, c.Key.String())
			assert.Equal(t, tc.signature, c.Signature.String())
			assert.Equal(t, tc.selfSigned, c.SelfSigned())
			assert.Equal(t, "CN=x", c.Subject)

			// the last octet of the signature makes the difference, where it can be checked
			if tc.selfSigned == Yes {
				der[len(der)-1] ^= 1
				assert.Equal(t, No, parseDER(t, der).SelfSigned())
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	root := testpki.Root(f, "Root", nil)
	leaf := root.Leaf(f, "host.example", nil)
	f.Add(root.DER)
	f.Add(leaf.DER)
	f.Add(newCraft(f).der())
	ring := ringOf(SystemSSL, parsed(f, root)...)
	f.Fuzz(func(t *testing.T, der []byte) {
		c, err := Parse(der)
		require.NotNil(t, c)
		assert.Equal(t, err != nil, c.ParsedBy == ParsedByNone)
		if std, stdErr := x509.ParseCertificate(der); stdErr == nil {
			require.NoError(t, err)
			compare(t, c, std)
		}
		Sent([]*Certificate{c, c})
		CoversName(c, "host.example")
		v := Judge([]*Certificate{c}, ring, testpki.At())
		if v.Trusted.Value == Yes { // only what the root really signed
			require.Contains(t, [][]byte{root.Cert.RawTBSCertificate, leaf.Cert.RawTBSCertificate}, c.tbs)
		}
	})
}
