package hello

import (
	"crypto/aes"
	aead "crypto/cipher"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/crypto/chacha20poly1305"
	"golang.org/x/crypto/cryptobyte"

	"github.com/portseal/portseal/cipher"
)

type aeadKind uint8

const (
	aeadGCM aeadKind = iota
	aeadChaCha
	aeadCCM
	aeadCCM8
)

// opener decrypts the records of one direction under one traffic secret (RFC 8446 sections 5.2 and 5.3).
type opener struct {
	aead  aead.AEAD
	iv    []byte
	nonce []byte
	seq   uint64
}

func newOpener(suite suite13, secret []byte) (*opener, error) {
	if want := suite.hash().Size(); len(secret) != want {
		return nil, fmt.Errorf("handshake traffic secret of %d bytes: the cipher suite's has %d", len(secret), want)
	}
	key, err := expandLabel(suite.hash, secret, "key", nil, suite.keyLen)
	if err != nil {
		return nil, err
	}
	iv, err := expandLabel(suite.hash, secret, "iv", nil, 12)
	if err != nil {
		return nil, err
	}
	o := &opener{iv: iv, nonce: make([]byte, 12)}
	if suite.aead == aeadChaCha {
		o.aead, err = chacha20poly1305.New(key)
		return o, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	switch suite.aead {
	case aeadCCM:
		o.aead = newCCM(block, 16)
	case aeadCCM8:
		o.aead = newCCM(block, 8)
	default:
		o.aead, err = aead.NewGCM(block)
	}
	return o, err
}

// open returns a record's content and its real type.
func (o *opener) open(header, body []byte) (content []byte, kind uint8, err error) {
	copy(o.nonce, o.iv)
	for i := range 8 {
		o.nonce[len(o.nonce)-1-i] ^= byte(o.seq >> (8 * i))
	}
	plain, err := o.aead.Open(nil, o.nonce, body, header)
	if err != nil {
		return nil, 0, errors.New("does not open with this secret")
	}
	o.seq++
	for i := len(plain) - 1; i >= 0; i-- {
		if plain[i] != 0 {
			return plain[:i], plain[i], nil
		}
	}
	return nil, 0, errors.New("has no content type")
}

// Open decrypts a TLS 1.3 server's flight, up to its Finished, with the server_handshake_traffic_secret, and fills the
// certificates and the other fields that were hidden. received is what the Flight was parsed from. The error, also kept in
// Err, is ErrIncomplete when the bytes end before Finished; what came before is filled in all the same.
func (f *Flight) Open(received, secret []byte) error {
	f.Certificates, f.CertificatesAt, f.CertificateRequest, f.CertificateStatus = nil, nil, nil, nil
	f.EncryptedExtensions, f.CertificateVerify, f.Compressed, f.Finished = nil, 0, 0, false
	f.transcript, f.verify = nil, nil
	f.Err = f.open(received, secret)
	return f.Err
}

func (f *Flight) open(received, secret []byte) error {
	h := f.ServerHello
	if h == nil || h.HelloRetryRequest || h.Version != cipher.TLSv13 {
		return errors.New("opening a flight: no TLS 1.3 server hello")
	}
	suite, ok := suite13Of(h.Suite)
	if !ok {
		return fmt.Errorf("opening a flight: cipher suite %v is not supported", h.Suite)
	}
	o, err := newOpener(suite, secret)
	if err != nil {
		return fmt.Errorf("opening a flight: %w", err)
	}
	received = received[:min(len(received), MaxReceived)]
	var asm assembler
	for count := 0; !f.Finished && f.Alert == nil; count++ {
		r, err := nextRecord(received, f.Rest)
		if err != nil {
			return err
		}
		if count == MaxRecords {
			return fmt.Errorf("more than %d records", MaxRecords)
		}
		if r.kind == typeApplicationData {
			content, kind, err := o.open(received[f.Rest:r.at], r.body)
			if err == nil {
				err = f.content(&asm, kind, content)
			}
			if err != nil {
				return fmt.Errorf("record at byte %d: %w", f.Rest, err)
			}
		}
		f.Rest = r.at + len(r.body)
	}
	return nil
}

// content reads what one record held.
func (f *Flight) content(asm *assembler, kind uint8, content []byte) error {
	switch kind {
	case typeAlert:
		if len(content) != 2 {
			return errors.New("malformed alert")
		}
		a := Alert{Level: content[0], Description: content[1]}
		if a.Description == 0 || a.Description == 90 { // the two that are no errors, RFC 8446 section 6.1
			f.Warnings = append(f.Warnings, a)
			return nil
		}
		f.Alert = &a
		return nil
	case typeHandshake:
		var bad error
		err := asm.feed(content, nowhere, func(m message) bool {
			f.Messages = append(f.Messages, m.kind)
			if !f.protectedMessage(m) {
				bad = fmt.Errorf("malformed %s", messageName(m.kind))
			}
			return bad == nil && !f.Finished
		})
		return errors.Join(err, bad)
	}
	return fmt.Errorf("content of type %d before the server's finished", kind)
}

// protectedMessage reads a message that only TLS 1.3 encrypts.
func (f *Flight) protectedMessage(m message) bool {
	ok := true
	if m.kind == msgCertificateVerify {
		f.verify = slices.Clone(m.body())
	} else if f.verify == nil {
		f.transcript = append(f.transcript, m.raw...)
	}
	switch m.kind {
	case msgEncryptedExtensions:
		s := cryptobyte.String(m.body())
		f.EncryptedExtensions, ok = readExtensions(&s)
		f.ALPN = readALPN(f.EncryptedExtensions)
	case msgCertificate:
		ok = f.certificates(m, true)
	case msgCompressed:
		s := cryptobyte.String(m.body())
		ok = s.ReadUint16(&f.Compressed)
	case msgCertificateRequest:
		f.CertificateRequest, ok = readCertificateRequest13(m.body())
	case msgCertificateVerify:
		s := cryptobyte.String(m.body())
		var scheme uint16
		ok = s.ReadUint16(&scheme)
		f.CertificateVerify = cipher.SignatureScheme(scheme)
	case msgFinished:
		f.Finished = true
	}
	return ok
}
