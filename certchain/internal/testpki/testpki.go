// Package testpki makes throw-away certificates for tests of certchain and keyring. Its times are fixed, so that tests
// do not depend on the day they run. Nothing but tests imports it.
package testpki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/md5"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Node is a certificate with its key.
type Node struct {
	DER  []byte
	Cert *x509.Certificate
	Key  crypto.Signer
}

// Option changes the template of a certificate.
type Option func(*x509.Certificate)

// Start and End bound the validity of every certificate, and At is within it.
func Start() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }

// End is the last second of validity.
func End() time.Time { return time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC) }

// At is the time that tests judge by.
func At() time.Time { return time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC) }

// ECKey makes a P-256 key.
func ECKey(t testing.TB) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key
}

// RSAKey makes an RSA key.
func RSAKey(t testing.TB, bits int) crypto.Signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	require.NoError(t, err)
	return key
}

func serial(t testing.TB) *big.Int {
	t.Helper()
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 100))
	require.NoError(t, err)
	return n.Add(n, big.NewInt(1))
}

func caTemplate(t testing.TB, cn string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: serial(t), Subject: pkix.Name{CommonName: cn, Organization: []string{"Test"}},
		NotBefore: Start(), NotAfter: End(),
		BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
}

// Root makes a self-signed CA certificate. A nil key means a new P-256 one.
func Root(t testing.TB, cn string, key crypto.Signer, options ...Option) *Node {
	t.Helper()
	if key == nil {
		key = ECKey(t)
	}
	template := caTemplate(t, cn)
	return create(t, template, template, key, key, options)
}

// CA makes an intermediate CA certificate.
func (n *Node) CA(t testing.TB, cn string, key crypto.Signer, options ...Option) *Node {
	t.Helper()
	if key == nil {
		key = ECKey(t)
	}
	return create(t, caTemplate(t, cn), n.Cert, key, n.Key, options)
}

// Leaf makes a server certificate with its name as dNSName.
func (n *Node) Leaf(t testing.TB, name string, key crypto.Signer, options ...Option) *Node {
	t.Helper()
	if key == nil {
		key = ECKey(t)
	}
	template := &x509.Certificate{
		SerialNumber: serial(t), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: Start(), NotAfter: End(), BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	return create(t, template, n.Cert, key, n.Key, options)
}

func create(t testing.TB, template, parent *x509.Certificate, key, signer crypto.Signer, options []Option) *Node {
	t.Helper()
	for _, o := range options {
		o(template)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return &Node{DER: der, Cert: cert, Key: key}
}

// Valid sets the validity.
func Valid(from, to time.Time) Option {
	return func(c *x509.Certificate) { c.NotBefore, c.NotAfter = from, to }
}

// PEM returns the certificate in PEM.
func (n *Node) PEM() []byte { return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: n.DER}) }

// KeyPEM returns the private key in PKCS#8 PEM.
func (n *Node) KeyPEM(t testing.TB) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(n.Key)
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// WithMD5 signs an RSA certificate (sha256WithRSAEncryption) again by md5WithRSAEncryption, which crypto/x509 does not do.
func (n *Node) WithMD5(t testing.TB, signer crypto.Signer) []byte {
	t.Helper()
	return Resign(t, n.DER, signer, "1.2.840.113549.1.1.4", crypto.MD5)
}

// Resign replaces the RSA signature of a certificate by one with another algorithm.
func Resign(t testing.TB, der []byte, signer crypto.Signer, oid string, hash crypto.Hash) []byte {
	t.Helper()
	var cert struct {
		TBS       asn1.RawValue
		Algorithm pkix.AlgorithmIdentifier
		Signature asn1.BitString
	}
	_, err := asn1.Unmarshal(der, &cert)
	require.NoError(t, err)
	var fields []asn1.RawValue
	rest := cert.TBS.Bytes
	for len(rest) > 0 {
		var field asn1.RawValue
		rest, err = asn1.Unmarshal(rest, &field)
		require.NoError(t, err)
		fields = append(fields, field)
	}
	parsed, err := x509.ParseOID(oid)
	require.NoError(t, err)
	raw, err := parsed.MarshalBinary()
	require.NoError(t, err)
	algorithm, err := asn1.Marshal([]asn1.RawValue{{Tag: asn1.TagOID, Bytes: raw}, {Tag: asn1.TagNull}})
	require.NoError(t, err)
	fields[2] = asn1.RawValue{FullBytes: algorithm}
	tbs, err := asn1.Marshal(fields)
	require.NoError(t, err)
	var digest []byte
	if hash == crypto.MD5 {
		sum := md5.Sum(tbs)
		digest = sum[:]
	} else {
		h := hash.New()
		h.Write(tbs)
		digest = h.Sum(nil)
	}
	signature, err := signer.Sign(rand.Reader, digest, hash)
	require.NoError(t, err)
	bits, err := asn1.Marshal(asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)})
	require.NoError(t, err)
	out, err := asn1.Marshal([]asn1.RawValue{{FullBytes: tbs}, {FullBytes: algorithm}, {FullBytes: bits}})
	require.NoError(t, err)
	return out
}
