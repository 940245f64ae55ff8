package hello

import (
	"bytes"

	"golang.org/x/crypto/cryptobyte"

	"github.com/portseal/portseal/cipher"
)

// retryRandom is the random that makes a ServerHello a HelloRetryRequest: SHA-256 of that name, RFC 8446 section 4.1.3.
var retryRandom = [32]byte{
	0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
	0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
}

// serverHello reads a ServerHello or HelloRetryRequest (RFC 8446 section 4.1.3, RFC 5246 section 7.4.1.3).
func (p *parser) serverHello(m message) bool {
	f := p.f
	if f.ServerHello != nil && !f.ServerHello.HelloRetryRequest {
		return false // a second one
	}
	h := &ServerHello{raw: m.raw}
	s := cryptobyte.String(m.body())
	var legacy, suite uint16
	var sessionID cryptobyte.String
	if !s.ReadUint16(&legacy) || !s.ReadBytes(&h.Random, 32) || !s.ReadUint8LengthPrefixed(&sessionID) ||
		!s.ReadUint16(&suite) || !s.ReadUint8(&h.Compression) || len(sessionID) > 32 {
		return false
	}
	h.LegacyVersion, h.Version = cipher.Version(legacy), cipher.Version(legacy)
	h.SessionID, h.Suite = sessionID, cipher.TLS(suite)
	h.HelloRetryRequest = bytes.Equal(h.Random, retryRandom[:])
	if !s.Empty() {
		var ok bool
		if h.Extensions, ok = readExtensions(&s); !ok || !s.Empty() || !h.readOwn() {
			return false
		}
	}
	if f.ServerHello != nil {
		f.Retry = f.ServerHello
	}
	f.ServerHello = h
	f.ALPN = readALPN(h.Extensions)
	f.SCTs, _ = h.Extension(extSCT)
	p.tls13 = h.Version == cipher.TLSv13 && !h.HelloRetryRequest
	p.suite = cipher.Describe(h.Suite)
	return true
}

// readOwn reads the extensions that ServerHello has fields for.
func (h *ServerHello) readOwn() bool {
	for _, e := range h.Extensions {
		s := cryptobyte.String(e.Data)
		switch e.ID {
		case extSupportedVersions:
			var v uint16
			if !s.ReadUint16(&v) {
				return false
			}
			h.Version = cipher.Version(v)
		case extKeyShare:
			var group uint16
			if !s.ReadUint16(&group) {
				return false
			}
			h.Group = cipher.Group(group)
			var share cryptobyte.String
			if !h.HelloRetryRequest && !s.ReadUint16LengthPrefixed(&share) {
				return false
			}
			h.KeyShare = share
		case extExtendedMasterSecret:
			h.ExtendedMasterSecret = true
		case extRenegotiationInfo:
			h.SecureRenegotiation = true
		}
	}
	return true
}

// readExtensions reads an extension list with its length.
func readExtensions(s *cryptobyte.String) ([]Extension, bool) {
	var list cryptobyte.String
	if !s.ReadUint16LengthPrefixed(&list) {
		return nil, false
	}
	extensions := make([]Extension, 0, min(len(list)/4, 8))
	for !list.Empty() {
		var id uint16
		var data cryptobyte.String
		if !list.ReadUint16(&id) || !list.ReadUint16LengthPrefixed(&data) {
			return nil, false
		}
		extensions = append(extensions, Extension{id, data})
	}
	return extensions, true
}

// readALPN returns the one protocol that a server chose, or nothing.
func readALPN(extensions []Extension) string {
	data, _ := findExtension(extensions, extALPN)
	s := cryptobyte.String(data)
	var list, name cryptobyte.String
	if !s.ReadUint16LengthPrefixed(&list) || !list.ReadUint8LengthPrefixed(&name) {
		return ""
	}
	return string(name)
}
