package cbom

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"flag"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/official"
	"github.com/portseal/portseal/report/internal/sample"
	"github.com/portseal/portseal/scan"
)

var update = flag.Bool("update", false, "write the golden files")

func written(t testing.TB, rep *report.Report) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, Write(&out, rep))
	return out.Bytes()
}

func TestGolden(t *testing.T) {
	for name, rep := range map[string]*report.Report{"full": sample.Full(), "hostile": sample.Hostile()} {
		t.Run(name, func(t *testing.T) {
			got := written(t, rep)
			assert.Equal(t, string(got), string(written(t, rep)), "the same report gives the same bytes")
			golden := filepath.Join("testdata", name+".json")
			if *update {
				require.NoError(t, os.WriteFile(golden, got, 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), string(got), "run with -update when the change is meant")
		})
	}
}

// everything is a listener that takes every suite and group there is, and certificates of several kinds.
func everything(t testing.TB) *report.Report {
	t.Helper()
	rep := sample.AdHoc()
	e := &rep.Endpoints[0]
	e.Groups = nil
	for i, v := range cipher.Versions() {
		p := scan.Protocol{Version: v, Supported: scan.Yes, Enumeration: scan.EnumerationFull}
		for _, id := range cipher.Enumerable(v) {
			p.CipherSuites = append(p.CipherSuites, scan.CipherSuite{Code: id, Name: cipher.Describe(id).Name})
		}
		e.Protocols[i] = p
		for _, g := range cipher.Groups() {
			e.Groups = append(e.Groups, scan.GroupFact{Version: v, Code: g.Code, Name: g.Name, Supported: scan.Yes})
		}
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	rep.Certificates = append(rep.Certificates, issued(t, "ed", ed25519.NewKeyFromSeed(make([]byte, 32))), issued(t, "rsa", rsaKey))
	for _, text := range []string{"", "DSA 1024", "RSA 3072", "ML-DSA-65", "SLH-DSA-SHA2-192s", "Ed448", "ECDSA P-256", "ECDSA SM2", "1.2.3.4", "RSA 0"} {
		c := sample.AdHoc().Certificates[0]
		c.SHA256, c.Key = sample.Hash(text), text
		rep.Certificates = append(rep.Certificates, c)
	}
	for _, name := range []string{"md5WithRSAEncryption", "sha256WithRSAEncryption", "RSASSA-PSS with SHA-384", "ecdsa-with-SHA512", "dsa-with-sha224", "Ed448",
		"ML-DSA-87", "SLH-DSA-SHAKE-256f", "1.2.3", ""} {
		c := sample.AdHoc().Certificates[0]
		c.SHA256, c.Signature = sample.Hash("signature"+name), name
		rep.Certificates = append(rep.Certificates, c)
	}
	return rep
}

// issued is a certificate that a key signs for itself.
func issued(t testing.TB, name string, key crypto.Signer) report.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: name}, NotBefore: sample.Now.AddDate(-1, 0, 0),
		NotAfter: sample.Now.AddDate(0, 0, -1), KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true, IsCA: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	c, err := certchain.Parse(der)
	require.NoError(t, err)
	return report.Certificate{SHA256: c.SHA256, Subject: c.Subject, Issuer: c.Issuer, Serial: c.Serial, NotBefore: c.NotBefore, NotAfter: c.NotAfter,
		Key: c.Key.String(), Signature: c.Signature.Name, DER: der}
}

func reports(t testing.TB) map[string]*report.Report {
	all := sample.All()
	all["full"], all["nothing"], all["everything"] = sample.Full(), &report.Report{}, everything(t)
	return all
}

func TestSchema(t *testing.T) {
	schema := official.CycloneDX(t)
	for name, rep := range reports(t) {
		assert.NoError(t, schema.Validate(t, written(t, rep)), name)
	}
	good := string(written(t, everything(t)))
	for was, is := range map[string]string{`"RSASSA-PKCS1"`: `"RSASSA"`, `"secg/secp256r1"`: `"secp256r1"`, `"protocol"`: `"protocols"`,
		`"cryptographic-asset"`: `"application2"`, `"state": "active"`: `"state": "fresh"`} {
		require.Contains(t, good, was)
		assert.Error(t, schema.Validate(t, []byte(strings.Replace(good, was, is, 1))), "the check itself can fail: %s", is)
	}
}

// read is a bill as the library reads it.
func read(t *testing.T, doc []byte) *cdx.BOM {
	t.Helper()
	bom := new(cdx.BOM)
	require.NoError(t, cdx.NewBOMDecoder(bytes.NewReader(doc), cdx.BOMFileFormatJSON).Decode(bom))
	return bom
}

func component(t *testing.T, bom *cdx.BOM, reference string) cdx.Component {
	t.Helper()
	for _, c := range *bom.Components {
		if c.BOMRef == reference {
			return c
		}
	}
	require.Fail(t, "no component "+reference)
	return cdx.Component{}
}

// Every reference leads to something in the document, and no two things have the same.
func TestReferences(t *testing.T) {
	for name, rep := range reports(t) {
		t.Run(name, func(t *testing.T) {
			bom := read(t, written(t, rep))
			defined := map[string]int{bom.Metadata.Component.BOMRef: 1}
			if bom.Components != nil {
				for _, c := range *bom.Components {
					defined[c.BOMRef]++
				}
			}
			if bom.Services != nil {
				for _, s := range *bom.Services {
					defined[s.BOMRef]++
				}
			}
			for reference, n := range defined {
				assert.Equal(t, 1, n, reference)
			}
			var doc any
			require.NoError(t, json.Unmarshal(written(t, rep), &doc))
			walk(doc, func(key, text string) {
				switch key {
				case "ref", "dependsOn", "algorithms", "signatureAlgorithmRef", "subjectPublicKeyRef", "algorithmRef", "dependencies":
					assert.Contains(t, defined, text, key)
				}
			})
		})
	}
}

// walk calls each for every string of a document, with the key that it stands under.
func walk(doc any, each func(key, text string)) {
	var visit func(key string, v any)
	visit = func(key string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, member := range v {
				visit(k, member)
			}
		case []any:
			for _, member := range v {
				visit(key, member)
			}
		case string:
			each(key, v)
		}
	}
	visit("", doc)
}

func TestCertificate(t *testing.T) {
	rep := sample.Conforming()
	c := issued(t, "ed", ed25519.NewKeyFromSeed(make([]byte, 32)))
	rep.Certificates = append(rep.Certificates, c)
	rep.Keyrings = append(rep.Keyrings, report.Keyring{Name: "r", Personal: []string{c.SHA256}})
	root := rep.Certificates[0].SHA256
	rep.Endpoints[0].Chains = []report.ChainVerdict{{Path: []string{c.SHA256, root}}, {Path: []string{c.SHA256, root}}}
	bom := read(t, written(t, rep))
	for _, d := range *bom.Dependencies {
		if d.Ref == "certificate:"+c.SHA256 {
			assert.Contains(t, *d.Dependencies, "certificate:"+root)
			assert.Len(t, *d.Dependencies, 3, "its issuer, its key, and the algorithm of its signature")
		}
	}
	got := component(t, bom, "certificate:"+c.SHA256)
	p := got.CryptoProperties.CertificateProperties
	assert.Equal(t, "ed", got.Name)
	assert.Equal(t, []cdx.Property{{Name: "portseal:key-ring", Value: "r (personal)"}}, *got.Properties)
	assert.Equal(t, cdx.CertificateStateDeactivated, (*p.CertificateState)[0].Predefined.State)
	assert.Equal(t, c.SHA256, p.Fingerprint.Value)
	assert.Equal(t, cdx.BOMReference("algorithm:Ed25519"), p.SignatureAlgorithmRef)
	assert.Equal(t, "1.3.101.112", component(t, bom, "algorithm:Ed25519").CryptoProperties.OID)
	key := component(t, bom, string(p.SubjectPublicKeyRef))
	assert.Equal(t, cdx.RelatedCryptoMaterialTypePublicKey, key.CryptoProperties.RelatedCryptoMaterialProperties.Type)
	assert.Empty(t, key.CryptoProperties.RelatedCryptoMaterialProperties.Value)
}

func TestAlgorithms(t *testing.T) {
	bom := read(t, written(t, everything(t)))
	tests := []struct {
		name, family, oid   string
		primitive           cdx.CryptoPrimitive
		classical, category int // -1: not said
	}{
		{"AES-256-GCM", "AES", "2.16.840.1.101.3.4.1.46", cdx.CryptoPrimitiveAE, 256, 5},
		{"AES-128-CBC", "AES", "2.16.840.1.101.3.4.1.2", cdx.CryptoPrimitiveBlockCipher, 128, 1},
		{"3DES-168-CBC", "3DES", "1.2.840.113549.3.7", cdx.CryptoPrimitiveBlockCipher, 112, -1},
		{"ChaCha20-Poly1305", "ChaCha20", "1.2.840.113549.1.9.16.3.18", cdx.CryptoPrimitiveAE, 256, -1},
		{"RC4-128", "RC4", "1.2.840.113549.3.4", cdx.CryptoPrimitiveStreamCipher, -1, -1},
		{"HMAC-SHA-256", "HMAC", "1.2.840.113549.2.9", cdx.CryptoPrimitiveMAC, -1, -1},
		{"ECDHE", "ECDH", "", cdx.CryptoPrimitiveKeyAgree, -1, 0},
		{"x25519", "ECDH", "1.3.101.110", cdx.CryptoPrimitiveKeyAgree, 128, 0},
		{"ECDHE-secp384r1", "ECDH", "", cdx.CryptoPrimitiveKeyAgree, 192, 0},
		{"FFDHE-ffdhe2048", "FFDH", "", cdx.CryptoPrimitiveKeyAgree, 112, 0},
		{"ML-KEM-768", "ML-KEM", "2.16.840.1.101.3.4.4.2", cdx.CryptoPrimitiveKEM, -1, 3},
		{"X25519MLKEM768", "", "", cdx.CryptoPrimitiveCombiner, -1, 3},
		{"CECPQ2", "", "", cdx.CryptoPrimitiveCombiner, -1, -1},
		{"RSA-2048", "", "1.2.840.113549.1.1.1", "", 112, 0},
		{"RSA-PKCS1-1.5-SHA-256", "RSASSA-PKCS1", "1.2.840.113549.1.1.11", cdx.CryptoPrimitiveSignature, -1, 0},
		{"RSA-PKCS1-1.5-MD5", "RSASSA-PKCS1", "", cdx.CryptoPrimitiveSignature, -1, 0},
		{"RSA-PSS-SHA-384", "RSASSA-PSS", "", cdx.CryptoPrimitiveSignature, -1, 0},
		{"ML-DSA-65", "ML-DSA", "", cdx.CryptoPrimitiveSignature, -1, 3},
		{"SLH-DSA-SHA2-192s", "SLH-DSA", "", cdx.CryptoPrimitiveSignature, -1, 3},
	}
	for _, tt := range tests {
		c := component(t, bom, "algorithm:"+tt.name)
		p := c.CryptoProperties.AlgorithmProperties
		level := func(n *int) int {
			if n == nil {
				return -1
			}
			return *n
		}
		assert.Equal(t, tt.family, p.AlgorithmFamily, tt.name)
		assert.Equal(t, tt.oid, c.CryptoProperties.OID, tt.name)
		assert.Equal(t, tt.primitive, p.Primitive, tt.name)
		assert.Equal(t, tt.classical, level(p.ClassicalSecurityLevel), tt.name)
		assert.Equal(t, tt.category, level(p.NistQuantumSecurityLevel), tt.name)
	}
}

func TestService(t *testing.T) {
	rep := sample.AdHoc()
	bom := read(t, written(t, rep))
	require.Len(t, *bom.Services, 1)
	s := (*bom.Services)[0]
	assert.Equal(t, []string{"tls://mail.example.com:465"}, *s.Endpoints)
	assert.Contains(t, *s.Properties, cdx.Property{Name: "portseal:not-tested", Value: "SSLv2: no answer within 5 s"})
	assert.Equal(t, []cdx.Composition{{Aggregate: cdx.CompositionAggregateIncomplete, Dependencies: &[]cdx.BOMReference{"service:mail.example.com:465"}}},
		*bom.Compositions)
	var suites []cdx.CipherSuite
	for _, c := range *bom.Components {
		if p := c.CryptoProperties.ProtocolProperties; p != nil && p.Version == "1.2" {
			suites = *p.CipherSuites
		}
	}
	require.Len(t, suites, 4)
	assert.Equal(t, []string{"0xCC", "0xA8"}, *suites[0].Identifiers)
	assert.Equal(t, []string{"secp256r1"}, *suites[0].TLSGroups)
	assert.Equal(t, []cdx.BOMReference{"algorithm:ECDHE", "algorithm:RSA", "algorithm:ChaCha20-Poly1305"}, *suites[0].Algorithms)
	assert.Nil(t, suites[2].TLSGroups, "no finite-field group was found")
	assert.Nil(t, suites[3].Algorithms, "nobody knows what it names")
	assert.Equal(t, "2048", component(t, bom, "algorithm:FFDHE-2048").CryptoProperties.AlgorithmProperties.ParameterSetIdentifier, "the prime that was used")
}

// Endpoints that speak the same share the assets.
func TestShared(t *testing.T) {
	rep := sample.Conforming()
	bom := read(t, written(t, rep))
	protocols := 0
	for _, c := range *bom.Components {
		if c.CryptoProperties.ProtocolProperties != nil {
			protocols++
		}
	}
	assert.Equal(t, 2, protocols)
}

func TestWriteReturnsTheError(t *testing.T) {
	assert.ErrorIs(t, Write(broken{}, sample.Demo()), errFull)
}

var errFull = errors.New("disk full")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errFull }

// BenchmarkWrite has 10,000 endpoints, each with a certificate of its own.
func BenchmarkWrite(b *testing.B) {
	one := sample.Prodplex()
	rep := *one
	rep.Endpoints = nil
	for i := range 10_000 {
		e := one.Endpoints[i%len(one.Endpoints)]
		e.ID += strconv.Itoa(i)
		c := one.Certificates[0]
		c.SHA256 = sample.Hash(e.ID)
		e.Presented = []scan.Presented{{Leaf: c.SHA256, Sent: []string{c.SHA256}}}
		rep.Endpoints, rep.Certificates = append(rep.Endpoints, e), append(rep.Certificates, c)
	}
	b.ReportAllocs()
	for b.Loop() {
		var out bytes.Buffer
		if err := Write(&out, &rep); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(out.Len()))
	}
}
