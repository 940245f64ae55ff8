package truth

import "golang.org/x/crypto/cryptobyte"

// Hello makes a ClientHello record of exactly this version and these suites. From TLS 1.0 up it brings whatever makes
// a server refuse for another reason than the suite: renegotiation_info, extended_master_secret, all usual curves (no
// finite-field group below TLS 1.3: GnuTLS then refuses DHE), every signature scheme with SHA-1, MD5 and DSA. SSLv3 has
// no extensions. TLS 1.3 has an empty key_share list (RFC 8446 section 4.2.8), which asks for a HelloRetryRequest.
func Hello(version uint16, suites []uint16, serverName string) []byte {
	legacy := min(version, TLS12)
	var b cryptobyte.Builder
	b.AddUint8(22)
	b.AddUint16(min(legacy, TLS10))
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		b.AddUint8(1)
		b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) {
			b.AddUint16(legacy)
			b.AddBytes([]byte("tlstest asks for one thing only."))
			b.AddUint8(0)
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { addUint16s(b, suites) })
			b.AddBytes([]byte{1, 0})
			if version > SSL30 {
				b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { addExtensions(b, version, serverName) })
			}
		})
	})
	return b.BytesOrPanic()
}

func addExtensions(b *cryptobyte.Builder, version uint16, serverName string) {
	if serverName != "" {
		addExtension(b, 0, func(b *cryptobyte.Builder) {
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
				b.AddUint8(0)
				b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte(serverName)) })
			})
		})
	}
	groups := []uint16{29, 23, 24, 25, 30, 28, 27, 26, 22, 21, 19, 14, 13, 12, 11, 10, 9, 1}
	if version == TLS13 {
		groups = []uint16{29, 23, 24, 25, 30, 256, 257, 258, 4587, 4588, 4589}
	}
	addExtension(b, 10, func(b *cryptobyte.Builder) {
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { addUint16s(b, groups) })
	})
	addExtension(b, 11, func(b *cryptobyte.Builder) { b.AddBytes([]byte{1, 0}) })
	if version >= TLS12 {
		schemes := []uint16{
			0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b,
			0x0401, 0x0501, 0x0601, 0x0303, 0x0301, 0x0203, 0x0201, 0x0402, 0x0302, 0x0202, 0x0101,
		}
		addExtension(b, 13, func(b *cryptobyte.Builder) {
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { addUint16s(b, schemes) })
		})
	}
	if version == TLS13 {
		addExtension(b, 43, func(b *cryptobyte.Builder) {
			b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddUint16(TLS13) })
		})
		addExtension(b, 51, func(b *cryptobyte.Builder) { b.AddUint16(0) })
		return
	}
	addExtension(b, 23, func(*cryptobyte.Builder) {})
	addExtension(b, 0xff01, func(b *cryptobyte.Builder) { b.AddUint8(0) })
}

func addExtension(b *cryptobyte.Builder, id uint16, body func(*cryptobyte.Builder)) {
	b.AddUint16(id)
	b.AddUint16LengthPrefixed(body)
}

func addUint16s(b *cryptobyte.Builder, values []uint16) {
	for _, v := range values {
		b.AddUint16(v)
	}
}
