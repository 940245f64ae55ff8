package tlstest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
)

// HoldsKey says whether a text holds the private value of an EC or RSA key (PKCS#8, PEM): as bytes, as hex, as base64 in any of its
// three alignments, or as the number that Go prints. The public half of the key file is in every certificate, and does not
// count.
func HoldsKey(text, keyPEM []byte) (bool, error) {
	block, _ := pem.Decode(keyPEM)
	if block == nil {
		return false, fmt.Errorf("no PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return false, err
	}
	var secret []byte
	switch key := key.(type) {
	case *ecdsa.PrivateKey:
		if secret, err = key.Bytes(); err != nil {
			return false, err
		}
	case *rsa.PrivateKey:
		secret = key.D.Bytes()
	default:
		return false, fmt.Errorf("%T is no EC or RSA key", key)
	}
	forms := []string{string(secret), hex.EncodeToString(secret), new(big.Int).SetBytes(secret).String()}
	for skip := range 3 {
		whole := secret[skip:]
		forms = append(forms, base64.StdEncoding.EncodeToString(whole[:len(whole)/3*3]))
	}
	for _, form := range forms {
		if bytes.Contains(text, []byte(form)) {
			return true, nil
		}
	}
	return false, nil
}
