package handshake

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"fmt"
	"math/big"
	"time"

	ztls "github.com/zmap/zcrypto/tls"
)

// Identity is a client certificate with its chain and private key. The key stays inside: nothing reads it out, and printing an
// Identity shows its fingerprint.
type Identity struct {
	chain [][]byte
	key   crypto.PrivateKey
	leaf  *x509.Certificate
}

// NewIdentity reads a certificate, the intermediates behind it, and its private key, all in PEM. An encrypted key is an error.
// No error quotes a byte of the key.
func NewIdentity(certificatePEM, keyPEM []byte) (*Identity, error) {
	pair, err := tls.X509KeyPair(certificatePEM, keyPEM)
	if err != nil {
		return nil, err
	}
	return &Identity{chain: pair.Certificate, key: pair.PrivateKey, leaf: pair.Leaf}, nil
}

// SelfSigned makes a certificate that no CA issued, valid from an hour before at to a day after, with a key of like's kind, so
// that a listener which takes like's signatures takes this one's too. It is made for one run and never written anywhere.
func SelfSigned(commonName string, like *Identity, at time.Time) (*Identity, error) {
	key, err := keyLike(like)
	if err != nil {
		return nil, fmt.Errorf("make the key of a throwaway certificate: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, fmt.Errorf("make the serial number of a throwaway certificate: %w", err)
	}
	template := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: commonName},
		NotBefore: at.Add(-time.Hour), NotAfter: at.Add(24 * time.Hour), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make a throwaway certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("make a throwaway certificate: %w", err)
	}
	return &Identity{chain: [][]byte{der}, key: key, leaf: leaf}, nil
}

func keyLike(like *Identity) (crypto.Signer, error) {
	if _, ok := like.leaf.PublicKey.(*rsa.PublicKey); ok {
		return rsa.GenerateKey(rand.Reader, 2048)
	}
	return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
}

// Fingerprint returns the SHA-256 of the certificate, in hex.
func (i *Identity) Fingerprint() string {
	sum := sha256.Sum256(i.chain[0])
	return hex.EncodeToString(sum[:])
}

// Validity returns the certificate's first and last moment.
func (i *Identity) Validity() (notBefore, notAfter time.Time) {
	return i.leaf.NotBefore, i.leaf.NotAfter
}

// String returns the fingerprint, so that no way of printing shows the key.
func (i *Identity) String() string {
	if i == nil {
		return "no certificate"
	}
	return "sha256:" + i.Fingerprint()
}

// GoString is String.
func (i *Identity) GoString() string { return i.String() }

// MarshalText is String.
func (i *Identity) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// std is what crypto/tls sends when the peer asks: an empty list without an identity.
func (i *Identity) std() *tls.Certificate {
	if i == nil {
		return &tls.Certificate{}
	}
	return &tls.Certificate{Certificate: i.chain, PrivateKey: i.key, Leaf: i.leaf}
}

// zcrypto is std for zcrypto.
func (i *Identity) zcrypto() *ztls.Certificate {
	if i == nil {
		return &ztls.Certificate{}
	}
	return &ztls.Certificate{Certificate: i.chain, PrivateKey: i.key}
}
