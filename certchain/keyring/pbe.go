package keyring

import (
	"bytes"
	"crypto/aes"
	"crypto/des"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf16"

	"github.com/portseal/portseal/certchain/internal/ber"
)

// maxIterations caps the work that one file can ask for, all its parts together: about a second. Real stores have up to
// 600,000 a part, and two parts to open.
const maxIterations = 2_500_000

// pkcs12Password is a password in the two forms that PKCS#12 uses: UTF-16 with a closing zero (RFC 7292 appendix B.1),
// and UTF-8 for PKCS#5. Some writers use no octets at all for the empty password.
type pkcs12Password struct {
	text string
	none bool
	work *int // iterations asked for so far
}

func (p pkcs12Password) utf16() []byte {
	if p.none {
		return nil
	}
	var out []byte
	for _, unit := range append(utf16.Encode([]rune(p.text)), 0) {
		out = binary.BigEndian.AppendUint16(out, unit)
	}
	return out
}

func wrongPassword() error {
	return passwordError("the password of this PKCS#12 file is wrong, or the file is damaged")
}

// decrypt opens what PBES2 (RFC 8018 section 6.2) or the older schemes of RFC 7292 appendix C sealed.
func (p pkcs12Password) decrypt(algorithm ber.Element, sealed []byte) ([]byte, error) {
	oid, params, err := algorithmOf(algorithm)
	if err != nil {
		return nil, err
	}
	parts, _ := params.Children()
	if len(parts) < 2 {
		return nil, fmt.Errorf("the parameters of the encryption %s are incomplete", oid)
	}
	var block decrypter
	var iv []byte
	if oid == "1.2.840.113549.1.5.13" {
		block, iv, err = p.pbes2(parts)
	} else {
		block, iv, err = p.pbe(oid, parts)
	}
	if err != nil {
		return nil, err
	}
	size := block.BlockSize()
	if len(iv) != size || len(sealed) == 0 || len(sealed)%size != 0 {
		return nil, errors.New("the encrypted part is cut off or damaged")
	}
	out := openCBC(block, iv, sealed)
	pad := int(out[len(out)-1])
	if pad == 0 || pad > size || !bytes.Equal(out[len(out)-pad:], bytes.Repeat([]byte{byte(pad)}, pad)) {
		return nil, wrongPassword()
	}
	return out[:len(out)-pad], nil
}

// decrypter is the half of cipher.Block that reading needs.
type decrypter interface {
	BlockSize() int
	Decrypt(dst, src []byte)
}

func openCBC(block decrypter, iv, sealed []byte) []byte {
	size := block.BlockSize()
	out := make([]byte, len(sealed))
	before := iv
	for i := 0; i < len(sealed); i += size {
		in, to := sealed[i:i+size], out[i:i+size]
		block.Decrypt(to, in)
		subtle.XORBytes(to, to, before)
		before = in
	}
	return out
}

func (p pkcs12Password) pbe(oid string, parts []ber.Element) (decrypter, []byte, error) {
	size, ok := map[string]int{
		"1.2.840.113549.1.12.1.3": 24, "1.2.840.113549.1.12.1.4": 16, // triple DES with three keys, with two
		"1.2.840.113549.1.12.1.5": 16, "1.2.840.113549.1.12.1.6": 5, // RC2 with 128 bits, with 40
	}[oid]
	if !ok {
		return nil, nil, fmt.Errorf("the encryption %s is not supported", oid)
	}
	iterations, err := p.count(parts[1])
	if err != nil {
		return nil, nil, err
	}
	key := deriveKey(sha1.New, 1, p.utf16(), parts[0].Body, iterations, size)
	iv := deriveKey(sha1.New, 2, p.utf16(), parts[0].Body, iterations, 8)
	switch oid {
	case "1.2.840.113549.1.12.1.3", "1.2.840.113549.1.12.1.4":
		block, err := des.NewTripleDESCipher(append(key, key[:24-size]...))
		return block, iv, err
	}
	return newRC2(key), iv, nil
}

func (p pkcs12Password) pbes2(parts []ber.Element) (decrypter, []byte, error) {
	oid, iv, err := algorithmOf(parts[1])
	if err != nil {
		return nil, nil, err
	}
	size, ok := map[string]int{
		"2.16.840.1.101.3.4.1.2": 16, "2.16.840.1.101.3.4.1.22": 24, "2.16.840.1.101.3.4.1.42": 32, // AES-CBC
		"1.2.840.113549.3.7": 24, // DES-EDE3-CBC
	}[oid]
	if !ok {
		return nil, nil, fmt.Errorf("the encryption %s is not supported", oid)
	}
	key, err := p.pbkdf2(parts[0], size)
	if err != nil {
		return nil, nil, err
	}
	if oid == "1.2.840.113549.3.7" {
		block, err := des.NewTripleDESCipher(key)
		return block, iv.Body, err
	}
	block, err := aes.NewCipher(key)
	return block, iv.Body, err
}

// algorithmOf splits an AlgorithmIdentifier.
func algorithmOf(e ber.Element) (oid string, params ber.Element, err error) {
	parts, _ := e.Children()
	if len(parts) == 0 || parts[0].OID() == "" {
		return "", ber.Element{}, errors.New("an algorithm is malformed")
	}
	if len(parts) > 1 {
		params = parts[1]
	}
	return parts[0].OID(), params, nil
}
