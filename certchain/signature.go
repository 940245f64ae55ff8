package certchain

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	_ "crypto/md5"  // hashes that certificates are signed with are looked up by number
	_ "crypto/sha1" // ditto
	_ "crypto/sha256"
	_ "crypto/sha512"
	"errors"
	"fmt"

	"github.com/portseal/portseal/certchain/internal/ber"
	zdsa "github.com/zmap/zcrypto/dsa"
	zrsa "github.com/zmap/zcrypto/rsa"
)

const (
	maxRSABits      = 16384 // larger keys would let a peer buy seconds of our time with one certificate
	maxExponentBits = 64
)

// checkSignature says whether the key of issuer made the signature of c, and why not, or why that cannot be known.
// Size and age of algorithms play no part here: RSA keys of any size and MD5 are checked (zcrypto's rsa, unlike the
// standard library's, has no lower limit).
func checkSignature(c, issuer *Certificate) (Answer, string) {
	if len(c.tbs) == 0 || len(c.signatureValue) == 0 {
		return Unknown, "the certificate could not be read as far as its signature"
	}
	// RFC 5280 section 4.1.1.2: the two identifiers must be the same.
	if !bytes.Equal(c.signatureInner, c.signatureOuter) {
		return No, "the signature algorithm outside the signed part differs from the one inside"
	}
	if issuer.publicKey == nil || c.Signature.kind == "" {
		return Unknown, fmt.Sprintf("no library here checks %s by a key of type %s", c.Signature.Name, issuer.Key)
	}
	if !fits(c.Signature.kind, issuer.publicKey) {
		return No, fmt.Sprintf("%s cannot be made by a key of type %s", c.Signature.Name, issuer.Key)
	}
	valid, err := verify(c, issuer.publicKey)
	switch {
	case err != nil:
		return Unknown, err.Error()
	case !valid:
		return No, "the signature is not by that key"
	}
	return Yes, ""
}

func fits(kind string, key any) bool {
	switch key.(type) {
	case *zrsa.PublicKey:
		return kind == "rsa" || kind == "pss"
	case *ecdsa.PublicKey:
		return kind == "ecdsa"
	case *zdsa.PublicKey:
		return kind == "dsa"
	}
	return kind == "ed25519"
}

func hashFunc(name string) (crypto.Hash, bool) {
	h, ok := map[string]crypto.Hash{
		"MD5": crypto.MD5, "SHA-1": crypto.SHA1, "SHA-224": crypto.SHA224,
		"SHA-256": crypto.SHA256, "SHA-384": crypto.SHA384, "SHA-512": crypto.SHA512,
	}[name]
	return h, ok && h.Available()
}

// verify returns an error when the question cannot be answered.
func verify(c *Certificate, key any) (bool, error) {
	if pub, ok := key.(ed25519.PublicKey); ok {
		return ed25519.Verify(pub, c.tbs, c.signatureValue), nil
	}
	hash, ok := hashFunc(c.Signature.Hash)
	if !ok {
		return false, fmt.Errorf("no library here computes the hash of %s", c.Signature.Name)
	}
	h := hash.New()
	h.Write(c.tbs)
	digest := h.Sum(nil)
	switch pub := key.(type) {
	case *zrsa.PublicKey:
		return verifyRSA(c, pub, hash, digest)
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(pub, digest, c.signatureValue), nil
	case *zdsa.PublicKey:
		return verifyDSA(c, pub, digest)
	}
	return false, fmt.Errorf("no library here checks keys of type %T", key)
}

func verifyRSA(c *Certificate, pub *zrsa.PublicKey, hash crypto.Hash, digest []byte) (bool, error) {
	if pub.N.BitLen() > maxRSABits || pub.E.BitLen() > maxExponentBits {
		return false, fmt.Errorf("the RSA key has %d bits and an exponent of %d: too large to check", pub.N.BitLen(), pub.E.BitLen())
	}
	if pub.E.IsInt64() && pub.E.Int64() == 1 {
		return false, nil // anyone can make a "signature" for the exponent 1
	}
	if c.Signature.kind == "rsa" {
		return zrsa.VerifyPKCS1v15(pub, hash, digest, c.signatureValue) == nil, nil
	}
	p, err := readPSS(c.signatureParam)
	if err != nil {
		return false, err
	}
	if p.mgfHash != p.hash {
		return false, fmt.Errorf("no library here checks RSASSA-PSS with %s and a mask of %s", p.hash, p.mgfHash)
	}
	opts := &zrsa.PSSOptions{SaltLength: p.salt}
	if p.salt == 0 { // zero means "any" to the library
		return false, errors.New("no library here checks RSASSA-PSS without a salt")
	}
	return zrsa.VerifyPSS(pub, hash, digest, c.signatureValue, opts) == nil, nil
}

// verifyDSA checks a Dss-Sig-Value (RFC 3279 section 2.2.2); the hash is cut to the size of the subgroup (FIPS 186-4, 4.6).
func verifyDSA(c *Certificate, pub *zdsa.PublicKey, digest []byte) (bool, error) {
	if pub.P.BitLen() > maxRSABits || pub.Q.BitLen() > 1024 {
		return false, fmt.Errorf("the DSA key of %d bits is too large to check", pub.P.BitLen())
	}
	seq, _, err := ber.Read(c.signatureValue)
	if err != nil {
		return false, nil
	}
	parts := children(seq)
	if len(parts) != 2 || parts[0].Int() == nil || parts[1].Int() == nil {
		return false, nil
	}
	digest = digest[:min(len(digest), (pub.Q.BitLen()+7)/8)]
	return zdsa.Verify(pub, digest, parts[0].Int(), parts[1].Int()), nil
}

type pssParameters struct {
	hash, mgfHash string
	salt          int
}

// readPSS reads RSASSA-PSS-params (RFC 4055 section 3.1); each part that is absent has a default with SHA-1.
func readPSS(params []ber.Element) (pssParameters, error) {
	p := pssParameters{hash: "SHA-1", mgfHash: "SHA-1", salt: 20}
	if len(params) == 0 {
		return p, nil
	}
	for _, part := range children(params[0]) {
		inner, _, err := ber.Read(part.Body)
		if err != nil {
			return p, errors.New("the RSASSA-PSS parameters are malformed")
		}
		parts := children(inner)
		switch {
		case part.IsContext(0) && len(parts) > 0:
			p.hash = hashOf(parts[0].OID())
		case part.IsContext(1) && len(parts) > 1:
			if mgf := children(parts[1]); len(mgf) > 0 {
				p.mgfHash = hashOf(mgf[0].OID())
			}
		case part.IsContext(2):
			n := inner.Int()
			if n == nil || !n.IsInt64() || n.Int64() < 0 || n.Int64() > maxRSABits {
				return p, errors.New("the RSASSA-PSS salt length is malformed")
			}
			p.salt = int(n.Int64())
		}
	}
	if p.hash == "" || p.mgfHash == "" {
		return p, errors.New("the hash of the RSASSA-PSS parameters is unknown")
	}
	return p, nil
}
