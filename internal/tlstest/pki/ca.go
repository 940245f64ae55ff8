// Package pki makes throwaway certificate authorities and certificates for tests, benchmarks and the demo, odd ones
// (negative serial, SHA-1 and MD5 signatures, Ed448 and DSA keys, any validity) among them.
//
// Limits: never for anything that is to be trusted: RSA keys are kept for the life of the process and handed out again
// to the same name, so that tests stay fast. Ed448 and DSA keys are made by the openssl command, which must be there.
package pki

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"
)

// CA is a certificate authority: a root made by NewCA, or an intermediate one made by Intermediate.
type CA struct {
	Cert   *x509.Certificate
	DER    []byte
	PEM    []byte        // the CA's own certificate
	Key    crypto.Signer // signs what the CA issues
	KeyPEM []byte        // PKCS#8
	parent *CA           // nil for a root
	name   string        // path of names from the root, names the keys in the cache
	at     time.Time
}

type options struct {
	keyType             KeyType
	at                  time.Time
	notBefore, notAfter time.Time
	hash                crypto.Hash
	keyID               string
	mutate              func(*x509.Certificate)
}

// Option changes what NewCA and Intermediate make.
type Option func(*options)

// WithKey sets the CA's key type; P256 without it. Ed448 and DSA2048 are for leaves only.
func WithKey(k KeyType) Option { return func(o *options) { o.keyType = k } }

// WithTime sets the time that all validities are relative to, of the CA and of what it issues; now without it.
func WithTime(at time.Time) Option { return func(o *options) { o.at = at } }

// WithValidity sets the CA certificate's own dates: one day before to ten years after the CA's time without it.
func WithValidity(notBefore, notAfter time.Time) Option {
	return func(o *options) { o.notBefore, o.notAfter = notBefore, notAfter }
}

// WithHash sets the hash of the signature on the CA's certificate, crypto.SHA1 or crypto.MD5 for weak ones; without it
// the one that suits the issuer's key.
func WithHash(h crypto.Hash) Option { return func(o *options) { o.hash = h } }

// WithKeyID gives a CA that has the same name as another one a different RSA key; other key types always differ.
func WithKeyID(id string) Option { return func(o *options) { o.keyID = id } }

// WithTemplate lets mutate change the template last, for whatever has no option of its own.
func WithTemplate(mutate func(*x509.Certificate)) Option {
	return func(o *options) { o.mutate = mutate }
}

// NewCA makes a self-signed root whose common name is name.
func NewCA(name string, opts ...Option) (*CA, error) {
	return newCA(nil, name, opts)
}

// Intermediate makes a CA below ca; it takes ca's time unless an option says otherwise.
func (ca *CA) Intermediate(name string, opts ...Option) (*CA, error) {
	return newCA(ca, name, opts)
}

func newCA(parent *CA, name string, opts []Option) (*CA, error) {
	o := options{keyType: P256, at: time.Now()}
	path := name
	if parent != nil {
		o.at = parent.at
		path = parent.name + "/" + name
	}
	for _, opt := range opts {
		opt(&o)
	}
	if o.notAfter.IsZero() {
		o.notBefore, o.notAfter = o.at.AddDate(0, 0, -1), o.at.AddDate(10, 0, 0)
	}
	key, err := newKey(o.keyType, path+"#"+o.keyID)
	if err != nil {
		return nil, fmt.Errorf("key of CA %q: %w", name, err)
	}
	if key.signer == nil {
		return nil, fmt.Errorf("CA %q: a key of type %s cannot sign here, use it for a leaf", name, o.keyType)
	}
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: name, Organization: []string{"portseal test"}},
		SerialNumber:          randomSerial(),
		NotBefore:             o.notBefore,
		NotAfter:              o.notAfter,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	if o.mutate != nil {
		o.mutate(template)
	}
	ca := &CA{Key: key.signer, KeyPEM: key.pem, parent: parent, name: path + "#" + o.keyID, at: o.at}
	issuer, signer := template, key.signer
	if parent != nil {
		issuer, signer = parent.Cert, parent.Key
	}
	if ca.DER, err = issue(template, issuer, key.spki, signer, o.hash); err != nil {
		return nil, fmt.Errorf("certificate of CA %q: %w", name, err)
	}
	if ca.Cert, err = x509.ParseCertificate(ca.DER); err != nil {
		return nil, fmt.Errorf("certificate of CA %q: %w", name, err)
	}
	ca.PEM = encodePEM("CERTIFICATE", ca.DER)
	return ca, nil
}

// CrossSign returns a certificate for other's name and key that ca signed: a second path to what other issued.
func (ca *CA) CrossSign(other *CA) ([]byte, error) {
	template := *other.Cert
	template.SerialNumber, template.AuthorityKeyId = randomSerial(), nil
	der, err := issue(&template, ca.Cert, other.Cert.RawSubjectPublicKeyInfo, ca.Key, 0)
	if err != nil {
		return nil, fmt.Errorf("cross-sign %q: %w", other.Cert.Subject.CommonName, err)
	}
	return der, nil
}

// Root returns the root above ca, ca itself when it is one.
func (ca *CA) Root() *CA {
	for ca.parent != nil {
		ca = ca.parent
	}
	return ca
}

// ChainPEM returns the certificates from ca up to, but without, its root: empty for a root.
func (ca *CA) ChainPEM() []byte {
	var chain []byte
	for ; ca.parent != nil; ca = ca.parent {
		chain = append(chain, ca.PEM...)
	}
	return chain
}

func randomSerial() *big.Int {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return big.NewInt(time.Now().UnixNano())
	}
	return serial.Add(serial, big.NewInt(1))
}

func encodePEM(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
