package hello

import (
	"golang.org/x/crypto/cryptobyte"

	"github.com/portseal/portseal/cipher"
)

// addExtensions writes the extensions in a fixed order. Those that may have no data come first: WebSphere 7 refuses a hello
// whose last extension is empty.
func (h ClientHello) addExtensions(b *cryptobyte.Builder, keys *Keys, padding int) {
	if h.ExtendedMasterSecret {
		addExtension(b, extExtendedMasterSecret, func(*cryptobyte.Builder) {})
	}
	if h.SCT {
		addExtension(b, extSCT, func(*cryptobyte.Builder) {})
	}
	h.addMore(b, true)
	if h.ServerName != "" {
		addExtension(b, extServerName, h.addServerName)
	}
	if padding >= 0 {
		addExtension(b, extPadding, func(b *cryptobyte.Builder) { b.AddBytes(make([]byte, padding)) })
	}
	if h.RenegotiationInfo {
		addExtension(b, extRenegotiationInfo, func(b *cryptobyte.Builder) { b.AddUint8(0) })
	}
	if h.StatusRequest {
		// ocsp, no responder ids, no request extensions
		addExtension(b, extStatusRequest, func(b *cryptobyte.Builder) { b.AddBytes([]byte{1, 0, 0, 0, 0}) })
	}
	if h.ALPN != nil {
		addExtension(b, extALPN, h.addALPN)
	}
	if h.PointFormats {
		addExtension(b, extPointFormats, func(b *cryptobyte.Builder) { b.AddBytes([]byte{1, 0}) })
	}
	if h.Groups != nil {
		addExtension(b, extSupportedGroups, func(b *cryptobyte.Builder) {
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { addCodes(b, h.Groups) })
		})
	}
	if h.SignatureSchemes != nil {
		addExtension(b, extSignatureAlgorithms, func(b *cryptobyte.Builder) {
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { addCodes(b, h.SignatureSchemes) })
		})
	}
	h.addMore(b, false)
	if h.Version == cipher.TLSv13 {
		h.addTLS13(b, keys)
	}
}

// addMore writes those of More that have no data, or those that have.
func (h ClientHello) addMore(b *cryptobyte.Builder, empty bool) {
	for _, e := range h.More {
		if (len(e.Data) == 0) == empty {
			addExtension(b, e.ID, func(b *cryptobyte.Builder) { b.AddBytes(e.Data) })
		}
	}
}

// addTLS13 writes what only TLS 1.3 has; supported_versions offers nothing older.
func (h ClientHello) addTLS13(b *cryptobyte.Builder, keys *Keys) {
	addExtension(b, extPSKModes, func(b *cryptobyte.Builder) { b.AddBytes([]byte{1, 1}) }) // psk_dhe_ke
	addExtension(b, extKeyShare, func(b *cryptobyte.Builder) {
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
			for _, g := range h.KeyShares {
				share, err := keys.share(g)
				if err != nil {
					b.SetError(err)
					return
				}
				b.AddUint16(uint16(g))
				b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(share) })
			}
		})
	})
	addExtension(b, extSupportedVersions, func(b *cryptobyte.Builder) {
		b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) {
			for _, v := range h.MoreVersions {
				b.AddUint16(v)
			}
			b.AddUint16(uint16(cipher.TLSv13))
		})
	})
}

func (h ClientHello) addServerName(b *cryptobyte.Builder) {
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		b.AddUint8(0) // host_name
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte(h.ServerName)) })
	})
}

func (h ClientHello) addALPN(b *cryptobyte.Builder) {
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		for _, name := range h.ALPN {
			b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte(name)) })
		}
	})
}

func addExtension(b *cryptobyte.Builder, id uint16, body func(*cryptobyte.Builder)) {
	b.AddUint16(id)
	b.AddUint16LengthPrefixed(body)
}
