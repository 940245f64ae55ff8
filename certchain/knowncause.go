package certchain

import (
	"math/big"

	zrsa "github.com/zmap/zcrypto/rsa"
)

// knownCause says why an RSA key can be computed although it is long enough: faults of the programs that made it, which the modulus shows. Empty: none of
// those that are looked for.
func knownCause(key any) string {
	pub, ok := key.(*zrsa.PublicKey)
	switch {
	case !ok || pub.N.Sign() <= 0:
		return ""
	case pub.E.Cmp(big.NewInt(1)) <= 0:
		return "its exponent is " + pub.E.String() + ", with which nothing is encrypted"
	case fromInfineon(pub.N):
		return "its modulus has the fingerprint of Infineon's library (ROCA, CVE-2017-15361)"
	case closePrimes(pub.N):
		return "its primes are next to each other (CVE-2022-26320)"
	}
	return ""
}

// fromInfineon looks for the fingerprint of ROCA: all primes of the library are a power of 65537 modulo each small prime, and so is their product
// (Nemec et al., "The Return of Coppersmith's Attack", CCS 2017, section 3). Up to 167 the primes are those of keys of every length.
func fromInfineon(n *big.Int) bool {
	const generator = 65537
	for p := int64(3); p <= 167; p += 2 {
		if !big.NewInt(p).ProbablyPrime(0) { // exact below 2^64
			continue
		}
		rest, power, found := new(big.Int).Mod(n, big.NewInt(p)).Int64(), int64(1), false
		for range p {
			found = found || power == rest
			power = power * generator % p
		}
		if !found {
			return false
		}
	}
	return true
}

// closePrimes tries Fermat's factorization for a few steps, which is enough for primes that one search found after the other (Böck, "Fermat
// Factorization in the Wild", 2022).
func closePrimes(n *big.Int) bool {
	const steps = 16
	const squares uint64 = 1<<0 | 1<<1 | 1<<4 | 1<<9 | 1<<16 | 1<<17 | 1<<25 | 1<<33 | 1<<36 | 1<<41 | 1<<49 | 1<<57 // modulo 64: others have no root
	if n.Bit(0) == 0 {
		return false
	}
	a, low, mask := new(big.Int).Sqrt(n), new(big.Int), big.NewInt(63)
	for range steps {
		rest := new(big.Int).Mul(a, a)
		if rest.Sub(rest, n); rest.Sign() >= 0 && squares>>low.And(rest, mask).Uint64()&1 == 1 {
			b := new(big.Int).Sqrt(rest)
			if new(big.Int).Mul(b, b).Cmp(rest) == 0 {
				return true
			}
		}
		a.Add(a, big.NewInt(1))
	}
	return false
}
