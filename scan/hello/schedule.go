package hello

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"
	"hash"

	"golang.org/x/crypto/cryptobyte"

	"github.com/portseal/portseal/cipher"
)

// suite13 is what the key schedule needs to know of a TLS 1.3 cipher suite (RFC 8446 section B.4).
type suite13 struct {
	hash   func() hash.Hash
	keyLen int
	aead   aeadKind
}

func suite13Of(id cipher.ID) (suite13, bool) {
	switch id {
	case 0x1301:
		return suite13{sha256.New, 16, aeadGCM}, true
	case 0x1302:
		return suite13{sha512.New384, 32, aeadGCM}, true
	case 0x1303:
		return suite13{sha256.New, 32, aeadChaCha}, true
	case 0x1304:
		return suite13{sha256.New, 16, aeadCCM}, true
	case 0x1305:
		return suite13{sha256.New, 16, aeadCCM8}, true
	}
	return suite13{}, false
}

// HandshakeSecret returns the server_handshake_traffic_secret (RFC 8446 section 7.1) of an answer to a hello that Marshal
// made with these keys and a key share. It opens the server's flight and nothing else. It is an error when the answer is no
// TLS 1.3 ServerHello, asks for another group, or uses a cipher suite whose flights this package does not open.
func (f *Flight) HandshakeSecret(sent []byte, keys *Keys) ([]byte, error) {
	h := f.ServerHello
	switch {
	case h == nil:
		return nil, errors.New("handshake secret: no server hello")
	case h.HelloRetryRequest || f.Retry != nil:
		return nil, fmt.Errorf("handshake secret: the server asked for another hello, with group %d", uint16(h.Group))
	case h.Version != cipher.TLSv13 || h.KeyShare == nil:
		return nil, fmt.Errorf("handshake secret: the server chose %v without a key share", h.Version)
	}
	suite, ok := suite13Of(h.Suite)
	if !ok {
		return nil, fmt.Errorf("handshake secret: cipher suite %v is not supported", h.Suite)
	}
	clientHello, err := firstMessage(sent)
	if err != nil {
		return nil, fmt.Errorf("handshake secret: client hello: %w", err)
	}
	offered, err := ParseClientHello(sent)
	if err != nil {
		return nil, fmt.Errorf("handshake secret: %w", err)
	}
	if err := keys.mine(offered, h.Group); err != nil {
		return nil, fmt.Errorf("handshake secret: %w", err)
	}
	shared, err := keys.sharedSecret(h.Group, h.KeyShare)
	if err != nil {
		return nil, fmt.Errorf("handshake secret: %w", err)
	}
	return serverSecret(suite.hash, shared, clientHello, h.raw)
}

// mine says whether the hello's share of a group is of these keys.
func (k *Keys) mine(offered ClientHello, g cipher.Group) error {
	data, _ := findExtension(offered.Extensions, extKeyShare)
	shares, _ := readShares(data)
	for _, s := range shares {
		if s.group != g {
			continue
		}
		own, err := k.share(g)
		if err != nil {
			return err
		}
		if !bytes.Equal(own, s.key) {
			return fmt.Errorf("the key share of group %d was not made with this seed", uint16(g))
		}
		return nil
	}
	return fmt.Errorf("the server chose group %d, for which no key share was sent", uint16(g))
}

// serverSecret is the part of RFC 8446's key schedule (section 7.1) that leads to the server's handshake traffic secret.
func serverSecret(h func() hash.Hash, shared, clientHello, serverHello []byte) ([]byte, error) {
	zeros := make([]byte, h().Size())
	early, err := hkdf.Extract(h, zeros, zeros)
	if err != nil {
		return nil, err
	}
	derived, err := expandLabel(h, early, "derived", h().Sum(nil), len(zeros))
	if err != nil {
		return nil, err
	}
	handshake, err := hkdf.Extract(h, shared, derived)
	if err != nil {
		return nil, err
	}
	transcript := h()
	transcript.Write(clientHello)
	transcript.Write(serverHello)
	return expandLabel(h, handshake, "s hs traffic", transcript.Sum(nil), len(zeros))
}

// expandLabel is HKDF-Expand-Label.
func expandLabel(h func() hash.Hash, secret []byte, label string, context []byte, n int) ([]byte, error) {
	var b cryptobyte.Builder
	b.AddUint16(uint16(n))
	b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte("tls13 " + label)) })
	b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(context) })
	info, err := b.Bytes()
	if err != nil {
		return nil, err
	}
	return hkdf.Expand(h, secret, string(info), n)
}
