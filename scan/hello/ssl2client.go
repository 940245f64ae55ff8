package hello

import (
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"

	"github.com/portseal/portseal/cipher"
)

func (h ClientHello) marshalSSL2() ([]byte, error) {
	b := cryptobyte.NewBuilder(make([]byte, 0, 32+3*len(h.Suites)))
	b.AddUint8(ssl2ClientHello)
	b.AddUint16(uint16(cipher.SSLv2))
	b.AddUint16(uint16(3 * len(h.Suites)))
	b.AddUint16(0) // no session id
	challenge := h.keys().challenge
	b.AddUint16(uint16(len(challenge)))
	for _, kind := range h.Suites {
		b.AddUint24(kind.Code())
	}
	b.AddBytes(challenge)
	message, err := b.Bytes()
	if err != nil {
		return nil, fmt.Errorf("SSLv2 client hello: %w", err)
	}
	if len(message) > 1<<15-1 {
		return nil, fmt.Errorf("SSLv2 client hello: %d cipher kinds do not fit into one record", len(h.Suites))
	}
	return append([]byte{0x80 | byte(len(message)>>8), byte(len(message))}, message...), nil
}

func parseSSL2ClientHello(sent []byte) (ClientHello, error) {
	body, _, ok := ssl2Record(sent)
	if !ok {
		return ClientHello{}, fmt.Errorf("SSLv2 client hello: %w", ErrIncomplete)
	}
	s := cryptobyte.String(body)
	var version, kindsLen, idLen, challengeLen uint16
	var kinds []byte
	h := ClientHello{}
	if !s.Skip(1) || !s.ReadUint16(&version) || !s.ReadUint16(&kindsLen) || !s.ReadUint16(&idLen) || !s.ReadUint16(&challengeLen) ||
		kindsLen%3 != 0 || !s.ReadBytes(&kinds, int(kindsLen)) || !s.ReadBytes(&h.SessionID, int(idLen)) ||
		!s.ReadBytes(&h.Random, int(challengeLen)) {
		return ClientHello{}, errors.New("SSLv2 client hello: malformed")
	}
	h.Version = cipher.Version(version)
	for i := 0; i < len(kinds); i += 3 {
		h.Suites = append(h.Suites, cipher.SSL2(uint32(kinds[i])<<16|uint32(kinds[i+1])<<8|uint32(kinds[i+2])))
	}
	return h, nil
}
