package hello

import (
	"cmp"
	"slices"
	"sync"

	"github.com/portseal/portseal/cipher"
)

// defaultGroups returns the curves of a version, the commonest first. TLS 1.3 has the finite-field groups too; below it they
// (256 to 511) make GnuTLS refuse DHE that it accepts without (RFC 7919 section 4).
func defaultGroups(v cipher.Version) []cipher.Group { return slices.Clone(groupsByVersion()[v]) }

var groupsByVersion = sync.OnceValue(func() map[cipher.Version][]cipher.Group {
	out := map[cipher.Version][]cipher.Group{}
	for _, v := range cipher.Versions() {
		out[v] = groupsOf(v)
	}
	return out
})

func groupsOf(v cipher.Version) []cipher.Group {
	var groups []cipher.Group
	for _, g := range cipher.EllipticGroups() {
		if cipher.DescribeGroup(g).Usable(v) {
			groups = append(groups, g)
		}
	}
	if v == cipher.TLSv13 {
		groups = append(groups, cipher.FiniteFieldGroups()...)
	}
	return groups
}

// defaultSchemes returns every signature scheme that is known. Servers choose by the client's order, so what today's clients
// send comes first, in their order, and MD5 and SHA-1 last: a server signs with those only when it has nothing better.
func defaultSchemes() []cipher.SignatureScheme { return slices.Clone(schemesInOrder()) }

var schemesInOrder = sync.OnceValue(func() []cipher.SignatureScheme {
	common := []cipher.SignatureScheme{
		0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B, 0x0401, 0x0501, 0x0601,
	}
	infos := cipher.SignatureSchemes()
	place := func(s cipher.SignatureSchemeInfo) int {
		if i := slices.Index(common, s.Code); i >= 0 {
			return i
		}
		switch s.Hash {
		case "SHA1":
			return len(common)
		case "MD5":
			return len(common) + 1
		case "SHA224", "SHA256", "SHA384", "SHA512":
			return len(common) - 1
		}
		return len(common) + 2 // what hardly any server knows
	}
	slices.SortStableFunc(infos, func(a, b cipher.SignatureSchemeInfo) int { return cmp.Compare(place(a), place(b)) })
	schemes := make([]cipher.SignatureScheme, len(infos))
	for i, info := range infos {
		schemes[i] = info.Code
	}
	return schemes
})
