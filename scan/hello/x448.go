package hello

import (
	"errors"
	"math/big"
	"slices"

	"github.com/portseal/portseal/cipher"
)

// groupX448 is x448, which AT-TLS has (0030) and crypto/ecdh has not.
const groupX448 cipher.Group = 30

const x448Size = 56

// x448Public returns the share of a secret: the base point is 5.
func x448Public(secret []byte) []byte {
	base := make([]byte, x448Size)
	base[0] = 5
	return x448(secret, base)
}

// x448Agree returns what both sides agree on; all zeros would be a point of small order (RFC 8446 section 7.4.2).
func x448Agree(secret, peer []byte) ([]byte, error) {
	if len(peer) != x448Size {
		return nil, errors.New("server's key share: x448 has 56 octets")
	}
	out := x448(secret, peer)
	if !slices.ContainsFunc(out, func(b byte) bool { return b != 0 }) {
		return nil, errors.New("server's key share: a point of small order")
	}
	return out, nil
}

// x448 is the function X448 of RFC 7748 section 5, in plain arithmetic: it takes a millisecond or so, and its time depends on the
// secret, which protects nothing here.
func x448(scalar, point []byte) []byte {
	k := littleEndian(scalar)
	for _, low := range []int{0, 1} {
		k.SetBit(k, low, 0)
	}
	k.SetBit(k, 447, 1)
	one := big.NewInt(1)
	p := new(big.Int).Lsh(one, 448)
	p.Sub(p, new(big.Int).Lsh(one, 224)).Sub(p, one)
	mod := func(x *big.Int) *big.Int { return x.Mod(x, p) }
	add := func(a, b *big.Int) *big.Int { return new(big.Int).Add(a, b) }
	sub := func(a, b *big.Int) *big.Int { return new(big.Int).Sub(a, b) }
	mul := func(a, b *big.Int) *big.Int { return mod(new(big.Int).Mul(a, b)) }

	x1 := mod(littleEndian(point))
	x2, z2, x3, z3 := big.NewInt(1), new(big.Int), x1, big.NewInt(1)
	a24 := big.NewInt(39081)
	for t := 447; t >= 0; t-- {
		swap := k.Bit(t) == 1
		if swap {
			x2, x3, z2, z3 = x3, x2, z3, z2
		}
		a, b, c, d := add(x2, z2), sub(x2, z2), add(x3, z3), sub(x3, z3)
		aa, bb, da, cb := mul(a, a), mul(b, b), mul(d, a), mul(c, b)
		e := sub(aa, bb)
		sum, difference := add(da, cb), sub(da, cb)
		x3, z3 = mul(sum, sum), mul(x1, mul(difference, difference))
		x2, z2 = mul(aa, bb), mul(e, add(aa, mul(a24, e)))
		if swap {
			x2, x3, z2, z3 = x3, x2, z3, z2
		}
	}
	out := mul(x2, new(big.Int).Exp(z2, sub(p, big.NewInt(2)), p)).FillBytes(make([]byte, x448Size))
	slices.Reverse(out)
	return out
}

func littleEndian(b []byte) *big.Int {
	reversed := slices.Clone(b)
	slices.Reverse(reversed)
	return new(big.Int).SetBytes(reversed)
}
