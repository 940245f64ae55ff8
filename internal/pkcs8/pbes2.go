// Package pkcs8 opens private keys that are encrypted: PKCS#8 (RFC 5958) by PBES2 with PBKDF2 and AES-CBC (RFC 8018), as OpenSSL writes them.
//
// Limits: no other scheme, and not the older form of PEM, whose key derivation is weak. No error quotes what was read. A wrong password may
// by chance give octets that are no key; who parses them sees that.
package pkcs8

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"hash"
)

// maxIterations keeps a crafted key file from taking hours; OpenSSL writes 2048, careful users some hundred thousand.
const maxIterations = 10_000_000

// errForm is the error of a key encrypted in another way than PBES2 with PBKDF2 and AES-CBC, which OpenSSL writes by itself.
var errForm = errors.New("the key is encrypted in a way that is not read here; write it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE -out FILE")

// The structures of RFC 5958 section 3 and RFC 8018 appendix A.
type encryptedKey struct {
	Algorithm pkix.AlgorithmIdentifier
	Data      []byte
}

type pbes2Params struct {
	KDF    pkix.AlgorithmIdentifier
	Scheme pkix.AlgorithmIdentifier
}

type pbkdf2Params struct {
	Salt       []byte
	Iterations int
	KeyLength  int                      `asn1:"optional"`
	PRF        pkix.AlgorithmIdentifier `asn1:"optional"`
}

// BlockType is what PEM calls an encrypted key (RFC 7468 section 11).
const BlockType = "ENCRYPTED PRIVATE KEY"

// Decrypt returns the DER of the PKCS#8 key inside an encrypted one.
func Decrypt(der, password []byte) ([]byte, error) {
	var outer encryptedKey
	var params pbes2Params
	var kdf pbkdf2Params
	var iv []byte
	if rest, err := asn1.Unmarshal(der, &outer); err != nil || len(rest) > 0 {
		return nil, errors.New("the encrypted key cannot be read")
	}
	if outer.Algorithm.Algorithm.String() != "1.2.840.113549.1.5.13" { // PBES2
		return nil, errForm
	}
	if _, err := asn1.Unmarshal(outer.Algorithm.Parameters.FullBytes, &params); err != nil || params.KDF.Algorithm.String() != "1.2.840.113549.1.5.12" {
		return nil, errForm
	}
	if _, err := asn1.Unmarshal(params.KDF.Parameters.FullBytes, &kdf); err != nil || kdf.Iterations < 1 || kdf.Iterations > maxIterations {
		return nil, errForm
	}
	if _, err := asn1.Unmarshal(params.Scheme.Parameters.FullBytes, &iv); err != nil {
		return nil, errForm
	}
	prf, size := prfOf(kdf.PRF.Algorithm), keySizeOf(params.Scheme.Algorithm)
	if prf == nil || size == 0 || len(iv) != aes.BlockSize || len(outer.Data) == 0 || len(outer.Data)%aes.BlockSize != 0 {
		return nil, errForm
	}
	key, err := pbkdf2.Key(prf, string(password), kdf.Salt, kdf.Iterations, size)
	if err != nil {
		return nil, errForm
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, errForm
	}
	plain := make([]byte, len(outer.Data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, outer.Data)
	pad := int(plain[len(plain)-1])
	if pad < 1 || pad > aes.BlockSize || plain[0] != 0x30 { // a PKCS#8 key is a SEQUENCE
		return nil, errors.New("the key cannot be decrypted: the password is wrong")
	}
	return plain[:len(plain)-pad], nil
}

// prfOf is the hash of a PBKDF2 (RFC 8018 appendix B.1.2); absent means SHA-1.
func prfOf(oid asn1.ObjectIdentifier) func() hash.Hash {
	switch oid.String() {
	case "", "1.2.840.113549.2.7":
		return sha1.New
	case "1.2.840.113549.2.9":
		return sha256.New
	case "1.2.840.113549.2.10":
		return sha512.New384
	case "1.2.840.113549.2.11":
		return sha512.New
	}
	return nil
}

// keySizeOf is the key length in octets of an AES-CBC (NIST's identifiers); 0 for anything else.
func keySizeOf(oid asn1.ObjectIdentifier) int {
	switch oid.String() {
	case "2.16.840.1.101.3.4.1.2":
		return 16
	case "2.16.840.1.101.3.4.1.22":
		return 24
	case "2.16.840.1.101.3.4.1.42":
		return 32
	}
	return 0
}
