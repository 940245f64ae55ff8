package cipher

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/portseal/portseal/internal/nearest"
)

// Group is the code point of a named group (RFC 8446 section 4.2.7, IANA "TLS Supported Groups").
type Group uint16

// The kinds of groups.
const (
	KindElliptic    = "elliptic"
	KindFiniteField = "finite-field"
	KindMLKEM       = "ml-kem"
	KindHybrid      = "hybrid"   // a classical and a post-quantum key exchange at once
	KindExplicit    = "explicit" // curve parameters sent in the handshake (RFC 4492), no group by itself
)

// GroupInfo describes one named group.
type GroupInfo struct {
	Code         Group
	Name         string   // IANA's name; for private code points the name the field uses
	Kind         string   // KindElliptic, KindFiniteField, KindMLKEM, KindHybrid, KindExplicit; empty when unknown
	Bits         int      // size of the curve's field or the group's prime; of the classical half of a hybrid; 0 for ML-KEM
	ATTLS        string   // AT-TLS code: the code point in four decimal digits ("0029" for x25519); empty where System SSL lacks it
	Aliases      []string // further names: OpenSSL, NIST, earlier IANA names
	KeyShareSize int      // bytes of the client's key exchange value (RFC 8446 section 4.2.8); 0 where unknown
	MinVersion   Version  // oldest version it may be used in
	MaxVersion   Version  // newest version it may be used in
	Source       string   // "IANA" with the RFC or draft, or the product that uses a private code point
	Known        bool     // false for a code point that no table names
}

// Usable says whether the group may be negotiated in v by its specification.
func (g GroupInfo) Usable(v Version) bool { return g.Known && v >= g.MinVersion && v <= g.MaxVersion }

// String returns the code in four hex digits.
func (g Group) String() string { return fmt.Sprintf("%04X", uint16(g)) }

// MarshalText writes the hex form.
func (g Group) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (g *Group) UnmarshalText(b []byte) error {
	n, ok := parseHex16(string(b))
	if !ok {
		return fmt.Errorf("group code %s: want four hex digits", quote(string(b)))
	}
	*g = Group(n)
	return nil
}

// Groups returns every known group sorted by code.
func Groups() []GroupInfo {
	out := slices.Clone(groups[:])
	for i := range out {
		out[i].Aliases = slices.Clone(out[i].Aliases)
	}
	return out
}

// EllipticGroups returns the curves, the commonest first and then by code.
func EllipticGroups() []Group { return groupsOf(KindElliptic) }

// FiniteFieldGroups returns the groups of RFC 7919 by code.
func FiniteFieldGroups() []Group { return groupsOf(KindFiniteField) }

// PostQuantumGroups returns the hybrid and pure ML-KEM groups, the commonest first and then by code.
func PostQuantumGroups() []Group { return append(groupsOf(KindHybrid), groupsOf(KindMLKEM)...) }

// GroupsForVersion returns the groups that may be negotiated in v, the commonest first and then by code. Explicit curves
// are left out: they are no groups. It is empty for SSLv2 and SSLv3, which have no supported_groups.
func GroupsForVersion(v Version) []Group {
	return selectGroups(func(g GroupInfo) bool { return g.Kind != KindExplicit && g.Usable(v) })
}

func groupsOf(kind string) []Group {
	return selectGroups(func(g GroupInfo) bool { return g.Kind == kind })
}

func selectGroups(want func(GroupInfo) bool) []Group {
	common := []Group{0x11EC, 0x001D, 0x0017, 0x0018, 0x0019, 0x001E, 0x11EB, 0x11ED, 0x0100, 0x0101}
	place := func(g Group) int {
		if i := slices.Index(common, g); i >= 0 {
			return i
		}
		return len(common)
	}
	var out []Group
	for _, g := range groups {
		if want(g) {
			out = append(out, g.Code)
		}
	}
	slices.SortFunc(out, func(a, b Group) int { return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a, b)) })
	return out
}

// LookupGroup returns the group of a code point, and whether a table names it.
func LookupGroup(g Group) (GroupInfo, bool) {
	i, ok := slices.BinarySearchFunc(groups[:], g, func(i GroupInfo, g Group) int { return cmp.Compare(i.Code, g) })
	if !ok {
		return GroupInfo{}, false
	}
	info := groups[i]
	info.Aliases = slices.Clone(info.Aliases)
	return info, true
}

// DescribeGroup returns the group of a code point. It never fails: for one that no table names, Known is false and Name is
// "unknown 0xABCD".
func DescribeGroup(g Group) GroupInfo {
	if info, ok := LookupGroup(g); ok {
		return info
	}
	return GroupInfo{Code: g, Name: "unknown 0x" + g.String()}
}

// ParseGroup reads four hex digits ("001D", "0x001D"), "attls:0029" (AT-TLS, four decimal digits), or a name or alias in
// either case of letters. A code need not be known; the error for an unknown name gives the nearest known ones.
func ParseGroup(s string) (Group, error) {
	text := strings.TrimSpace(s)
	if code, ok := cutPrefixFold(text, "attls:"); ok {
		n, err := strconv.ParseUint(code, 10, 16)
		if err != nil || len(code) != 4 {
			return 0, fmt.Errorf("group %s: want attls: and four decimal digits, such as attls:0029", quote(s))
		}
		return Group(n), nil
	}
	digits, _ := cutPrefixFold(text, "0x")
	if n, ok := parseHex16(digits); ok {
		return Group(n), nil
	}
	var all []string
	for _, g := range groups {
		for _, name := range append([]string{g.Name}, g.Aliases...) {
			if strings.EqualFold(name, text) {
				return g.Code, nil
			}
			all = append(all, name)
		}
	}
	return 0, unknownError("group", s, "four hex digits, attls:0029, or a name", nearest.Names(text, all))
}

// parseHex16 reads exactly four hex digits.
func parseHex16(s string) (uint16, bool) {
	id, ok := parseHex(s)
	return uint16(id.Code()), ok && !id.IsSSL2()
}
