package probes

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/portseal/portseal/scan"
)

const (
	featureDHESharedGroup = scan.FeatureDHESharedGroup
	featureDHESafePrime   = scan.FeatureDHESafePrime
)

// Bounds of what a listener can make us compute.
const (
	maxPrimeBits = 4096 // some 0.5 s
	maxPrimes    = 4    // primes of one listener that no table has
)

// deriveSharedGroups finds whether the finite-field groups below TLS 1.3 are ones that others use too, and whether their primes are safe ones: a group of another prime may
// have small subgroups, and a number that is no prime none that is large (RFC 7919 section 1).
func deriveSharedGroups(log *scan.Log, o *scan.Observation) {
	shared := scan.Feature{Name: featureDHESharedGroup, Answer: scan.No}
	safe := scan.Feature{Name: featureDHESafePrime, Answer: scan.Yes}
	computed := 0
	seen := map[string]bool{}
	for _, r := range readAll(log) {
		k := r.flight.ServerKeyExchange
		if k == nil || k.DHBits == 0 || seen[string(k.DHPrime)] {
			continue
		}
		seen[string(k.DHPrime)] = true
		size := fmt.Sprintf("%d bits", k.DHBits)
		g, known := sharedGroupOf(sha256Hex(k.DHPrime))
		is := scan.FactOf(g.safe)
		if known {
			shared.Answer = scan.Yes
			shared.Values = append(shared.Values, fmt.Sprintf("%s: %s (%s)", size, g.name, g.source))
			shared.Evidence = append(shared.Evidence, r.ID)
		} else if computed++; computed > maxPrimes || k.DHBits > maxPrimeBits {
			is = scan.Unknown
		} else {
			is = safePrime(log, k.DHPrime)
		}
		safe.Values = append(safe.Values, size+": "+is.String())
		safe.Evidence = append(safe.Evidence, r.ID)
		safe.Answer = worse(safe.Answer, is)
	}
	if len(seen) == 0 {
		return
	}
	if safe.Answer == scan.Unknown {
		safe.Basis = fmt.Sprintf("primes of more than %d bits, and more than %d of them, are not looked into", maxPrimeBits, maxPrimes)
	}
	slices.Sort(shared.Values)
	slices.Sort(safe.Values)
	o.Features = append(o.Features, shared, safe)
}

// worse is no where either is no, then unknown.
func worse(a, b scan.Fact) scan.Fact {
	switch {
	case a == scan.No || b == scan.No:
		return scan.No
	case a == scan.Unknown || b == scan.Unknown:
		return scan.Unknown
	}
	return scan.Yes
}

func sharedGroupOf(prime string) (sharedGroup, bool) {
	all := sharedGroups()
	i := slices.IndexFunc(all, func(g sharedGroup) bool { return g.prime == prime })
	if i < 0 {
		return sharedGroup{}, false
	}
	return all[i], true
}

// safePrime says whether p and (p-1)/2 are prime, by the Baillie-PSW test, for which no composite is known that passes.
func safePrime(log *scan.Log, prime []byte) scan.Fact {
	return scan.MemoCommon(log, "safe prime/"+sha256Hex(prime), func() scan.Fact {
		p := new(big.Int).SetBytes(prime)
		return scan.FactOf(new(big.Int).Rsh(p, 1).ProbablyPrime(0) && p.ProbablyPrime(0))
	})
}
