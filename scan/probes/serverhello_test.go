package probes

import (
	"golang.org/x/crypto/cryptobyte"

	"github.com/portseal/portseal/cipher"
)

// ServerHello writes a ServerHello and ServerHelloDone. Version goes into the legacy field, and 1.3 into supported_versions.
func ServerHello(v cipher.Version, suite cipher.ID) []byte {
	var b cryptobyte.Builder
	b.AddUint8(22)
	b.AddUint16(0x0303)
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		b.AddUint8(2)
		b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) {
			b.AddUint16(uint16(min(v, cipher.TLSv12)))
			b.AddBytes([]byte("thirty-two octets of no surprise"))
			b.AddUint8(0)
			b.AddUint16(uint16(suite.Code()))
			b.AddUint8(0)
			if v == cipher.TLSv13 {
				b.AddBytes([]byte{0, 6, 0, 43, 0, 2, 3, 4})
			}
		})
		b.AddUint8(14)
		b.AddUint24(0)
	})
	return b.BytesOrPanic()
}
