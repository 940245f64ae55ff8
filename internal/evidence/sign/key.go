package sign

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	_ "crypto/sha512" // SHA-384, for P-384
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"github.com/portseal/portseal/internal/pkcs8"
)

// Key is a private key that signs. It never shows what it holds.
type Key struct {
	PublicKey
	private crypto.Signer
}

// PublicKey checks signatures.
type PublicKey struct {
	key  crypto.PublicKey // ed25519.PublicKey or *ecdsa.PublicKey
	spki []byte           // DER of its SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7)
	note string
}

// Note says what was not judged of a key that was read from a certificate; empty for any other.
func (p *PublicKey) Note() string { return p.note }

// wanted ends the errors about keys.
const wanted = "want an Ed25519 or ECDSA key (P-256 or P-384), as 'openssl genpkey -algorithm ed25519' writes it"

// ErrEncrypted says that a key is encrypted and no password was given.
var ErrEncrypted = errors.New("the key is encrypted: want the file with its password too")

// ParseKey reads one private key from PEM: PKCS#8 (RFC 5208), encrypted or not, or SEC 1 (RFC 5915). The password is only used
// for a key that is encrypted; nil is none.
func ParseKey(data, password []byte) (*Key, error) {
	block, err := onlyBlock(data, "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "EC PRIVATE KEY")
	if err != nil {
		return nil, err
	}
	if pkcs8.Encrypted(block) {
		if password == nil {
			return nil, ErrEncrypted
		}
		if block, err = pkcs8.Open(block, password); err != nil {
			return nil, err
		}
	}
	defer clear(block.Bytes)
	var parsed any
	if block.Type == "EC PRIVATE KEY" {
		parsed, err = x509.ParseECPrivateKey(block.Bytes)
	} else {
		parsed, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	}
	signer, ok := parsed.(crypto.Signer)
	if err != nil || !ok {
		return nil, errors.New("the private key cannot be read; " + wanted) // the cause could quote the key
	}
	public, err := newPublic(signer.Public())
	if err != nil {
		return nil, err
	}
	return &Key{PublicKey: *public, private: signer}, nil
}

// ParsePublicKey reads one public key from PEM, or that of a certificate, of which nothing else counts: neither its dates nor
// who issued it.
func ParsePublicKey(data []byte) (*PublicKey, error) {
	if bytes.Contains(data, []byte("PRIVATE KEY-----")) {
		return nil, errors.New("it holds a private key: want the public one, as 'openssl pkey -in KEY.pem -pubout' writes it")
	}
	block, err := onlyBlock(data, "PUBLIC KEY", "CERTIFICATE")
	if err != nil {
		return nil, err
	}
	if block.Type == "CERTIFICATE" {
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("certificate: %w", err)
		}
		public, err := newPublic(cert.PublicKey)
		if err != nil {
			return nil, err
		}
		public.note = fmt.Sprintf("the key is that of a certificate, which is valid from %s to %s: neither its dates nor its issuer were judged",
			cert.NotBefore.UTC().Format(time.DateOnly), cert.NotAfter.UTC().Format(time.DateOnly))
		return public, nil
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("public key: %w", err)
	}
	return newPublic(key)
}

// onlyBlock returns the one block of these types; a file with two would leave open which counts.
func onlyBlock(data []byte, types ...string) (*pem.Block, error) {
	var found *pem.Block
	other := ""
	for rest := data; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		wants := false
		for _, t := range types {
			wants = wants || block.Type == t
		}
		switch {
		case !wants && block.Type != "EC PARAMETERS":
			other = block.Type
		case wants && found != nil:
			return nil, fmt.Errorf("it holds more than one %s: want one", types[0])
		case wants:
			found = block
		}
	}
	switch {
	case found != nil:
		return found, nil
	case other != "":
		return nil, fmt.Errorf("it holds a PEM block %q: want %q; %s", other, types[0], wanted)
	}
	return nil, fmt.Errorf("it is no PEM file: want one with -----BEGIN %s-----", types[0])
}

func newPublic(key crypto.PublicKey) (*PublicKey, error) {
	switch k := key.(type) {
	case ed25519.PublicKey:
	case *ecdsa.PublicKey:
		if k.Curve != elliptic.P256() && k.Curve != elliptic.P384() {
			return nil, fmt.Errorf("an ECDSA key on curve %s; %s", k.Params().Name, wanted)
		}
	default:
		return nil, fmt.Errorf("a key of another kind (%T); %s", key, wanted)
	}
	spki, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, fmt.Errorf("public key: %w", err)
	}
	return &PublicKey{key: key, spki: spki}, nil
}

// ID is the SHA-256 of the key's SubjectPublicKeyInfo, in hex.
func (p *PublicKey) ID() string {
	sum := sha256.Sum256(p.spki)
	return hex.EncodeToString(sum[:])
}

// KeyID is ID, as DSSE asks for it.
func (p *PublicKey) KeyID() (string, error) { return p.ID(), nil }

// Public returns the key itself.
func (p *PublicKey) Public() crypto.PublicKey { return p.key }

// SPKI is the DER of its SubjectPublicKeyInfo.
func (p *PublicKey) SPKI() []byte { return bytes.Clone(p.spki) }

// hash is what the key's signatures are over: the whole message for Ed25519, else as long as the curve (FIPS 186-5).
func (p *PublicKey) hash() crypto.Hash {
	k, ok := p.key.(*ecdsa.PublicKey)
	switch {
	case !ok:
		return 0
	case k.Curve == elliptic.P384():
		return crypto.SHA384
	}
	return crypto.SHA256
}

// Sign signs data. The same data always gives the same signature: that of RFC 8032, or RFC 6979 for ECDSA in ASN.1.
func (k *Key) Sign(_ context.Context, data []byte) ([]byte, error) {
	return k.SignWith(k.hash(), data)
}

// SignWith is Sign for a form that names the hash itself; it does not matter to Ed25519.
func (k *Key) SignWith(hash crypto.Hash, data []byte) ([]byte, error) {
	if _, ok := k.key.(ed25519.PublicKey); ok {
		return k.private.Sign(nil, data, crypto.Hash(0))
	}
	h := hash.New()
	h.Write(data)
	return k.private.Sign(nil, h.Sum(nil), hash)
}

// Verify says whether a signature of data is this key's.
func (p *PublicKey) Verify(_ context.Context, data, sig []byte) error {
	return p.VerifyWith(p.hash(), data, sig)
}

// VerifyWith is Verify for a form that names the hash itself.
func (p *PublicKey) VerifyWith(hash crypto.Hash, data, sig []byte) error {
	ok := false
	switch k := p.key.(type) {
	case ed25519.PublicKey:
		ok = ed25519.Verify(k, data, sig)
	case *ecdsa.PublicKey:
		h := hash.New()
		h.Write(data)
		ok = ecdsa.VerifyASN1(k, h.Sum(nil), sig)
	}
	if !ok {
		return errors.New("the signature is not this key's, or what it signs was changed")
	}
	return nil
}
