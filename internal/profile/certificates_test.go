package profile_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// issued is a leaf and the CA that signed it.
type issued struct{ leaf, ca *certchain.Certificate }

// issue makes a leaf that is valid for 90 days from a month before now, as change wants it.
func issue(t *testing.T, key crypto.Signer, change func(c *x509.Certificate)) issued {
	t.Helper()
	caKey, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CA"}, NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(5, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "host.example"}, NotBefore: now.AddDate(0, 0, -30),
		NotAfter: now.AddDate(0, 0, 60).Add(-time.Second), DNSNames: []string{"host.example"}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	change(leaf)
	parse := func(template, parent *x509.Certificate, public any) *certchain.Certificate {
		der, err := x509.CreateCertificate(rand.Reader, template, parent, public, caKey)
		require.NoError(t, err)
		c, err := certchain.Parse(der)
		require.NoError(t, err)
		return c
	}
	return issued{parse(leaf, ca, key.Public()), parse(ca, ca, caKey.Public())}
}

func rsaKey(t *testing.T) crypto.Signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	return key
}

func ecKey(t *testing.T, curve elliptic.Curve) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	require.NoError(t, err)
	return key
}

// served is an endpoint that sends the chain.
func served(c issued) profile.Input {
	e := speaks(modern)
	e.Target.SNI = "host.example"
	e.Presented = []scan.Presented{{Leaf: c.leaf.SHA256, Sent: []string{c.leaf.SHA256, c.ca.SHA256}, Evidence: []string{"e4"}}}
	x := in(e)
	x.Certificates = map[string]*certchain.Certificate{c.leaf.SHA256: c.leaf, c.ca.SHA256: c.ca}
	return x
}

func TestCertificates(t *testing.T) {
	asIs := func(*x509.Certificate) {}
	good := served(issue(t, rsaKey(t), asIs))
	p521 := served(issue(t, ecKey(t, elliptic.P521()), asIs))
	sha384 := served(issue(t, ecKey(t, elliptic.P256()), func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA384WithRSA }))
	pss := served(issue(t, rsaKey(t), func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA256WithRSAPSS }))
	expired := served(issue(t, rsaKey(t), func(c *x509.Certificate) { c.NotAfter = now.AddDate(0, 0, -1) }))
	bare := served(issue(t, rsaKey(t), func(c *x509.Certificate) { c.DNSNames, c.ExtKeyUsage, c.KeyUsage = nil, nil, 0 }))
	none := in(speaks(modern))
	signed := func(s certchain.Signature) profile.Input {
		c := issue(t, rsaKey(t), asIs)
		c.leaf.Signature = s
		return served(c)
	}
	quick := served(issue(t, rsaKey(t), asIs)) // a complete handshake of TLS 1.3, and no more
	version(&quick.Endpoints[0], cipher.TLSv12, func(p *scan.Protocol) { p.Supported, p.Enumeration = scan.Unknown, scan.EnumerationNone })
	version(&quick.Endpoints[0], cipher.TLSv13, func(p *scan.Protocol) { p.Enumeration = scan.EnumerationPartial })
	quick.Endpoints[0].Chains = []report.ChainVerdict{{Keyring: "r", Trusted: certchain.Yes}}
	const more = "whether there are other certificates in TLSv1.2, TLSv1.3 is not known"
	for _, r := range []row{
		{"key", "{key: {algorithms: [RSA, ECDSA], min_bits: {RSA: 2048}, curves: [P-256]}}", good, pass, ""},
		{"key, small", "{key: {min_bits: {RSA: 3072}}}", good, fail, "CN=host.example has a key RSA 2048"},
		{"key, of the CA", "{key: {of: sent, min_bits: {RSA: 3072}}}", p521, fail, "the CA CN=CA has a key RSA 2048"},
		{"key, the leaf's alone", "{key: {min_bits: {RSA: 3072}}}", p521, pass, ""},
		{"key, another algorithm", "{key: {algorithms: [ECDSA]}}", good, fail, "RSA 2048"},
		{"key, another curve", "{key: {curves: [P-256, P-384]}}", p521, fail, "ECDSA P-521"},
		{"key, not known", "{key: {algorithms: [ECDSA]}}", none, open, "which certificate is served"},
		{"signature", "{signature: {allowed: [sha256WithRSAEncryption]}}", good, pass, ""},
		{"signature, the CA's own does not count", "{signature: {of: sent, allowed: [sha384WithRSAEncryption]}}", sha384, pass, ""},
		{"signature, another", "{signature: {allowed: [sha256WithRSAEncryption]}}", sha384, fail, "sha384WithRSAEncryption"},
		{"signature, hash", "{signature: {hashes: [SHA-384, SHA-512]}}", good, fail, "sha256WithRSAEncryption"},
		{"signature, a hash of its own", "{signature: {hashes: [SHA-384]}}", signed(certchain.Signature{Name: "Ed25519"}), fail, "signed by Ed25519"},
		{"signature, Ed25519 has SHA-512", "{signature: {hashes: [SHA-512]}}", signed(certchain.Signature{Name: "Ed25519"}), pass, ""},
		{"signature, ML-DSA has SHAKE256", "{signature: {hashes: [SHAKE256]}}", signed(certchain.Signature{Name: "ML-DSA-87"}), pass, ""},
		{"signature, an unknown algorithm", "{signature: {hashes: [SHA-384]}}", signed(certchain.Signature{Name: "1.2.3"}), open, "hash with which CN=host.example is signed is not known: 1.2.3"},
		{"signature, one handshake", "{signature: {hashes: [SHA-256]}}", quick, open, more},
		{"key, one handshake", "{key: {min_bits: {RSA: 2048}}}", quick, open, more},
		{"key, one handshake that fails", "{key: {min_bits: {RSA: 4096}}}", quick, fail, "RSA 2048"},
		{"inventory, one handshake", "{inventory: {of: certificates}}", quick, open, more},
		{"chain, one handshake", "{chain: {}}", quick, open, more},
		{"signature, any PSS", "{signature: {allowed: [RSASSA-PSS]}}", pss, pass, ""},
		{"signature, forbidden", "{signature: {forbidden: [RSASSA-PSS]}}", pss, fail, "RSASSA-PSS with SHA-256"},
		{"lifespan", "{lifespan: {max_days: 90}}", good, pass, ""},
		{"lifespan, longer", "{lifespan: {max_days: 89}}", good, fail, "issued for 90 days"},
		{"validity", "{validity: {}}", good, pass, ""},
		{"validity, expired", "{validity: {}}", expired, fail, "CN=host.example expired on 2026-05-31"},
		{"validity, too short", "{validity: {of: leaf, min_days_left: 90}}", good, fail, "expires on 2026-07-31"},
		{"validity, not known", "{validity: {}}", none, open, "which certificate"},
		{"name", "{name: {}}", good, pass, ""},
		{"name, none", "{name: {}}", bare, fail, "does not cover host.example"},
		{"usage", "{usage: {key: [digitalSignature], extended: [serverAuth], san: true}}", good, pass, ""},
		{"usage, none", "{usage: {key: [digitalSignature], extended: [serverAuth], san: true}}", bare, fail,
			"lacks keyUsage digitalSignature, extKeyUsage serverAuth, subjectAltName"},
		{"inventory", "{inventory: {of: certificates}}", good, pass, "the report holds every certificate"},
	} {
		r.run(t)
	}
}

// TestCertificateNotInTheReport: a digest alone shows nothing.
func TestCertificateNotInTheReport(t *testing.T) {
	x := served(issue(t, rsaKey(t), func(*x509.Certificate) {}))
	x.Certificates = nil
	assert.Equal(t, open, judged(t, one(t, "{key: {algorithms: [RSA]}}"), x).Outcome)
}

func TestChainAndRings(t *testing.T) {
	c := issue(t, rsaKey(t), func(c *x509.Certificate) { c.NotAfter = now.AddDate(0, 0, -1) })
	trusted := func(answer certchain.Answer, names ...string) profile.Input {
		x := served(c)
		x.Endpoints[0].Chains = []report.ChainVerdict{{Leaf: c.leaf.SHA256, Keyring: "r", Trusted: answer, Reason: "no anchor"}}
		x.Expectations = []report.Expectation{{Endpoint: "SYSA/a", Expect: report.ExpectTLS, TrustedBy: names}}
		x.Keyrings = []report.Keyring{{Name: "r", Anchors: []string{c.ca.SHA256}}, {Name: "old", Personal: []string{c.leaf.SHA256}},
			{Name: "part", Anchors: []string{c.ca.SHA256}, Unproven: []string{"WEB"}}}
		return x
	}
	for _, r := range []row{
		{"chain", "{chain: {}}", trusted(certchain.Yes, "r"), pass, ""},
		{"chain, untrusted", "{chain: {}}", trusted(certchain.No, "r"), fail, "key ring r does not trust it: no anchor"},
		{"chain, not known", "{chain: {}}", trusted(certchain.Unknown, "r"), open, "is not known"},
		{"chain, no ring named", "{chain: {}}", trusted(certchain.Yes), open, "no key ring is named"},
		{"rings", "{rings: {}}", trusted(certchain.Yes, "r"), pass, ""},
		{"rings, one has expired", "{rings: {}}", trusted(certchain.Yes, "r", "old"), fail, "CN=host.example of key ring old expired"},
		{"rings, one is not in its files", "{rings: {}}", trusted(certchain.Yes, "part"), open, "key ring part has WEB, which no file holds"},
		{"rings, not read", "{rings: {}}", trusted(certchain.Yes, "s"), open, "key ring s was not read"},
		{"rings, none named", "{rings: {}}", trusted(certchain.Yes), open, "names no key ring"},
	} {
		r.run(t)
	}
}
