package cipher

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/portseal/portseal/internal/nearest"
)

// Parse reads a cipher suite in any form people write it in:
//
//   - four hex digits for TLS ("C030"), six for SSLv2 ("010080"), also as "0xC030", "0xC0,0x30" and "0x01,0x00,0x80";
//   - "gsk2:35", a System SSL two-character code;
//   - a name of IANA, OpenSSL, GnuTLS or System SSL, or an alias, in either case of letters.
//
// A code need not be known; a name must be, and the error for one that is not gives the nearest known names. Where one name
// serves several code points the TLS suite goes before the SSLv2 kind ("RC4-MD5"). A name that begins with SSL_ where IANA's
// begins with TLS_ (Java) is taken too.
func Parse(s string) (ID, error) {
	text := strings.TrimSpace(s)
	if code, ok := cutPrefixFold(text, "gsk2:"); ok {
		if suite, found := GSK2(code); found {
			return suite.ID, nil
		}
		return 0, fmt.Errorf("cipher suite %s: System SSL has no two-character code %s", quote(s), quote(code))
	}
	if id, ok := parseHex(text); ok {
		return id, nil
	}
	if id, ok := parsePrefixedHex(text); ok {
		return id, nil
	}
	if id, ok := nameIndex().byName[strings.ToUpper(text)]; ok {
		return id, nil
	}
	if rest, ok := cutPrefixFold(text, "SSL_"); ok {
		if id, found := nameIndex().byName["TLS_"+strings.ToUpper(rest)]; found {
			return id, nil
		}
	}
	return 0, unknownError("cipher suite", s, "four hex digits, six for SSLv2, gsk2:35, or an IANA, OpenSSL or GnuTLS name",
		nearest.Names(text, nameIndex().names))
}

// parsePrefixedHex reads "0xC030", "0x010080", "0xC0,0x30" and "0x01,0x00,0x80".
func parsePrefixedHex(s string) (ID, bool) {
	var digits strings.Builder
	parts := strings.Split(s, ",")
	for _, p := range parts {
		d, ok := cutPrefixFold(strings.TrimSpace(p), "0x")
		if !ok || len(parts) > 1 && len(d) != 2 {
			return 0, false
		}
		digits.WriteString(d)
	}
	return parseHex(digits.String())
}

type names struct {
	byName map[string]ID // keys in upper case
	names  []string      // as written, in the order of probes, so that a tie between suggestions goes to the commoner suite
}

// nameIndex is built when the first name is looked up, not at start.
var nameIndex = sync.OnceValue(func() names {
	n := names{byName: make(map[string]ID, 3*len(suites))}
	add := func(name string, id ID) {
		key := strings.ToUpper(name)
		if _, taken := n.byName[key]; name == "" || taken {
			return
		}
		n.byName[key] = id
		n.names = append(n.names, name)
	}
	ordered := slices.Clone(suites[:])
	slices.SortStableFunc(ordered, compareForProbes)
	for _, of := range []func(Suite) string{
		func(s Suite) string { return s.Name },
		func(s Suite) string { return s.OpenSSL },
		func(s Suite) string { return s.GnuTLS },
	} {
		for _, s := range ordered {
			add(of(s), s.ID)
		}
	}
	for _, a := range aliases {
		add(a.name, a.id)
	}
	return n
})

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}
