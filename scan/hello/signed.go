package hello

import (
	"bytes"
	"slices"

	"golang.org/x/crypto/cryptobyte"

	"github.com/portseal/portseal/cipher"
)

// Signature is what a server signed in its flight with the key of its certificate: a proof that the holder of that key has answered this
// very hello.
type Signature struct {
	Scheme  cipher.SignatureScheme
	Content []byte // what was signed
	Value   []byte
}

// Signature returns the server's signature: under TLS 1.2 the one of its ServerKeyExchange (RFC 5246 section 7.4.3, RFC 8422 section
// 5.4), under TLS 1.3 its CertificateVerify (RFC 8446 section 4.4.3), of a flight that was opened. Sent is what the flight answers. It
// is not ok where there is none, below TLS 1.2, and behind a HelloRetryRequest.
func (f *Flight) Signature(sent []byte) (s Signature, ok bool) {
	h := f.ServerHello
	if h == nil || h.HelloRetryRequest || f.Retry != nil {
		return s, false
	}
	switch h.Version {
	case cipher.TLSv12:
		return f.keyExchangeSignature(sent)
	case cipher.TLSv13:
		return f.verifySignature(sent)
	}
	return s, false
}

func (f *Flight) keyExchangeSignature(sent []byte) (s Signature, ok bool) {
	x := f.ServerKeyExchange
	if x == nil || !x.Signed {
		return s, false
	}
	client, err := ParseClientHello(sent)
	if err != nil {
		return s, false
	}
	content := slices.Concat(client.Random, f.ServerHello.Random, x.Raw[:len(x.Raw)-x.signature-4]) // scheme and length are 4 octets
	return Signature{x.SignatureScheme, content, x.Raw[len(x.Raw)-x.signature:]}, true
}

func (f *Flight) verifySignature(sent []byte) (s Signature, ok bool) {
	suite, known := suite13Of(f.ServerHello.Suite)
	client, err := firstMessage(sent)
	if f.verify == nil || !known || err != nil {
		return s, false
	}
	transcript := suite.hash()
	transcript.Write(client)
	transcript.Write(f.ServerHello.raw)
	transcript.Write(f.transcript)
	content := append(bytes.Repeat([]byte{' '}, 64), "TLS 1.3, server CertificateVerify\x00"...)
	var signature cryptobyte.String
	body := cryptobyte.String(f.verify)
	if !body.Skip(2) || !body.ReadUint16LengthPrefixed(&signature) || !body.Empty() {
		return s, false
	}
	return Signature{f.CertificateVerify, transcript.Sum(content), signature}, true
}
