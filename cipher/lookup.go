package cipher

import (
	"cmp"
	"slices"
	"strings"
)

// All returns every known code point sorted by ID: TLS first, then the SSLv2 kinds. Signalling values are among them.
func All() []Suite { return slices.Clone(suites[:]) }

// Lookup returns the suite of a code point, and whether a table names it.
func Lookup(id ID) (Suite, bool) {
	i, ok := slices.BinarySearchFunc(suites[:], id, func(s Suite, id ID) int { return cmp.Compare(s.ID, id) })
	if !ok {
		return Suite{}, false
	}
	return suites[i], true
}

// Describe returns the suite of a code point. It never fails: for one that no table names, Known is false and Name is
// "unknown 0xABCD".
func Describe(id ID) Suite {
	if s, ok := Lookup(id); ok {
		return s
	}
	return Suite{ID: id, Name: "unknown 0x" + id.String()}
}

// GSK2 returns the suite of a System SSL two-character code such as "35" (AT-TLS V3CipherSuites, GSK_V3_CIPHER_SPECS).
// Letters count in either case.
func GSK2(code string) (Suite, bool) {
	return find(func(s Suite) bool { return s.GSK2 != "" && strings.EqualFold(s.GSK2, code) })
}

// GSKV2 returns the SSLv2 kind of a System SSL one-character code such as "1" (AT-TLS V2CipherSuites).
func GSKV2(code string) (Suite, bool) {
	return find(func(s Suite) bool { return s.GSKV2 != "" && s.GSKV2 == code })
}

func find(match func(Suite) bool) (Suite, bool) {
	if i := slices.IndexFunc(suites[:], match); i >= 0 {
		return suites[i], true
	}
	return Suite{}, false
}
