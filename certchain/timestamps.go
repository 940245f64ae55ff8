package certchain

import (
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"golang.org/x/crypto/cryptobyte"

	"github.com/portseal/portseal/certchain/internal/ber"
)

// The extensions that carry lists of certificate timestamps (RFC 6962 section 3.3), and the one that says what a server must do (RFC 7633).
const (
	oidTimestamps     = "1.3.6.1.4.1.11129.2.4.2"
	oidOCSPTimestamps = "1.3.6.1.4.1.11129.2.4.5"
	oidTLSFeature     = "1.3.6.1.5.5.7.1.24"
)

// Timestamp is a SignedCertificateTimestamp: a log's promise to publish a certificate (RFC 6962 section 3.2). Its signature is not checked: that
// needs the log's key.
type Timestamp struct {
	Version uint8  // 0 is v1
	Log     []byte // 32 octets: SHA-256 of the log's key
	At      time.Time
}

// String returns "v1 LOG TIME", the log in base64 as lists of logs have it.
func (t Timestamp) String() string {
	if t.Version != 0 {
		return fmt.Sprintf("v%d", int(t.Version)+1)
	}
	return fmt.Sprintf("v1 %s %s", base64.StdEncoding.EncodeToString(t.Log), t.At.Format(time.RFC3339))
}

// ReadTimestamps reads a SignedCertificateTimestampList. A timestamp of an unknown version is kept, with its version alone. With an error come those
// before the fault.
func ReadTimestamps(list []byte) ([]Timestamp, error) {
	s := cryptobyte.String(list)
	var all cryptobyte.String
	if !s.ReadUint16LengthPrefixed(&all) || !s.Empty() || all.Empty() {
		return nil, errors.New("the list of certificate timestamps is malformed")
	}
	var out []Timestamp
	for !all.Empty() {
		var one cryptobyte.String
		var t Timestamp
		var millis uint64
		var extensions, signature cryptobyte.String
		if !all.ReadUint16LengthPrefixed(&one) || !one.ReadUint8(&t.Version) {
			return out, fmt.Errorf("certificate timestamp %d is malformed", len(out)+1)
		}
		if t.Version == 0 {
			if !one.ReadBytes(&t.Log, 32) || !one.ReadUint64(&millis) || millis > maxMillis || !one.ReadUint16LengthPrefixed(&extensions) ||
				!one.Skip(2) || !one.ReadUint16LengthPrefixed(&signature) || !one.Empty() { // algorithms and signature: RFC 5246 section 4.7
				return out, fmt.Errorf("certificate timestamp %d is malformed", len(out)+1)
			}
			t.At = time.UnixMilli(int64(millis)).UTC()
		}
		out = append(out, t)
	}
	return out, nil
}

// maxMillis is the end of the year 9999, the last that RFC 3339 can write.
const maxMillis = 253402300799999

// readForTLS reads the extensions that speak of the handshake which shows the certificate. No consumer's rules here judge by them.
func readForTLS(c *Certificate, oid string, value []byte, v ber.Element) {
	switch oid {
	case oidTimestamps:
		c.Timestamps = octets(value)
		return
	case oidTLSFeature:
	default:
		return
	}
	for _, part := range children(v) {
		if n := part.Int(); n != nil && n.IsInt64() && n.Int64() >= 0 && n.Int64() <= 0xFFFF {
			c.TLSFeatures = append(c.TLSFeatures, uint16(n.Int64()))
		}
	}
}

// octets returns what an OCTET STRING holds, or nil.
func octets(der []byte) []byte {
	v, _, err := ber.Read(der)
	if err != nil || !v.Is(ber.TagOctetString) {
		return nil
	}
	body, err := v.Octets()
	if err != nil {
		return nil
	}
	return body
}
