package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	_ "crypto/md5" // weak signatures are what some tests are about
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1" // as above
	_ "crypto/sha256"
	_ "crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// issue makes a certificate that crypto/x509 alone would refuse to make: it lets CreateCertificate write one with a
// positive serial, a P-256 key and a sound hash, then puts in the real serial, key and algorithm and signs again.
func issue(template, issuer *x509.Certificate, spki []byte, signer crypto.Signer, hash crypto.Hash) ([]byte, error) {
	plain := *template
	plain.SerialNumber = big.NewInt(1)
	plain.SignatureAlgorithm = x509.UnknownSignatureAlgorithm
	plain.PublicKey, plain.PublicKeyAlgorithm = nil, x509.UnknownPublicKeyAlgorithm
	stand, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	keyID, err := subjectKeyID(spki)
	if err != nil {
		return nil, err
	}
	if len(plain.SubjectKeyId) == 0 && plain.IsCA {
		plain.SubjectKeyId = keyID
	}
	standIssuer := *issuer
	if issuer == template {
		standIssuer = plain
	}
	standIssuer.PublicKey = stand.Public()
	der, err := x509.CreateCertificate(rand.Reader, &plain, &standIssuer, stand.Public(), stand)
	if err != nil {
		return nil, err
	}
	return rewrite(der, template.SerialNumber, spki, signer, hash)
}

// rewrite replaces serialNumber, signature and subjectPublicKeyInfo of a TBSCertificate (RFC 5280 section 4.1) and
// signs the outcome.
func rewrite(der []byte, serial *big.Int, spki []byte, signer crypto.Signer, hash crypto.Hash) ([]byte, error) {
	algorithm, hash, err := signatureAlgorithm(signer, hash)
	if err != nil {
		return nil, err
	}
	var cert, tbs cryptobyte.String
	input := cryptobyte.String(der)
	if !input.ReadASN1(&cert, casn1.SEQUENCE) || !cert.ReadASN1(&tbs, casn1.SEQUENCE) {
		return nil, errors.New("no certificate")
	}
	serialDER, err := asn1.Marshal(serial)
	if err != nil {
		return nil, err
	}
	// version, serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo, extensions
	replace := map[int][]byte{1: serialDER, 2: algorithm, 6: spki}
	var b cryptobyte.Builder
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for i := 0; !tbs.Empty(); i++ {
			var element cryptobyte.String
			var tag casn1.Tag
			if !tbs.ReadAnyASN1Element(&element, &tag) {
				b.SetError(errors.New("malformed TBSCertificate"))
				return
			}
			if other, ok := replace[i]; ok {
				element = other
			}
			b.AddBytes(element)
		}
	})
	newTBS, err := b.Bytes()
	if err != nil {
		return nil, err
	}
	signature, err := sign(signer, newTBS, hash)
	if err != nil {
		return nil, err
	}
	var out cryptobyte.Builder
	out.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(newTBS)
		b.AddBytes(algorithm)
		b.AddASN1BitString(signature)
	})
	return out.Bytes()
}

func sign(signer crypto.Signer, message []byte, hash crypto.Hash) ([]byte, error) {
	if hash == 0 {
		return signer.Sign(rand.Reader, message, crypto.Hash(0))
	}
	h := hash.New()
	h.Write(message)
	return signer.Sign(rand.Reader, h.Sum(nil), hash)
}

// signatureAlgorithm returns the AlgorithmIdentifier (RFC 3279, RFC 4055, RFC 5758, RFC 8410) and the hash to sign with.
func signatureAlgorithm(signer crypto.Signer, hash crypto.Hash) ([]byte, crypto.Hash, error) {
	var oid asn1.ObjectIdentifier
	var parameters bool // NULL for RSA, absent otherwise
	switch key := signer.Public().(type) {
	case *rsa.PublicKey:
		if hash == 0 {
			hash = crypto.SHA256
		}
		last, ok := map[crypto.Hash]int{crypto.MD5: 4, crypto.SHA1: 5, crypto.SHA256: 11, crypto.SHA384: 12, crypto.SHA512: 13}[hash]
		if !ok {
			return nil, 0, fmt.Errorf("no RSA signature with %s", hash)
		}
		oid, parameters = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, last}, true
	case *ecdsa.PublicKey:
		if hash == 0 {
			hash = map[int]crypto.Hash{384: crypto.SHA384, 521: crypto.SHA512}[key.Params().BitSize]
		}
		if hash == 0 {
			hash = crypto.SHA256
		}
		oid = map[crypto.Hash]asn1.ObjectIdentifier{
			crypto.SHA1: {1, 2, 840, 10045, 4, 1}, crypto.SHA256: {1, 2, 840, 10045, 4, 3, 2},
			crypto.SHA384: {1, 2, 840, 10045, 4, 3, 3}, crypto.SHA512: {1, 2, 840, 10045, 4, 3, 4},
		}[hash]
		if oid == nil {
			return nil, 0, fmt.Errorf("no ECDSA signature with %s", hash)
		}
	case ed25519.PublicKey:
		if hash != 0 {
			return nil, 0, fmt.Errorf("no Ed25519 signature with %s: it has a hash of its own", hash)
		}
		oid = asn1.ObjectIdentifier{1, 3, 101, 112}
	default:
		return nil, 0, fmt.Errorf("cannot sign with a %T", key)
	}
	var b cryptobyte.Builder
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oid)
		if parameters {
			b.AddASN1NULL()
		}
	})
	der, err := b.Bytes()
	return der, hash, err
}

// subjectKeyID is the SHA-1 of the public key bits (RFC 5280 section 4.2.1.2, method 1).
func subjectKeyID(spki []byte) ([]byte, error) {
	var outer cryptobyte.String
	var bits asn1.BitString
	input := cryptobyte.String(spki)
	if !input.ReadASN1(&outer, casn1.SEQUENCE) || !outer.SkipASN1(casn1.SEQUENCE) || !outer.ReadASN1BitString(&bits) {
		return nil, errors.New("malformed SubjectPublicKeyInfo")
	}
	h := crypto.SHA1.New()
	h.Write(bits.Bytes)
	return h.Sum(nil), nil
}
