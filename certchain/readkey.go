package certchain

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"errors"
	"fmt"
	"math/big"

	"github.com/portseal/portseal/certchain/internal/ber"
	zdsa "github.com/zmap/zcrypto/dsa"
	zrsa "github.com/zmap/zcrypto/rsa"
)

// readKey reads a SubjectPublicKeyInfo (RFC 3279 section 2.3, RFC 5480, RFC 8410). The second result is nil when no
// library here can check signatures with such a key.
func readKey(spki ber.Element) (Key, any, error) {
	parts, _ := spki.Children()
	if len(parts) < 2 {
		return Key{}, nil, errors.New("subjectPublicKeyInfo is incomplete")
	}
	alg, _ := parts[0].Children()
	if len(alg) == 0 {
		return Key{}, nil, errors.New("the algorithm is missing")
	}
	oid := alg[0].OID()
	octets, _, err := parts[1].Bits()
	if err != nil {
		return Key{OID: oid, Algorithm: plainKey(oid)}, nil, err
	}
	switch oid {
	case "1.2.840.113549.1.1.1":
		return rsaKey("RSA", oid, octets)
	case "1.2.840.113549.1.1.10":
		return rsaKey("RSASSA-PSS", oid, octets)
	case "1.2.840.10045.2.1":
		return ecKey(oid, alg[1:], octets)
	case "1.2.840.10040.4.1":
		return dsaKey(oid, alg[1:], octets)
	case "1.3.101.112":
		if len(octets) != ed25519.PublicKeySize {
			return Key{Algorithm: "Ed25519", OID: oid}, nil, fmt.Errorf("an Ed25519 key has 32 octets, not %d", len(octets))
		}
		return Key{Algorithm: "Ed25519", OID: oid}, ed25519.PublicKey(octets), nil
	}
	return Key{Algorithm: plainKey(oid), OID: oid}, nil, nil
}

func rsaKey(name, oid string, octets []byte) (Key, any, error) {
	key := Key{Algorithm: name, OID: oid}
	seq, _, err := ber.Read(octets)
	if err != nil {
		return key, nil, err
	}
	parts, _ := seq.Children()
	if len(parts) < 2 {
		return key, nil, errors.New("an RSA key has a modulus and an exponent")
	}
	// A modulus whose first bit was left set is meant as unsigned: that is how other readers take it.
	n, e := new(big.Int).SetBytes(parts[0].Body), new(big.Int).SetBytes(parts[1].Body)
	key.Bits = n.BitLen()
	if n.Sign() == 0 || e.Sign() == 0 {
		return key, nil, errors.New("the RSA modulus or exponent is zero")
	}
	return key, &zrsa.PublicKey{N: n, E: e}, nil
}

func ecKey(oid string, params []ber.Element, octets []byte) (Key, any, error) {
	key := Key{Algorithm: "ECDSA", OID: oid, Curve: "explicit"}
	if len(params) == 0 || !params[0].Is(ber.TagOID) {
		return key, nil, nil
	}
	name := params[0].OID()
	key.Curve = name
	if known, ok := curveOf(name); ok {
		key.Curve, key.Bits = known.name, known.bits
	}
	var c elliptic.Curve
	switch key.Curve {
	case "P-224":
		c = elliptic.P224()
	case "P-256":
		c = elliptic.P256()
	case "P-384":
		c = elliptic.P384()
	case "P-521":
		c = elliptic.P521()
	default:
		return key, nil, nil
	}
	pub, err := ecdsa.ParseUncompressedPublicKey(c, octets)
	if err != nil {
		return key, nil, errors.New("the point is not on the curve, or not in the uncompressed form")
	}
	return key, pub, nil
}

func dsaKey(oid string, params []ber.Element, octets []byte) (Key, any, error) {
	key := Key{Algorithm: "DSA", OID: oid}
	y, _, err := ber.Read(octets)
	if err != nil {
		return key, nil, err
	}
	if len(params) == 0 {
		return key, nil, errors.New("the DSA parameters are inherited, which is not supported")
	}
	parts, _ := params[0].Children()
	if len(parts) < 3 {
		return key, nil, errors.New("a DSA key has three parameters")
	}
	pub := &zdsa.PublicKey{Y: y.Int()}
	pub.P, pub.Q, pub.G = parts[0].Int(), parts[1].Int(), parts[2].Int()
	for _, n := range []*big.Int{pub.Y, pub.P, pub.Q, pub.G} {
		if n == nil || n.Sign() <= 0 {
			return key, nil, errors.New("a DSA parameter is not positive")
		}
	}
	key.Bits = pub.P.BitLen()
	return key, pub, nil
}

// RSA returns modulus and exponent of a certificate's key, where that is an RSA key for any use (not RSASSA-PSS alone).
func (c *Certificate) RSA() (modulus, exponent *big.Int, ok bool) {
	key, ok := c.publicKey.(*zrsa.PublicKey)
	if !ok || c.Key.Algorithm != "RSA" {
		return nil, nil, false
	}
	return new(big.Int).Set(key.N), new(big.Int).Set(key.E), true
}
