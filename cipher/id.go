package cipher

import (
	"fmt"
	"strconv"
	"strings"
)

// ID is the code point of a cipher suite.
//
// TLS suites have two octets (RFC 8446 appendix B.4); SSLv2 cipher kinds have three. Both number spaces hold a zero, so
// SSLv2 kinds carry a mark above their 24 bits: compare IDs, never bare numbers.
type ID uint32

const ssl2Mark ID = 1 << 24

// TLS returns the ID of a two-octet TLS code point.
func TLS(code uint16) ID { return ID(code) }

// SSL2 returns the ID of a three-octet SSLv2 cipher kind.
func SSL2(kind uint32) ID { return ID(kind&0xFFFFFF) | ssl2Mark }

// IsSSL2 says whether the ID is an SSLv2 cipher kind.
func (id ID) IsSSL2() bool { return id&ssl2Mark != 0 }

// Code returns the bare number: 16 bits for TLS, 24 bits for SSLv2.
func (id ID) Code() uint32 { return uint32(id &^ ssl2Mark) }

// String returns the code in hex: four digits for TLS ("C030"), six for SSLv2 ("010080").
func (id ID) String() string {
	if id.IsSSL2() {
		return fmt.Sprintf("%06X", id.Code())
	}
	return fmt.Sprintf("%04X", id.Code())
}

// MarshalText writes the hex form.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (id *ID) UnmarshalText(b []byte) error {
	v, ok := parseHex(string(b))
	if !ok {
		return fmt.Errorf("cipher suite code %q: want four hex digits, or six for SSLv2", b)
	}
	*id = v
	return nil
}

// parseHex reads exactly four (TLS) or six (SSLv2) hex digits.
func parseHex(s string) (ID, bool) {
	n, err := strconv.ParseUint(s, 16, 32)
	if err != nil || strings.ContainsAny(s, "+-_") {
		return 0, false
	}
	switch len(s) {
	case 4:
		return TLS(uint16(n)), true
	case 6:
		return SSL2(uint32(n)), true
	}
	return 0, false
}
