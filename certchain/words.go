package certchain

import (
	"maps"
	"slices"
)

// KeyAlgorithms returns the names that Key.Algorithm may have, sorted.
func KeyAlgorithms() []string {
	return sorted([]string{"RSA", "RSASSA-PSS", "ECDSA", "DSA"}, slices.Collect(maps.Values(plainKeys())))
}

// Curves returns the names that Key.Curve may have where the curve is known, sorted.
func Curves() []string {
	var out []string
	for _, c := range curves() {
		out = append(out, c.name)
	}
	return sorted(out)
}

// SignatureNames returns the names that Signature.Name may have where the algorithm is known, sorted; that of RSASSA-PSS goes on with
// its hash.
func SignatureNames() []string {
	var out []string
	for _, s := range signatureTable() {
		out = append(out, s.Name)
	}
	return sorted(out)
}

// Hashes returns the names that Signature.Hash may have, sorted.
func Hashes() []string {
	return sorted([]string{"MD4", "SHAKE256"}, slices.Collect(maps.Values(hashes())))
}

// KeyUsages returns the names that Certificate.KeyUsage may have, in the order of their bits.
func KeyUsages() []string { return keyUsageNames() }

// ExtKeyUsages returns the names that Certificate.ExtKeyUsage may have where the purpose is known, sorted.
func ExtKeyUsages() []string { return sorted(slices.Collect(maps.Values(ekuNames()))) }

func sorted(lists ...[]string) []string {
	out := slices.Concat(lists...)
	slices.Sort(out)
	return slices.Compact(out)
}
