package cipher

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/nearest"
)

// SignatureScheme is the code point of a signature scheme (RFC 8446 section 4.2.3). In TLS 1.2 its two octets are a hash and
// a signature algorithm (RFC 5246 section 7.4.1.4.1).
type SignatureScheme uint16

// SignatureSchemeInfo describes one signature scheme.
type SignatureSchemeInfo struct {
	Code       SignatureScheme
	Name       string  // IANA's name; for hash and signature pairs that have none, one in the same style
	Key        string  // type of the signing key: "RSA", "RSA-PSS", "ECDSA", "DSA", "EdDSA", "ML-DSA", "SLH-DSA", "GOST", "SM2", "IBS"
	Hash       string  // "SHA256", ...; empty where the scheme has its own
	ATTLS      string  // AT-TLS SignaturePairs code: the code point in four hex digits; empty where System SSL lacks it
	Pasearch   string  // the name that pasearch prints; empty where System SSL lacks it
	MinVersion Version // oldest version it may sign a handshake in
	MaxVersion Version // newest version it may sign a handshake in; certificates of TLS 1.3 may carry older ones
	Source     string  // "IANA" with the RFC or draft, or the product that uses a private code point
	Known      bool    // false for a code point that no table names
}

// Usable says whether the scheme may sign a handshake in v by its specification.
func (s SignatureSchemeInfo) Usable(v Version) bool {
	return s.Known && v >= s.MinVersion && v <= s.MaxVersion
}

// String returns the code in four hex digits.
func (s SignatureScheme) String() string { return fmt.Sprintf("%04X", uint16(s)) }

// MarshalText writes the hex form.
func (s SignatureScheme) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *SignatureScheme) UnmarshalText(b []byte) error {
	n, ok := parseHex16(string(b))
	if !ok {
		return fmt.Errorf("signature scheme code %s: want four hex digits", quote(string(b)))
	}
	*s = SignatureScheme(n)
	return nil
}

// SignatureSchemes returns every known signature scheme sorted by code.
func SignatureSchemes() []SignatureSchemeInfo { return slices.Clone(schemes[:]) }

// LookupSignatureScheme returns the scheme of a code point, and whether a table names it.
func LookupSignatureScheme(s SignatureScheme) (SignatureSchemeInfo, bool) {
	i, ok := slices.BinarySearchFunc(schemes[:], s,
		func(i SignatureSchemeInfo, s SignatureScheme) int { return cmp.Compare(i.Code, s) })
	if !ok {
		return SignatureSchemeInfo{}, false
	}
	return schemes[i], true
}

// DescribeSignatureScheme returns the scheme of a code point. It never fails: for one that no table names, Known is false
// and Name is "unknown 0xABCD".
func DescribeSignatureScheme(s SignatureScheme) SignatureSchemeInfo {
	if info, ok := LookupSignatureScheme(s); ok {
		return info
	}
	return SignatureSchemeInfo{Code: s, Name: "unknown 0x" + s.String()}
}

// ParseSignatureScheme reads four hex digits ("0804", "0x0804"; AT-TLS SignaturePairs are the same), a name, or a name that
// pasearch prints, in either case of letters. A code need not be known; the error for an unknown name gives the nearest
// known ones.
func ParseSignatureScheme(s string) (SignatureScheme, error) {
	text := strings.TrimSpace(s)
	digits, _ := cutPrefixFold(text, "0x")
	if n, ok := parseHex16(digits); ok {
		return SignatureScheme(n), nil
	}
	var all []string
	for _, info := range schemes {
		for _, name := range []string{info.Name, info.Pasearch} {
			if name == "" {
				continue
			}
			if strings.EqualFold(name, text) {
				return info.Code, nil
			}
			all = append(all, name)
		}
	}
	return 0, unknownError("signature scheme", s, "four hex digits, or a name of IANA or pasearch", nearest.Names(text, all))
}
