package cipher

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// ForVersion returns the suites that may be negotiated in v by their specifications, the commonest and strongest first.
// Signalling values are left out. It is empty for a version outside Versions.
func ForVersion(v Version) []Suite {
	var out []Suite
	for _, s := range probeOrder() {
		if s.Usable(v) {
			out = append(out, s)
		}
	}
	return out
}

// Enumerable returns every known code point worth asking a server for in v, in a fixed order, the commonest and strongest
// first: for SSLv2 its kinds, for TLS 1.3 its own suites, and for SSLv3 to TLS 1.2 all others, since a server may wrongly
// accept a suite outside the versions it was made for. Signalling values are left out. It is empty for a version outside
// Versions.
func Enumerable(v Version) []ID {
	return slices.Clone(enumerable()[v])
}

var enumerable = sync.OnceValue(func() map[Version][]ID {
	out := map[Version][]ID{}
	for _, v := range Versions() {
		for _, s := range probeOrder() {
			if !s.Signalling && family(s) == familyOf(v) {
				out[v] = append(out[v], s.ID)
			}
		}
	}
	return out
})

// Three number spaces that one hello never mixes: a TLS 1.3 hello has TLS 1.3 suites only.
const (
	familySSL2 = iota
	familyTLS
	familyTLS13
)

func family(s Suite) int {
	switch {
	case s.ID.IsSSL2():
		return familySSL2
	case s.MinVersion == TLSv13:
		return familyTLS13
	}
	return familyTLS
}

func familyOf(v Version) int {
	switch v {
	case SSLv2:
		return familySSL2
	case TLSv13:
		return familyTLS13
	}
	return familyTLS
}

var probeOrder = sync.OnceValue(func() []Suite {
	out := slices.Clone(suites[:])
	slices.SortFunc(out, compareForProbes)
	return out
})

// commonest are what servers of the last twenty years select first. When a list must be split, these share the first part,
// so that a server's whole set is mostly found there.
var commonest = [...]ID{
	0x1302, 0x1301, 0x1303, 0x1304, 0x1305,
	0xC030, 0xC02C, 0xC02F, 0xC02B, 0xCCA8, 0xCCA9, 0x009F, 0x009E, 0xCCAA,
	0xC028, 0xC024, 0xC027, 0xC023, 0xC014, 0xC00A, 0xC013, 0xC009, 0x006B, 0x0067, 0x0039, 0x0033,
	0x009D, 0x009C, 0x003D, 0x003C, 0x0035, 0x002F,
	0xC012, 0xC008, 0x0016, 0x000A, 0xC011, 0xC007, 0x0005, 0x0004,
}

// compareForProbes orders suites for enumeration; it is total, so that two runs ask alike.
func compareForProbes(a, b Suite) int {
	return cmp.Or(
		cmp.Compare(place(a.ID), place(b.ID)),
		cmp.Compare(tier(a), tier(b)),
		compareTrue(a.AEAD, b.AEAD),
		compareTrue(a.ForwardSecret, b.ForwardSecret),
		cmp.Compare(b.Strength, a.Strength),
		cmp.Compare(a.ID, b.ID),
	)
}

func place(id ID) int {
	if i := slices.Index(commonest[:], id); i >= 0 {
		return i
	}
	return len(commonest)
}

// tier groups the less common suites by how likely a server on a mainframe or elsewhere is to have them.
func tier(s Suite) int {
	registered := strings.HasPrefix(s.Source, "IANA")
	switch {
	case s.ID == TLS(0) || s.ID == SSL2(0xFF0810) || s.Signalling:
		return 6 // no keys at all: not negotiable by any specification
	case s.SystemSSL:
		return 0
	case !registered && !s.ID.IsSSL2():
		return 5
	case s.Encryption == "NULL" || s.Export:
		return 3
	case s.Authentication == "anon":
		return 2
	case s.Authentication == "RSA" && s.KeyExchange != "RSA_PSK" && s.KeyExchange != "SRP", s.Authentication == "ECDSA",
		s.Authentication == "DSS" && s.KeyExchange != "SRP", s.Authentication == "any":
		return 1
	}
	return 4 // needs a shared secret or a national certificate
}

func compareTrue(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}
