package attls

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
)

// ErrAny is what ParseGroups says of "Any": every curve that System SSL has, which no list says for certain.
var ErrAny = errors.New("any curve")

// ParseSuites2 reads the value of V3CipherSuites: two-character codes in one string, or one constant. What could be read
// is returned beside an error.
func ParseSuites2(s string) ([]cipher.ID, error) {
	if isConstant(s) {
		id, err := cipher.Parse(s)
		if err != nil {
			return nil, err
		}
		if suite, _ := cipher.Lookup(id); !suite.SystemSSL {
			return nil, fmt.Errorf("no suite of System SSL is called %s", text(s))
		}
		return []cipher.ID{id}, nil
	}
	return codes(s, 2, "two-character codes such as 352F, or one constant such as TLS_RSA_WITH_AES_256_CBC_SHA", func(code string) (cipher.ID, bool) {
		suite, ok := cipher.GSK2(code)
		return suite.ID, ok
	})
}

// ParseSuites4 reads the value of V3CipherSuites4Char: four-character codes in one string, never a constant. What could be
// read is returned beside an error.
func ParseSuites4(s string) ([]cipher.ID, error) {
	if isConstant(s) {
		return nil, fmt.Errorf("%s is a constant, which only V3CipherSuites takes: the suite is silently not offered; write V3CipherSuites %s, or the code%s",
			text(s), s, codeOf(s))
	}
	return codes(s, 4, "four-character codes such as C030C02F", func(code string) (cipher.ID, bool) {
		var id cipher.ID
		if id.UnmarshalText([]byte(code)) != nil {
			return 0, false
		}
		suite, _ := cipher.Lookup(id)
		return id, suite.SystemSSL
	})
}

// ParseSuitesV2 reads the value of V2CipherSuites: one-character codes in one string, or one constant. What could be read
// is returned beside an error.
func ParseSuitesV2(s string) ([]cipher.ID, error) {
	if isConstant(s) {
		i := slices.IndexFunc(cipher.All(), func(c cipher.Suite) bool { return c.GSKV2 != "" && named(c, s) })
		if i < 0 {
			return nil, fmt.Errorf("no SSLv2 suite of System SSL is called %s", text(s))
		}
		return []cipher.ID{cipher.All()[i].ID}, nil
	}
	return codes(s, 1, "one-character codes such as 17", func(code string) (cipher.ID, bool) {
		suite, ok := cipher.GSKV2(code)
		return suite.ID, ok
	})
}

// ParseGroups reads the value of ClientECurves, ServerKexECurves and the key share groups: codes of four decimal digits in
// one string, or the name of one. "Any" is ErrAny. What could be read is returned beside an error.
func ParseGroups(s string) ([]cipher.Group, error) {
	if strings.EqualFold(s, "Any") {
		return nil, ErrAny
	}
	if strings.Trim(s, "0123456789ABCDEFXabcdefx") != "" { // a name: hexadecimal codes are none of AT-TLS's
		g, err := cipher.ParseGroup(s)
		if err != nil {
			return nil, err
		}
		if info, _ := cipher.LookupGroup(g); info.ATTLS == "" {
			return nil, fmt.Errorf("no group of System SSL is called %s", text(s))
		}
		return []cipher.Group{g}, nil
	}
	return codes(s, 4, "codes of four decimal digits such as 00230024", func(code string) (cipher.Group, bool) {
		g, err := cipher.ParseGroup("attls:" + code)
		info, _ := cipher.LookupGroup(g)
		return g, err == nil && info.ATTLS == code
	})
}

// ParseSignaturePairs reads the value of SignaturePairs: four-character codes in one string, or the name of one. What
// could be read is returned beside an error.
func ParseSignaturePairs(s string) ([]cipher.SignatureScheme, error) {
	read := func(code string) (cipher.SignatureScheme, bool) {
		pair, err := cipher.ParseSignatureScheme(code)
		info, _ := cipher.LookupSignatureScheme(pair)
		return pair, err == nil && info.ATTLS != ""
	}
	if isConstant(s) {
		pair, ok := read(s)
		if !ok {
			return nil, fmt.Errorf("no signature pair of System SSL is called %s", text(s))
		}
		return []cipher.SignatureScheme{pair}, nil
	}
	return codes(s, 4, "four-character codes such as 04010403", read)
}

// codes cuts a string into codes of n characters and reads each.
func codes[T any](s string, n int, want string, read func(string) (T, bool)) ([]T, error) {
	var out []T
	var wrong []string
	for i := 0; i < len(s); i += n {
		code := s[i:min(i+n, len(s))]
		if v, ok := read(code); ok && len(code) == n {
			out = append(out, v)
		} else if len(wrong) < 3 {
			wrong = append(wrong, text(code))
		}
	}
	if len(wrong) > 0 {
		return out, fmt.Errorf("%s: System SSL has no %s (want %s)", text(s), strings.Join(wrong, ", "), want)
	}
	return out, nil
}

// isConstant tells the name of a suite or pair from a string of codes.
func isConstant(s string) bool { return strings.Contains(s, "_") }

// codeOf is " C030" for the name of a suite that System SSL has.
func codeOf(name string) string {
	id, err := cipher.Parse(name)
	if suite, _ := cipher.Lookup(id); err != nil || !suite.SystemSSL {
		return ""
	}
	return " " + id.String()
}

func named(s cipher.Suite, name string) bool {
	return strings.EqualFold(s.Name, name) ||
		slices.ContainsFunc(s.Aliases(), func(alias string) bool { return strings.EqualFold(alias, name) })
}
