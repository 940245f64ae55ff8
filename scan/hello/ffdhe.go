package hello

import (
	"errors"
	"math/big"

	"github.com/portseal/portseal/cipher"
)

// The finite-field groups of RFC 7919, by their IANA numbers.
const (
	groupFFDHE2048 cipher.Group = 256
	groupFFDHE3072 cipher.Group = 257
	groupFFDHE4096 cipher.Group = 258
	groupFFDHE6144 cipher.Group = 259
	groupFFDHE8192 cipher.Group = 260
)

// ffdhe is a finite-field group; its generator is 2.
type ffdhe struct {
	size int // of a share, in octets
	p    *big.Int
}

// ffdheOf returns a group with its prime as RFC 7919 appendix A defines it from e, the base of natural logarithms:
// p = 2^b - 2^(b-64) + ([2^(b-130) e] + x) 2^64 - 1.
func ffdheOf(g cipher.Group) (ffdhe, bool) {
	var b uint
	var x int64
	switch g {
	case groupFFDHE2048:
		b, x = 2048, 560316
	case groupFFDHE3072:
		b, x = 3072, 2625351
	case groupFFDHE4096:
		b, x = 4096, 5736041
	case groupFFDHE6144:
		b, x = 6144, 15705020
	case groupFFDHE8192:
		b, x = 8192, 10965728
	default:
		return ffdhe{}, false
	}
	one := big.NewInt(1)
	p := eulerNumber(b - 130)
	p.Add(p, big.NewInt(x)).Lsh(p, 64)
	p.Add(p, new(big.Int).Lsh(one, b)).Sub(p, new(big.Int).Lsh(one, b-64)).Sub(p, one)
	return ffdhe{int(b / 8), p}, true
}

// eulerNumber returns [2^bits e], from e = 1/0! + 1/1! + 1/2! + ...; the guard bits take what the divisions lose.
func eulerNumber(bits uint) *big.Int {
	const guard = 64
	term := new(big.Int).Lsh(big.NewInt(1), bits+guard)
	sum := new(big.Int)
	for k := int64(1); term.Sign() > 0; k++ {
		sum.Add(sum, term)
		term.Quo(term, big.NewInt(k))
	}
	return sum.Rsh(sum, guard)
}

// power returns base^secret, as long as the prime (RFC 8446 sections 4.2.8.1 and 7.4.1).
func (f ffdhe) power(base *big.Int, secret []byte) []byte {
	y := new(big.Int).Exp(base, new(big.Int).SetBytes(secret), f.p)
	return y.FillBytes(make([]byte, f.size))
}

func (f ffdhe) public(secret []byte) []byte { return f.power(big.NewInt(2), secret) }

// agree refuses a share outside 1 < y < p-1, as RFC 7919 section 5.1 asks.
func (f ffdhe) agree(secret, peer []byte) ([]byte, error) {
	y := new(big.Int).SetBytes(peer)
	one := big.NewInt(1)
	if len(peer) != f.size || y.Cmp(one) <= 0 || y.Cmp(new(big.Int).Sub(f.p, one)) >= 0 {
		return nil, errors.New("server's key share: not of this finite-field group")
	}
	return f.power(y, secret), nil
}
