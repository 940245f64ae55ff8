package hello

import (
	aead "crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
	"errors"
)

// ccm is AES-CCM (RFC 3610, RFC 5116 section 5.3, RFC 6655) with a nonce of 12 bytes, so a length field of 3. The standard
// library has none, and a listener may speak TLS_AES_128_CCM_SHA256 or TLS_AES_128_CCM_8_SHA256 only.
type ccm struct {
	block aead.Block
	tag   int
}

var errCCM = errors.New("ccm: message authentication failed")

func newCCM(block aead.Block, tag int) aead.AEAD { return ccm{block, tag} }

func (c ccm) NonceSize() int { return 12 }
func (c ccm) Overhead() int  { return c.tag }

// Seal encrypts and authenticates plaintext. It panics on a nonce of the wrong size, as the standard library's AEADs do.
func (c ccm) Seal(dst, nonce, plaintext, additional []byte) []byte {
	tag := c.mac(nonce, plaintext, additional)
	out := make([]byte, len(plaintext)+c.tag)
	copy(out, plaintext)
	copy(out[len(plaintext):], tag[:c.tag])
	c.crypt(nonce, out[:len(plaintext)], out[len(plaintext):])
	return append(dst, out...)
}

// Open decrypts and checks ciphertext.
func (c ccm) Open(dst, nonce, ciphertext, additional []byte) ([]byte, error) {
	if len(ciphertext) < c.tag {
		return nil, errCCM
	}
	out := append([]byte(nil), ciphertext...)
	plain, got := out[:len(out)-c.tag], out[len(out)-c.tag:]
	c.crypt(nonce, plain, got)
	want := c.mac(nonce, plain, additional)
	if subtle.ConstantTimeCompare(got, want[:c.tag]) != 1 {
		return nil, errCCM
	}
	return append(dst, plain...), nil
}

// counter returns A_i or, with other flags, B_0 (RFC 3610 sections 2.2 and 2.3).
func counter(flags byte, nonce []byte, n int) (b [16]byte) {
	if len(nonce) != 12 {
		panic("ccm: nonce must have 12 bytes")
	}
	b[0] = flags
	copy(b[1:], nonce)
	b[13], b[14], b[15] = byte(n>>16), byte(n>>8), byte(n)
	return b
}

// crypt runs the counter mode over the message, from block 1 on, and over the tag, with block 0.
func (c ccm) crypt(nonce, message, tag []byte) {
	first := counter(2, nonce, 0)
	stream := aead.NewCTR(c.block, first[:])
	var block [16]byte
	stream.XORKeyStream(block[:], block[:])
	subtle.XORBytes(tag, tag, block[:len(tag)])
	stream.XORKeyStream(message, message)
}

// mac is the CBC-MAC over B_0, the additional data with its length, and the message, each padded with zeros.
func (c ccm) mac(nonce, message, additional []byte) [16]byte {
	flags := byte((c.tag-2)/2<<3 | 2)
	if len(additional) > 0 {
		flags |= 0x40
	}
	x := counter(flags, nonce, len(message))
	c.block.Encrypt(x[:], x[:])
	if n := len(additional); n > 0 {
		c.absorb(&x, append(binary.BigEndian.AppendUint16(make([]byte, 0, 2+n), uint16(n)), additional...))
	}
	c.absorb(&x, message)
	return x
}

func (c ccm) absorb(x *[16]byte, data []byte) {
	for len(data) > 0 {
		n := min(len(data), 16)
		subtle.XORBytes(x[:n], x[:n], data[:n])
		c.block.Encrypt(x[:], x[:])
		data = data[n:]
	}
}
