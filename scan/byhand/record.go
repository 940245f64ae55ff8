package byhand

import (
	"math/big"

	"golang.org/x/crypto/cryptobyte"

	"github.com/portseal/portseal/cipher"
)

// Record types, RFC 5246 section 6.2.1 and RFC 6520 section 3.
const (
	ChangeCipherSpecRecord = 20
	AlertRecord            = 21
	HandshakeRecord        = 22
	HeartbeatRecord        = 24
)

// Handshake message types, RFC 5246 section 7.4.
const (
	clientHello              = 1
	certificateMessage       = 11
	serverHelloDone          = 14
	clientKeyExchangeMessage = 16
	finishedMessage          = 20
)

const recordHeader = 5 // octets: type, version, length

// Record is one record in the clear.
func Record(kind uint8, v cipher.Version, body []byte) []byte {
	return append([]byte{kind, byte(v >> 8), byte(v), byte(len(body) >> 8), byte(len(body))}, body...)
}

// ChangeCipherSpec is the record of RFC 5246 section 7.1.
func ChangeCipherSpec(v cipher.Version) []byte { return Record(ChangeCipherSpecRecord, v, []byte{1}) }

// Farewell is the fatal alert user_canceled (RFC 5246 section 7.2.2): a server answers it by closing, so nobody has to wait for one that
// has nothing to say.
func Farewell(v cipher.Version) []byte { return Record(AlertRecord, v, []byte{2, 90}) }

// Heartbeat is a heartbeat request that says it has claimed octets of payload, and has none and no padding (RFC 6520 section 4).
func Heartbeat(v cipher.Version, claimed uint16) []byte {
	return Record(HeartbeatRecord, v, []byte{1, byte(claimed >> 8), byte(claimed)})
}

// NoCertificate is the empty Certificate of a client that was asked for one and has none (RFC 5246 section 7.4.6).
func NoCertificate(v cipher.Version) []byte {
	return Record(HandshakeRecord, v, []byte{certificateMessage, 0, 0, 3, 0, 0, 0})
}

// KeyExchange is a ClientKeyExchange of TLS 1.0 and later with an encrypted premaster secret (RFC 5246 section 7.4.7.1).
func KeyExchange(v cipher.Version, encrypted []byte) []byte {
	b := cryptobyte.NewBuilder(nil)
	b.AddUint8(clientKeyExchangeMessage)
	b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) {
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(encrypted) })
	})
	return Record(HandshakeRecord, v, b.BytesOrPanic())
}

// EncryptRSA is the bare RSA operation on a block as it is, without any padding of its own. The result is as long as the modulus.
func EncryptRSA(modulus, exponent *big.Int, block []byte) []byte {
	c := new(big.Int).Exp(new(big.Int).SetBytes(block), exponent, modulus)
	return c.FillBytes(make([]byte, (modulus.BitLen()+7)/8))
}
