package flawed

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// Record is what is right with a record of application data.
type Record struct {
	Fits         bool // the padding leaves room for a MAC
	PaddingRight bool
	MACRight     bool // by where the padding's length says that it is
	Empty        bool
}

// Right says whether a server may take the record (RFC 5246 section 6.2.3.2).
func (r Record) Right() bool { return r.Fits && r.PaddingRight && r.MACRight }

// CloseNotify is the alert that answers an end in order; a fatal one of that number is none.
const CloseNotify = 0

// session is the keys of TLS_RSA_WITH_AES_128_CBC_SHA in TLS 1.2.
type session struct {
	master               []byte
	clientMAC, serverMAC []byte
	clientKey, serverKey []byte
	clientSeq, serverSeq uint64
	established          bool // the client's Finished was right
}

func prf(secret []byte, label string, seed []byte, n int) (out []byte) {
	seed = append([]byte(label), seed...)
	sum := func(b ...[]byte) []byte {
		m := hmac.New(sha256.New, secret)
		m.Write(slices.Concat(b...))
		return m.Sum(nil)
	}
	for a := sum(seed); len(out) < n; a = sum(a) {
		out = append(out, sum(a, seed)...)
	}
	return out[:n]
}

// derive makes the keys of a key exchange.
func (c *connection) derive(encrypted []byte) {
	if c.faultOf(encrypted) != NoFault {
		return
	}
	block := c.open(encrypted)
	secret := block[len(block)-48:]
	server := bytes.Repeat([]byte{7}, 32)
	c.session.master = prf(secret, "master secret", slices.Concat(c.clientRandom, server), 48)
	block = prf(c.session.master, "key expansion", slices.Concat(server, c.clientRandom), 2*(20+16))
	c.session.clientMAC, c.session.serverMAC = block[:20], block[20:40]
	c.session.clientKey, c.session.serverKey = block[40:56], block[56:72]
}

func tag(key []byte, seq uint64, kind byte, content []byte) []byte {
	m := hmac.New(sha1.New, key)
	m.Write(binary.BigEndian.AppendUint64(nil, seq))
	m.Write([]byte{kind, 3, 3, byte(len(content) >> 8), byte(len(content))})
	m.Write(content)
	return m.Sum(nil)
}

// protect sends a record.
func (c *connection) protect(kind byte, content []byte) error {
	s := &c.session
	plain := append(bytes.Clone(content), tag(s.serverMAC, s.serverSeq, kind, content)...)
	s.serverSeq++
	n := 16 - len(plain)%16
	plain = append(plain, bytes.Repeat([]byte{byte(n - 1)}, n)...)
	block, err := aes.NewCipher(s.serverKey)
	if err != nil {
		return err
	}
	iv := bytes.Repeat([]byte{9}, 16)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(plain, plain)
	return c.send(kind, append(iv, plain...))
}

// unprotect reads a record, whatever is wrong with it.
func (c *connection) unprotect(kind byte, body []byte) (content []byte, r Record) {
	s := &c.session
	block, err := aes.NewCipher(s.clientKey)
	if err != nil || len(body) < 32 || len(body)%16 != 0 {
		return nil, r
	}
	plain := make([]byte, len(body)-16)
	cipher.NewCBCDecrypter(block, body[:16]).CryptBlocks(plain, body[16:])
	padding := int(plain[len(plain)-1])
	end := len(plain) - padding - 1 - sha1.Size
	if end < 0 {
		return nil, r
	}
	r = Record{Fits: true, Empty: end == 0, PaddingRight: !slices.ContainsFunc(plain[end+sha1.Size:], func(b byte) bool { return int(b) != padding })}
	r.MACRight = bytes.Equal(plain[end:end+sha1.Size], tag(s.clientMAC, s.clientSeq, kind, plain[:end]))
	return plain[:end], r
}

// record serves a record behind the client's ChangeCipherSpec.
func (c *connection) record(kind byte, body []byte) error {
	if c.session.master == nil {
		return c.alert(20)
	}
	content, r := c.unprotect(kind, body)
	switch {
	case !c.session.established:
		sum := sha256.Sum256(c.transcript)
		want := message(20, prf(c.session.master, "client finished", sum[:], 12))
		if !r.Right() || !bytes.Equal(content, want) {
			return c.alert(20)
		}
		c.session.established = true
		c.session.clientSeq++
		sum = sha256.Sum256(append(c.transcript, want...))
		if err := c.send(20, []byte{1}); err != nil {
			return err
		}
		return c.protect(22, message(20, prf(c.session.master, "server finished", sum[:], 12)))
	case kind == 21 && r.Right() && len(content) == 2 && content[1] == CloseNotify:
		_ = c.protect(21, []byte{1, CloseNotify})
		return errDone
	}
	alert, taken := c.CBC(r)
	switch {
	case taken:
		c.session.clientSeq++
		return nil
	case !c.Drops && alert != CloseNotify:
		_ = c.protect(21, []byte{2, alert})
	}
	return errDone
}
