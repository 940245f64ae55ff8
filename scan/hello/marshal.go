package hello

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/crypto/cryptobyte"

	"github.com/portseal/portseal/cipher"
)

const maxSuites = 32767 // 2^16-2 bytes of two each, RFC 8446 section 4.1.2

// Marshal returns the complete record or records. Its errors name what cannot be written: an unknown version, no suites, a
// suite of the other number space, a server name that is no ASCII host name, or a key share in a group that this package
// has no keys for.
func (h ClientHello) Marshal() ([]byte, error) {
	if err := h.check(); err != nil {
		return nil, err
	}
	if h.Version == cipher.SSLv2 {
		return h.marshalSSL2()
	}
	keys := h.keys()
	message, err := h.build(keys, -1)
	if err != nil {
		return nil, err
	}
	if h.PadTo > len(message) && h.hasExtensions() {
		// The padding extension has four bytes of its own, so the message may end up to four bytes above PadTo.
		if message, err = h.build(keys, max(h.PadTo-len(message)-4, 0)); err != nil {
			return nil, err
		}
	}
	return intoRecords(message, h.recordVersion(), h.Fragment), nil
}

func (h ClientHello) keys() *Keys {
	if h.Keys == nil {
		return NewKeys(h.Seed)
	}
	return h.Keys
}

func (h ClientHello) check() error {
	if h.Version != cipher.SSLv2 && (h.Version < cipher.SSLv3 || h.Version > cipher.TLSv13) {
		return fmt.Errorf("client hello: version %v: want SSLv2 to TLSv1.3", h.Version)
	}
	if len(h.Suites) == 0 || len(h.Suites) > maxSuites {
		return fmt.Errorf("client hello: %d cipher suites: want 1 to %d", len(h.Suites), maxSuites)
	}
	for _, id := range h.Suites {
		if id.IsSSL2() != (h.Version == cipher.SSLv2) {
			return fmt.Errorf("client hello: cipher suite %v is of another number space than %v", id, h.Version)
		}
	}
	if len(h.SessionID) > 32 {
		return fmt.Errorf("client hello: session id of %d bytes: want at most 32", len(h.SessionID))
	}
	if len(h.ServerName) > 255 {
		return fmt.Errorf("client hello: server name of %d bytes: want at most 255", len(h.ServerName))
	}
	for _, c := range []byte(h.ServerName) {
		if c <= ' ' || c > '~' {
			return fmt.Errorf("client hello: server name %q: want an ASCII host name", h.ServerName)
		}
	}
	return nil
}

// recordVersion is 0x0300 for SSLv3 and 0x0301 for all later ones, as RFC 8446 section 5.1 and RFC 5246 appendix E.1 say.
func (h ClientHello) recordVersion() uint16 {
	return cmp.Or(h.RecordVersion, uint16(min(h.Version, cipher.TLSv10)))
}

func (h ClientHello) hasExtensions() bool { return h.Version > cipher.SSLv3 }

// build writes the handshake message; padding below zero writes no padding extension.
func (h ClientHello) build(keys *Keys, padding int) ([]byte, error) {
	b := cryptobyte.NewBuilder(make([]byte, 0, 512+2*len(h.Suites)+max(padding, 0)))
	b.AddUint8(msgClientHello)
	b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) {
		b.AddUint16(cmp.Or(h.LegacyVersion, uint16(min(h.Version, cipher.TLSv12))))
		b.AddBytes(keys.random)
		b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) {
			if h.Version == cipher.TLSv13 {
				b.AddBytes(keys.sessionID) // middlebox compatibility, RFC 8446 appendix D.4
				return
			}
			b.AddBytes(h.SessionID)
		})
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { addCodes(b, h.Suites) })
		b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(append(slices.Clip(h.Compressions), 0)) })
		if h.hasExtensions() {
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { h.addExtensions(b, keys, padding) })
		}
	})
	message, err := b.Bytes()
	if err != nil {
		return nil, fmt.Errorf("client hello: %w", err)
	}
	if len(message) > MaxMessage {
		return nil, errors.New("client hello: longer than 128 KiB")
	}
	return message, nil
}

// addCodes writes two-octet code points.
func addCodes[T ~uint16 | ~uint32](b *cryptobyte.Builder, codes []T) {
	for _, c := range codes {
		b.AddUint16(uint16(c))
	}
}

// intoRecords puts a message into as many handshake records as it needs, each of at most so many octets where that is above zero.
func intoRecords(message []byte, version uint16, most int) []byte {
	if most <= 0 || most > maxPlaintext {
		most = maxPlaintext
	}
	out := make([]byte, 0, len(message)+5*(len(message)/most+1))
	for len(message) > 0 {
		n := min(len(message), most)
		out = append(out, typeHandshake, byte(version>>8), byte(version), byte(n>>8), byte(n))
		out = append(out, message[:n]...)
		message = message[n:]
	}
	return out
}
