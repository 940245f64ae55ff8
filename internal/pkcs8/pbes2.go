package pkcs8

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"hash"

	"golang.org/x/crypto/scrypt"
)

// What a crafted key file may ask for: OpenSSL writes 2048 iterations, careful users some hundred thousand, and 16 MiB of memory.
const (
	maxIterations = 10_000_000
	maxMemory     = 256 << 20 // octets, of scrypt
	maxParallel   = 16
)

// errForm is the error of a key encrypted in another way than those that are read here.
var errForm = errors.New("the key is encrypted in a way that is not read here; write it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE -out FILE")

// errPassword is the error of a key that the password does not open.
var errPassword = errors.New("the key cannot be decrypted: the password is wrong, or the file is damaged")

// The structures of RFC 5958 section 3, RFC 8018 appendix A and RFC 7914 section 7.
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

type scryptParams struct {
	Salt                  []byte
	Cost, Block, Parallel int
	KeyLength             int `asn1:"optional"`
}

// decrypt returns the DER of the PKCS#8 key inside an encrypted one.
func decrypt(der, password []byte) ([]byte, error) {
	var outer encryptedKey
	var params pbes2Params
	var iv []byte
	if rest, err := asn1.Unmarshal(der, &outer); err != nil || len(rest) > 0 {
		return nil, errors.New("the encrypted key cannot be read: it is damaged")
	}
	if outer.Algorithm.Algorithm.String() != "1.2.840.113549.1.5.13" { // PBES2
		return nil, errForm
	}
	if _, err := asn1.Unmarshal(outer.Algorithm.Parameters.FullBytes, &params); err != nil {
		return nil, errForm
	}
	if _, err := asn1.Unmarshal(params.Scheme.Parameters.FullBytes, &iv); err != nil {
		return nil, errForm
	}
	size, newCipher := schemeOf(params.Scheme.Algorithm)
	if newCipher == nil {
		return nil, errForm
	}
	key, err := derive(params.KDF, password, size)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	block, err := newCipher(key)
	if err != nil || len(iv) != block.BlockSize() || len(outer.Data) == 0 || len(outer.Data)%len(iv) != 0 {
		return nil, errForm
	}
	plain := make([]byte, len(outer.Data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, outer.Data)
	var inside asn1.RawValue // a PKCS#8 key is one SEQUENCE, with padding behind it
	pad, err := asn1.Unmarshal(plain, &inside)
	if err != nil || inside.Tag != asn1.TagSequence || len(pad) == 0 || len(pad) > len(iv) || int(pad[len(pad)-1]) != len(pad) {
		return nil, errPassword
	}
	return inside.FullBytes, nil
}

// derive makes the key of a password.
func derive(kdf pkix.AlgorithmIdentifier, password []byte, size int) ([]byte, error) {
	switch kdf.Algorithm.String() {
	case "1.2.840.113549.1.5.12":
		var p pbkdf2Params
		if _, err := asn1.Unmarshal(kdf.Parameters.FullBytes, &p); err != nil || p.Iterations < 1 || p.Iterations > maxIterations {
			return nil, errForm
		}
		if prf := prfOf(p.PRF.Algorithm); prf != nil {
			return pbkdf2.Key(prf, string(password), p.Salt, p.Iterations, size)
		}
	case "1.3.6.1.4.1.11591.4.11":
		var p scryptParams
		_, err := asn1.Unmarshal(kdf.Parameters.FullBytes, &p)
		if err != nil || p.Block < 1 || p.Block > maxMemory/128 || p.Cost < 2 || p.Cost > maxMemory/128/p.Block || p.Parallel < 1 || p.Parallel > maxParallel {
			return nil, errForm
		}
		if key, err := scrypt.Key(password, p.Salt, p.Cost, p.Block, p.Parallel, size); err == nil {
			return key, nil
		}
	}
	return nil, errForm
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

// schemeOf is the key length in octets and the cipher of a CBC scheme (RFC 8018 appendix B.2); nil for anything else.
func schemeOf(oid asn1.ObjectIdentifier) (size int, newCipher func(key []byte) (cipher.Block, error)) {
	switch oid.String() {
	case "2.16.840.1.101.3.4.1.2":
		return 16, aes.NewCipher
	case "2.16.840.1.101.3.4.1.22":
		return 24, aes.NewCipher
	case "2.16.840.1.101.3.4.1.42":
		return 32, aes.NewCipher
	case "1.2.840.113549.3.7":
		return 24, des.NewTripleDESCipher
	}
	return 0, nil
}
