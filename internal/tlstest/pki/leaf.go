package pki

import (
	"bytes"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"time"
)

// Leaf says what certificate CA.Leaf is to issue. The zero value is a P-256 certificate without names.
type Leaf struct {
	CommonName          string
	DNS                 []string
	IPs                 []netip.Addr
	NotBefore, NotAfter time.Time   // one hour before and 90 days after the CA's time without them
	KeyType             KeyType     // P256 without it
	KeyID               string      // an RSA key of its own for a certificate of the same name; others always differ
	Serial              *big.Int    // random without it; a negative one is written although RFC 5280 4.1.2.2 forbids it
	Hash                crypto.Hash // of the signature; crypto.SHA1 and crypto.MD5 (RSA issuers) make weak ones
	ExtKeyUsage         []x509.ExtKeyUsage
	Template            func(*x509.Certificate) // changes the template last
}

// Identity is a certificate with its key and the chain that a server would send.
type Identity struct {
	CertPEM  []byte            // the leaf
	ChainPEM []byte            // the leaf and all intermediates, without the root
	KeyPEM   []byte            // PKCS#8
	Leaf     *x509.Certificate // nil when crypto/x509 cannot read it (negative serial)
	DER      []byte            // the leaf
	Key      crypto.Signer     // nil for Ed448 and DSA, which only the openssl command can use
	KeyType  KeyType
	Issuer   *CA
}

// Leaf issues a certificate.
func (ca *CA) Leaf(l Leaf) (*Identity, error) {
	if l.KeyType == "" {
		l.KeyType = P256
	}
	key, err := newKey(l.KeyType, ca.name+"/leaf/"+l.CommonName+"#"+l.KeyID)
	if err != nil {
		return nil, fmt.Errorf("key of %q: %w", l.CommonName, err)
	}
	template := l.template(ca)
	der, err := issue(template, ca.Cert, key.spki, ca.Key, l.Hash)
	if err != nil {
		return nil, fmt.Errorf("certificate of %q: %w", l.CommonName, err)
	}
	id := &Identity{
		CertPEM: encodePEM("CERTIFICATE", der), KeyPEM: key.pem, DER: der, Key: key.signer, KeyType: l.KeyType, Issuer: ca,
	}
	id.ChainPEM = append(bytes.Clone(id.CertPEM), ca.ChainPEM()...)
	if leaf, err := x509.ParseCertificate(der); err == nil {
		id.Leaf = leaf
	}
	return id, nil
}

func (l Leaf) template(ca *CA) *x509.Certificate {
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: l.CommonName, Organization: []string{"portseal test"}},
		SerialNumber:          l.Serial,
		NotBefore:             l.NotBefore,
		NotAfter:              l.NotAfter,
		DNSNames:              l.DNS,
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           l.ExtKeyUsage,
		BasicConstraintsValid: true,
	}
	if l.KeyType == RSA1024 || l.KeyType == RSA2048 {
		template.KeyUsage |= x509.KeyUsageKeyEncipherment
	}
	if template.SerialNumber == nil {
		template.SerialNumber = randomSerial()
	}
	if template.NotBefore.IsZero() {
		template.NotBefore = ca.at.Add(-time.Hour)
	}
	if template.NotAfter.IsZero() {
		template.NotAfter = ca.at.AddDate(0, 0, 90)
	}
	if len(l.ExtKeyUsage) == 0 {
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	}
	for _, ip := range l.IPs {
		template.IPAddresses = append(template.IPAddresses, net.IP(ip.AsSlice()))
	}
	if l.Template != nil {
		l.Template(template)
	}
	return template
}

// Certificate returns the identity as crypto/tls serves it, the intermediates included. Without Key it cannot be used.
func (id *Identity) Certificate() tls.Certificate {
	cert := tls.Certificate{Certificate: [][]byte{id.DER}, PrivateKey: id.Key, Leaf: id.Leaf}
	for ca := id.Issuer; ca.parent != nil; ca = ca.parent {
		cert.Certificate = append(cert.Certificate, ca.DER)
	}
	return cert
}

// Pool returns a pool with ca's root, for the clients that are to trust what it issued.
func (ca *CA) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(ca.Root().Cert)
	return pool
}
