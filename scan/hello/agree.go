package hello

import (
	"crypto/ecdh"
	"fmt"

	"github.com/portseal/portseal/cipher"
)

// private returns the private key of a curve. A candidate outside the curve's order is passed over; for P-521 the surplus
// bits are cut, so that one in two fits.
func (k *Keys) private(g cipher.Group) (*ecdh.PrivateKey, error) {
	return kept(k, k.curves, g, k.newPrivate)
}

func (k *Keys) newPrivate(g cipher.Group) (*ecdh.PrivateKey, error) {
	var curve ecdh.Curve
	size := 32
	switch g {
	case groupX25519:
		curve = ecdh.X25519()
	case groupP256:
		curve = ecdh.P256()
	case groupP384:
		curve, size = ecdh.P384(), 48
	case groupP521:
		curve, size = ecdh.P521(), 66
	default:
		return nil, fmt.Errorf("group %d: no key share can be made for it", uint16(g))
	}
	for try := byte('0'); try <= '9'; try++ {
		raw := k.bytes(fmt.Sprintf("private %d %c", uint16(g), try), size)
		if g == groupP521 {
			raw[0] &= 1
		}
		if key, err := curve.NewPrivateKey(raw); err == nil {
			return key, nil
		}
	}
	return nil, fmt.Errorf("group %d: no private key in ten tries", uint16(g))
}

// secret returns the private key of a group that crypto/ecdh lacks. That of a finite-field group is 400 bits long, as RFC 7919
// section 5.2 allows up to the largest group.
func (k *Keys) secret(g cipher.Group) []byte {
	size := 50
	if g == groupX448 {
		size = x448Size
	}
	return k.bytes(fmt.Sprintf("private %d", uint16(g)), size)
}

// public returns the share of a group that is no hybrid.
func (k *Keys) public(g cipher.Group) ([]byte, error) {
	if g == groupX448 {
		return x448Public(k.secret(g)), nil
	}
	if f, ok := ffdheOf(g); ok {
		return f.public(k.secret(g)), nil
	}
	key, err := k.private(g)
	if err != nil {
		return nil, err
	}
	return key.PublicKey().Bytes(), nil
}

// agree returns what the share of such a group and our key agree on.
func (k *Keys) agree(g cipher.Group, peer []byte) ([]byte, error) {
	if g == groupX448 {
		return x448Agree(k.secret(g), peer)
	}
	if f, ok := ffdheOf(g); ok {
		return f.agree(k.secret(g), peer)
	}
	private, err := k.private(g)
	if err != nil {
		return nil, err
	}
	public, err := private.Curve().NewPublicKey(peer)
	if err != nil {
		return nil, fmt.Errorf("server's key share: %w", err)
	}
	return private.ECDH(public)
}
