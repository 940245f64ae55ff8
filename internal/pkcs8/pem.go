// Package pkcs8 opens private keys that are encrypted: PKCS#8 (RFC 5958) by PBES2 with PBKDF2 or scrypt and AES-CBC or triple DES (RFC 8018,
// RFC 7914), and the older form of PEM (RFC 1421), as OpenSSL writes them.
//
// Limits: no other scheme. No error quotes what was read. A wrong password may by chance give something that is no key; who parses it sees that.
package pkcs8

import (
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
)

// blockType is what PEM calls an encrypted key (RFC 7468 section 11).
const blockType = "ENCRYPTED PRIVATE KEY"

// Encrypted says whether a PEM block is an encrypted key: by its label, or by the header of the older form (RFC 1421 section 4.6.1.3).
func Encrypted(b *pem.Block) bool { return b.Type == blockType || b.Headers["DEK-Info"] != "" }

// Open returns an encrypted key in the clear.
func Open(b *pem.Block, password []byte) (*pem.Block, error) {
	if b.Type == blockType {
		der, err := decrypt(b.Bytes, password)
		if err != nil {
			return nil, err
		}
		return &pem.Block{Type: "PRIVATE KEY", Bytes: der}, nil
	}
	var inside asn1.RawValue
	//lint:ignore SA1019 the form is weak, and there are keys in it
	der, err := x509.DecryptPEMBlock(b, password)
	switch {
	case err != nil && !errors.Is(err, x509.IncorrectPasswordError):
		return nil, errForm
	case err != nil:
		return nil, errPassword
	}
	if rest, err := asn1.Unmarshal(der, &inside); err != nil || len(rest) > 0 { // its padding fits by chance in 1 of 256
		return nil, errPassword
	}
	return &pem.Block{Type: b.Type, Bytes: der}, nil
}
