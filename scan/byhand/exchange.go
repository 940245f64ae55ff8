package byhand

import (
	"crypto/ecdh"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan/hello"
)

// The groups that a key exchange is done by hand in.
const (
	secp256r1 cipher.Group = 23
	x25519    cipher.Group = 29
)

// Groups are those that a hello may offer whose handshake goes on by hand.
func Groups() []cipher.Group { return []cipher.Group{x25519, secp256r1} }

// keyExchange makes the ClientKeyExchange, and the premaster secret, which begins with the version of the ClientHello.
func keyExchange(f hello.Flight, offered cipher.Version, leaf Certificate, seed string) (record, secret []byte, err error) {
	v := f.ServerHello.Version
	if x := f.ServerKeyExchange; x != nil {
		if x.Kind != hello.KindECDHE || len(x.Raw) < 4 || len(x.Raw) < 4+int(x.Raw[3]) {
			return nil, nil, fmt.Errorf("a key exchange of kind %s is not done by hand", x.Kind)
		}
		return ellipticExchange(v, x.Group, x.Raw[4:4+int(x.Raw[3])], seed)
	}
	if cipher.Describe(f.ServerHello.Suite).KeyExchange != "RSA" {
		return nil, nil, errors.New("the server sent no key exchange")
	}
	modulus, exponent, ok := leaf()
	if !ok {
		return nil, nil, errors.New("the certificate has no RSA key")
	}
	secret = Secret(offered, []byte(seed))
	block := BlockRight.Fill(modulus, secret)
	if block == nil {
		return nil, nil, errors.New("the certificate's RSA key is too short")
	}
	return KeyExchange(v, EncryptRSA(modulus, exponent, block)), secret, nil
}

func ellipticExchange(v cipher.Version, g cipher.Group, point []byte, seed string) (record, secret []byte, err error) {
	curve := ecdh.X25519()
	switch g {
	case x25519:
	case secp256r1:
		curve = ecdh.P256()
	default:
		return nil, nil, fmt.Errorf("group %v is not done by hand", g)
	}
	scalar := sha256.Sum256([]byte("portseal by hand " + seed))
	private, err := curve.NewPrivateKey(scalar[:])
	if err != nil {
		return nil, nil, fmt.Errorf("key of group %v: %w", g, err)
	}
	public, err := curve.NewPublicKey(point)
	if err != nil {
		return nil, nil, fmt.Errorf("the server's point: %w", err)
	}
	secret, err = private.ECDH(public)
	ours := private.PublicKey().Bytes()
	body := append([]byte{clientKeyExchangeMessage, 0, 0, byte(1 + len(ours)), byte(len(ours))}, ours...)
	return Record(HandshakeRecord, v, body), secret, err
}
