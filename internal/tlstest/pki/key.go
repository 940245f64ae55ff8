package pki

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os/exec"
	"sync"
	"time"
)

// KeyType names a kind of key.
type KeyType string

// The kinds of keys. Ed448 (RFC 8032) and DSA2048 (FIPS 186-4) need the openssl command and give no crypto.Signer.
const (
	RSA1024 KeyType = "rsa1024"
	RSA2048 KeyType = "rsa2048"
	P256    KeyType = "p256"
	P384    KeyType = "p384"
	P521    KeyType = "p521"
	Ed25519 KeyType = "ed25519"
	Ed448   KeyType = "ed448"
	DSA2048 KeyType = "dsa2048"
)

type keyPair struct {
	signer crypto.Signer // nil where Go has no such key
	pem    []byte        // PKCS#8
	spki   []byte        // SubjectPublicKeyInfo, DER
}

// slowKeys holds the keys that take long to make, by type and name: a cache, the one variable of the package.
var slowKeys sync.Map

func newKey(kind KeyType, name string) (*keyPair, error) {
	switch kind {
	case P256, P384, P521, Ed25519:
		return generate(kind)
	case RSA1024, RSA2048, Ed448, DSA2048:
		once := sync.OnceValues(func() (*keyPair, error) { return generate(kind) })
		made, _ := slowKeys.LoadOrStore(string(kind)+" "+name, once)
		return made.(func() (*keyPair, error))() // nothing else is stored
	default:
		return nil, fmt.Errorf("unknown key type %q", kind)
	}
}

func generate(kind KeyType) (*keyPair, error) {
	var signer crypto.Signer
	var err error
	switch kind {
	case RSA1024:
		signer, err = rsa.GenerateKey(rand.Reader, 1024)
	case RSA2048:
		signer, err = rsa.GenerateKey(rand.Reader, 2048)
	case P256:
		signer, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case P384:
		signer, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case P521:
		signer, err = ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case Ed25519:
		_, signer, err = ed25519.GenerateKey(rand.Reader)
	case Ed448:
		return opensslKey("genpkey", "-algorithm", "ED448")
	case DSA2048:
		return opensslDSA()
	}
	if err != nil {
		return nil, err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(signer)
	if err != nil {
		return nil, err
	}
	spki, err := x509.MarshalPKIXPublicKey(signer.Public())
	if err != nil {
		return nil, err
	}
	return &keyPair{signer: signer, pem: encodePEM("PRIVATE KEY", pkcs8), spki: spki}, nil
}

// opensslDSA goes through parameters, which openssl wants in a file: its standard input serves as one.
func opensslDSA() (*keyPair, error) {
	params, err := openssl(nil, "genpkey", "-genparam", "-algorithm", "DSA", "-pkeyopt", "dsa_paramgen_bits:2048",
		"-pkeyopt", "dsa_paramgen_q_bits:256")
	if err != nil {
		return nil, err
	}
	return opensslKeyFrom(params, "genpkey", "-paramfile", "/dev/stdin")
}

func opensslKey(args ...string) (*keyPair, error) { return opensslKeyFrom(nil, args...) }

func opensslKeyFrom(stdin []byte, args ...string) (*keyPair, error) {
	private, err := openssl(stdin, args...)
	if err != nil {
		return nil, err
	}
	public, err := openssl(private, "pkey", "-pubout")
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(public)
	if block == nil {
		return nil, errors.New("openssl pkey -pubout wrote no PEM")
	}
	return &keyPair{pem: private, spki: block.Bytes}, nil
}

func openssl(stdin []byte, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "openssl", args...)
	cmd.Stdin = bytes.NewReader(stdin)
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil, fmt.Errorf("openssl %s: %w: %s", args[0], err, exit.Stderr)
	}
	if err != nil {
		return nil, fmt.Errorf("openssl %s: %w", args[0], err)
	}
	return out, nil
}
