package cipher

import (
	"fmt"
	"strconv"
	"strings"
)

// Version is a protocol version as it stands on the wire: 0x0002 for SSLv2, 0x0300 for SSLv3, 0x0301 to 0x0304 for TLS.
// The zero value is unknown.
type Version uint16

// The six versions that portseal asks about, and every report lists.
const (
	SSLv2  Version = 0x0002
	SSLv3  Version = 0x0300
	TLSv10 Version = 0x0301
	TLSv11 Version = 0x0302
	TLSv12 Version = 0x0303
	TLSv13 Version = 0x0304
)

// Versions returns the six versions, oldest first.
func Versions() []Version { return []Version{SSLv2, SSLv3, TLSv10, TLSv11, TLSv12, TLSv13} }

// String returns the name used in reports and estate files, or hex for a version it does not know.
func (v Version) String() string {
	switch v {
	case SSLv2:
		return "SSLv2"
	case SSLv3:
		return "SSLv3"
	case TLSv10:
		return "TLSv1.0"
	case TLSv11:
		return "TLSv1.1"
	case TLSv12:
		return "TLSv1.2"
	case TLSv13:
		return "TLSv1.3"
	}
	return fmt.Sprintf("0x%04X", uint16(v))
}

// ParseVersion reads a version's name exactly as String writes it.
func ParseVersion(s string) (Version, error) {
	for _, v := range Versions() {
		if v.String() == s {
			return v, nil
		}
	}
	return 0, fmt.Errorf("unknown protocol version %q: want SSLv2, SSLv3, TLSv1.0, TLSv1.1, TLSv1.2 or TLSv1.3", s)
}

// MarshalText writes the name.
func (v Version) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads what MarshalText wrote, a version outside Versions ("0x7F1C") too.
func (v *Version) UnmarshalText(b []byte) error {
	got, err := ParseVersion(string(b))
	if err != nil {
		digits, ok := strings.CutPrefix(string(b), "0x")
		n, hexErr := strconv.ParseUint(digits, 16, 16)
		if !ok || hexErr != nil || len(digits) != 4 {
			return err
		}
		got = Version(n)
	}
	*v = got
	return nil
}
