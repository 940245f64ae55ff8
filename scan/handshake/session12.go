package handshake

import (
	"bytes"
	"crypto/aes"
	stdcipher "crypto/cipher"
	"crypto/des"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"hash"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan/hello"
)

// session12 is what is needed to speak on in a TLS 1.2 session that a library has set up (RFC 5246 sections 5 and 6.3).
type session12 struct {
	client, server *direction
	verify         []byte // the client's verify_data (RFC 5746 section 3.1)
	secure         bool   // the server answered renegotiation_info
	begins         int    // offset in what was received, behind the server's Finished
}

const (
	verifyLength     = 12
	recordChange     = 20
	msgHelloRequest  = 0
	msgTicket        = 4
	msgFinished      = 20
	tls12            = 0x0303
	fixedNonceLength = 4
)

// newSession12 makes the keys of a session from its master secret and the octets of its handshake.
func newSession12(suite cipher.ID, master, sent, received []byte) (*session12, error) {
	s := cipher.Describe(suite)
	f := hello.Parse(received)
	offered, err := hello.ParseClientHello(sent)
	if err != nil || f.ServerHello == nil || f.ServerHello.Version != cipher.TLSv12 || len(master) == 0 {
		return nil, errNoRenegotiation
	}
	sum := sha256.New
	if strings.HasSuffix(s.Name, "_SHA384") {
		sum = sha512.New384
	}
	shape, ok := shapes(s)
	if !ok {
		return nil, errNoRenegotiation
	}
	block := prf12(sum, master, "key expansion", append(bytes.Clone(f.ServerHello.Random), offered.Random...), 2*(shape.mac+shape.key+shape.iv))
	take := func(n int) []byte { out := block[:n]; block = block[n:]; return out }
	clientMAC, serverMAC := take(shape.mac), take(shape.mac)
	clientKey, serverKey := take(shape.key), take(shape.key)
	clientIV, serverIV := take(shape.iv), take(shape.iv)
	out := &session12{secure: f.ServerHello.SecureRenegotiation}
	if out.client, err = newDirection(shape, clientKey, clientMAC, clientIV); err != nil {
		return nil, err
	}
	if out.server, err = newDirection(shape, serverKey, serverMAC, serverIV); err != nil {
		return nil, err
	}
	ours, _ := untilChange(sent)
	theirs, at := untilChange(received)
	transcript := sum()
	transcript.Write(joined(ours, theirs))
	out.verify = prf12(sum, master, "client finished", transcript.Sum(nil), verifyLength)
	_, _, next, whole := recordAt(received, at) // the server's Finished
	if !whole {
		return nil, errNoRenegotiation
	}
	out.begins = next
	out.client.seq, out.server.seq = 1, 1 // each side's Finished was its first protected record
	return out, nil
}

// untilChange returns the handshake messages before the ChangeCipherSpec, and the offset behind it.
func untilChange(stream []byte) (messages []byte, behind int) {
	for at := 0; ; {
		kind, body, next, ok := recordAt(stream, at)
		switch {
		case !ok:
			return messages, at
		case kind == recordChange:
			return messages, next
		case kind == recordHandshake:
			messages = append(messages, body...)
		}
		at = next
	}
}

// joined is the transcript up to the client's Finished: the client's hello, the server's flight, and the rest of the client's. A ticket comes
// behind it, and HelloRequests never count (RFC 5246 section 7.4.1.1).
func joined(ours, theirs []byte) []byte {
	first := messageLength(ours)
	out := bytes.Clone(ours[:first])
	for n := messageLength(theirs); len(theirs) > 0 && n > 0; n = messageLength(theirs) {
		if kind := theirs[0]; kind != msgTicket && kind != msgHelloRequest {
			out = append(out, theirs[:n]...)
		}
		theirs = theirs[n:]
	}
	return append(out, ours[first:]...)
}

// messageLength is the length of the first handshake message, header included; 0 where there is no whole one.
func messageLength(stream []byte) int {
	const header = 4
	if len(stream) < header {
		return 0
	}
	n := header + (int(stream[1])<<16 | int(stream[2])<<8 | int(stream[3]))
	if n > len(stream) {
		return 0
	}
	return n
}

// prf12 is the PRF of TLS 1.2 (RFC 5246 section 5).
func prf12(sum func() hash.Hash, secret []byte, label string, seed []byte, n int) []byte {
	labelled := append([]byte(label), seed...)
	mac := func(data ...[]byte) []byte {
		h := hmac.New(sum, secret)
		for _, d := range data {
			h.Write(d)
		}
		return h.Sum(nil)
	}
	var out []byte
	for a := mac(labelled); len(out) < n; a = mac(a) {
		out = append(out, mac(a, labelled)...)
	}
	return out[:n]
}

// shape says how a suite protects records: lengths in octets.
type shape struct {
	mac, key, iv int
	sum          func() hash.Hash // of the MAC; nil for an AEAD
	block        func(key []byte) (stdcipher.Block, error)
	chacha       bool
}

func shapes(s cipher.Suite) (shape, bool) {
	var out shape
	switch s.Encryption {
	case "AES_128_GCM", "AES_256_GCM":
		out = shape{iv: fixedNonceLength, block: aes.NewCipher}
	case "CHACHA20_POLY1305":
		return shape{key: chacha20poly1305.KeySize, iv: chacha20poly1305.NonceSize, chacha: true}, true
	case "AES_128_CBC", "AES_256_CBC":
		out = shape{block: aes.NewCipher}
	case "3DES_EDE_CBC":
		out = shape{key: 24, block: des.NewTripleDESCipher}
	default:
		return shape{}, false
	}
	switch {
	case strings.HasPrefix(s.Encryption, "AES_128"):
		out.key = 16
	case strings.HasPrefix(s.Encryption, "AES_256"):
		out.key = 32
	}
	switch s.MAC {
	case "SHA":
		out.mac, out.sum = sha1.Size, sha1.New
	case "SHA256":
		out.mac, out.sum = sha256.Size, sha256.New
	case "SHA384":
		out.mac, out.sum = sha512.Size384, sha512.New384
	}
	return out, out.sum != nil || s.AEAD
}

// direction protects or opens the records of one side.
type direction struct {
	shape
	aead   stdcipher.AEAD
	cipher stdcipher.Block
	macKey []byte
	fixed  []byte // part of the nonce
	seq    uint64
}

func newDirection(s shape, key, macKey, iv []byte) (*direction, error) {
	d := &direction{shape: s, macKey: macKey, fixed: iv}
	var err error
	if s.chacha {
		d.aead, err = chacha20poly1305.New(key)
		return d, err
	}
	if d.cipher, err = s.block(key); err == nil && s.sum == nil {
		d.aead, err = stdcipher.NewGCM(d.cipher)
	}
	return d, err
}

// header is what a record's protection covers beside its content: sequence number, type, version, length.
func (d *direction) header(kind uint8, n int) []byte {
	out := binary.BigEndian.AppendUint64(nil, d.seq)
	return append(out, kind, tls12>>8, tls12&0xFF, byte(n>>8), byte(n))
}

// nonce is that of an AEAD record: with an explicit part for GCM (RFC 5288), without for ChaCha20 (RFC 7905).
func (d *direction) nonce() (nonce, explicit []byte) {
	number := binary.BigEndian.AppendUint64(nil, d.seq)
	if !d.chacha {
		return append(bytes.Clone(d.fixed), number...), number
	}
	nonce = bytes.Clone(d.fixed)
	for i, b := range number {
		nonce[len(nonce)-len(number)+i] ^= b
	}
	return nonce, nil
}

func (d *direction) digest(kind uint8, content []byte) []byte {
	h := hmac.New(d.sum, d.macKey)
	h.Write(d.header(kind, len(content)))
	h.Write(content)
	return h.Sum(nil)
}

// seal makes a whole record.
func (d *direction) seal(kind uint8, content []byte) []byte {
	var body []byte
	if d.aead != nil {
		nonce, explicit := d.nonce()
		body = d.aead.Seal(explicit, nonce, content, d.header(kind, len(content)))
	} else {
		size := d.cipher.BlockSize()
		plain := append(bytes.Clone(content), d.digest(kind, content)...)
		padding := size - len(plain)%size
		plain = append(plain, bytes.Repeat([]byte{byte(padding - 1)}, padding)...)
		body = make([]byte, size, size+len(plain))
		_, _ = rand.Read(body) // it never fails (crypto/rand)
		stdcipher.NewCBCEncrypter(d.cipher, body[:size]).CryptBlocks(plain, plain)
		body = append(body, plain...)
	}
	d.seq++
	return append([]byte{kind, tls12 >> 8, tls12 & 0xFF, byte(len(body) >> 8), byte(len(body))}, body...)
}

var errProtected = errors.New("a record behind the handshake does not open with the session's keys")

// open returns the content of a record's body.
func (d *direction) open(kind uint8, body []byte) (content []byte, err error) {
	if d.aead != nil {
		nonce, explicit := d.nonce()
		if !d.chacha {
			if len(body) < len(explicit) {
				return nil, errProtected
			}
			nonce, body = append(bytes.Clone(d.fixed), body[:len(explicit)]...), body[len(explicit):]
		}
		if len(body) < d.aead.Overhead() {
			return nil, errProtected
		}
		if content, err = d.aead.Open(nil, nonce, body, d.header(kind, len(body)-d.aead.Overhead())); err != nil {
			return nil, errProtected
		}
	} else if content, err = d.openCBC(kind, body); err != nil {
		return nil, err
	}
	d.seq++
	return content, nil
}

// openCBC needs no constant time: these keys protect nothing. Every octet of the padding is checked, as RFC 5246 section 6.2.3.2 wants it.
func (d *direction) openCBC(kind uint8, body []byte) ([]byte, error) {
	size := d.cipher.BlockSize()
	if len(body) < 2*size || len(body)%size != 0 {
		return nil, errProtected
	}
	plain := make([]byte, len(body)-size)
	stdcipher.NewCBCDecrypter(d.cipher, body[:size]).CryptBlocks(plain, body[size:])
	padding := plain[len(plain)-1]
	end := len(plain) - 1 - int(padding) - d.mac
	if end < 0 || bytes.Count(plain[end+d.mac:], []byte{padding}) != int(padding)+1 || !hmac.Equal(plain[end:end+d.mac], d.digest(kind, plain[:end])) {
		return nil, errProtected
	}
	return plain[:end], nil
}
