package clientcert

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/portseal/portseal/internal/secret"
	"github.com/portseal/portseal/scan/handshake"
)

// pkcs12 reads a file of PKCS#12 (RFC 7292) with one key, and the certificate of that key and its issuers', in whatever order.
func (f files) pkcs12(data []byte) (*handshake.Identity, error) {
	fault := func(format string, args ...any) error {
		return fmt.Errorf("%s %s: %w", certFlag, f.cert, fmt.Errorf(format, args...))
	}
	if _, err := x509.ParseCertificate(data); err == nil {
		return nil, fault("is a certificate in DER: want it in PEM, as openssl x509 -inform DER -in FILE -out FILE writes it, or a PKCS#12 file with its key")
	}
	if f.key != "" {
		return nil, fault("a PKCS#12 file has its key inside: want it without %s %s", keyFlag, f.key)
	}
	if _, err := secret.Read(f.cert); err != nil { // that it holds a key is known now
		return nil, fmt.Errorf("%s %w", certFlag, err)
	}
	key, first, rest, err := f.unlock(data)
	if err != nil {
		return nil, err
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fault("its key is of a kind that does not sign: want an RSA, ECDSA or Ed25519 key")
	}
	chain := chainOf(signer.Public(), append(rest, first))
	if chain == nil {
		return nil, fault("none of its certificates has its private key: want a file with the client's certificate and that certificate's key")
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fault("its private key: %w", err)
	}
	defer clear(der)
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	defer clear(keyPEM)
	identity, err := handshake.NewIdentity(chain, keyPEM)
	if err != nil {
		return nil, fault("%w", err)
	}
	return identity, nil
}

// unlock decodes the file with the password that was given, or with none.
func (f files) unlock(data []byte) (key any, first *x509.Certificate, rest []*x509.Certificate, err error) {
	password := ""
	if f.password != "" {
		line, err := f.readPassword("", "")
		if err != nil {
			return nil, nil, nil, err
		}
		defer clear(line)
		password = string(line)
	}
	key, first, rest, err = pkcs12.DecodeChain(data, password)
	switch {
	case err == nil:
		return key, first, rest, nil
	case !errors.Is(err, pkcs12.ErrIncorrectPassword) && !errors.Is(err, pkcs12.ErrDecryption):
		return nil, nil, nil, fmt.Errorf("%s %s: %w; want a PKCS#12 file with one key and its certificates, as openssl pkcs12 -export writes it", certFlag, f.cert, err)
	case f.password == "":
		_, err = f.readPassword(certFlag+" "+f.cert, "the file")
		return nil, nil, nil, err
	}
	return nil, nil, nil, fmt.Errorf("%s %s with %s %s: the password is wrong, or the file is damaged", certFlag, f.cert, passwordFlag, f.password)
}

// chainOf is the certificate of a key and, behind it, its issuers' as far as they are there, in PEM; nil where no certificate is of the key.
func chainOf(public crypto.PublicKey, all []*x509.Certificate) (chain []byte) {
	next := slices.IndexFunc(all, func(c *x509.Certificate) bool {
		p, ok := c.PublicKey.(interface{ Equal(crypto.PublicKey) bool })
		return ok && p.Equal(public)
	})
	for next >= 0 {
		c := all[next]
		all = slices.Delete(all, next, next+1)
		chain = append(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
		next = slices.IndexFunc(all, func(issuer *x509.Certificate) bool { return bytes.Equal(issuer.RawSubject, c.RawIssuer) })
	}
	return chain
}
