package hello

import (
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"

	"github.com/portseal/portseal/cipher"
)

// ParseClientHello reads what was offered, from the bytes that were sent: the first message of a connection, in TLS or SSLv2
// form. Seed and PadTo cannot be known from them. Version is the newest one offered.
func ParseClientHello(sent []byte) (ClientHello, error) {
	if len(sent) > 2 && sent[0]&0x80 != 0 && sent[2] == ssl2ClientHello {
		return parseSSL2ClientHello(sent)
	}
	raw, err := firstMessage(sent)
	if err != nil {
		return ClientHello{}, fmt.Errorf("client hello: %w", err)
	}
	s := cryptobyte.String(raw[4:])
	var h ClientHello
	var version uint16
	var sessionID, suites, compression cryptobyte.String
	if raw[0] != msgClientHello || !s.ReadUint16(&version) || !s.ReadBytes(&h.Random, 32) ||
		!s.ReadUint8LengthPrefixed(&sessionID) || !s.ReadUint16LengthPrefixed(&suites) || len(suites)%2 != 0 ||
		!s.ReadUint8LengthPrefixed(&compression) {
		return ClientHello{}, errors.New("client hello: malformed")
	}
	h.Version, h.SessionID = cipher.Version(version), sessionID
	for _, method := range compression {
		if method != 0 {
			h.Compressions = append(h.Compressions, method)
		}
	}
	h.Suites = make([]cipher.ID, 0, len(suites)/2)
	for i := 0; i < len(suites); i += 2 {
		h.Suites = append(h.Suites, cipher.TLS(uint16(suites[i])<<8|uint16(suites[i+1])))
	}
	if s.Empty() {
		return h, nil
	}
	var ok bool
	if h.Extensions, ok = readExtensions(&s); !ok || !s.Empty() {
		return ClientHello{}, errors.New("client hello: malformed extensions")
	}
	for _, e := range h.Extensions {
		if !h.readExtension(e) {
			return ClientHello{}, fmt.Errorf("client hello: malformed extension %d", e.ID)
		}
	}
	return h, nil
}

// firstMessage returns the first handshake message of a stream of records.
func firstMessage(data []byte) ([]byte, error) {
	var found []byte
	var asm assembler
	for at := 0; found == nil; {
		r, err := nextRecord(data, at)
		if err != nil {
			return nil, err
		}
		if r.kind != typeHandshake {
			return nil, fmt.Errorf("record of type %d where a handshake message begins", r.kind)
		}
		err = asm.feed(r.body, r.at, func(m message) bool {
			found = m.raw
			return false
		})
		if err != nil {
			return nil, err
		}
		at = r.at + len(r.body)
	}
	return found, nil
}

func (h *ClientHello) readExtension(e Extension) bool {
	s := cryptobyte.String(e.Data)
	var list cryptobyte.String
	ok := true
	switch e.ID {
	case extServerName:
		h.ServerName, ok = readServerName(s)
	case extSupportedGroups:
		ok = s.ReadUint16LengthPrefixed(&list)
		h.Groups = []cipher.Group{}
		for ok && !list.Empty() {
			var g uint16
			ok = list.ReadUint16(&g)
			h.Groups = append(h.Groups, cipher.Group(g))
		}
	case extPointFormats:
		h.PointFormats = true
	case extSignatureAlgorithms:
		if ok = s.ReadUint16LengthPrefixed(&list); ok {
			h.SignatureSchemes, ok = readSchemes(list)
		}
	case extALPN:
		ok = s.ReadUint16LengthPrefixed(&list)
		for ok && !list.Empty() {
			var name cryptobyte.String
			ok = list.ReadUint8LengthPrefixed(&name)
			h.ALPN = append(h.ALPN, string(name))
		}
	case extStatusRequest:
		h.StatusRequest = true
	case extSCT:
		h.SCT = true
	case extExtendedMasterSecret:
		h.ExtendedMasterSecret = true
	case extRenegotiationInfo:
		h.RenegotiationInfo = true
	case extSupportedVersions:
		ok = s.ReadUint8LengthPrefixed(&list)
		for ok && !list.Empty() {
			var v uint16
			ok = list.ReadUint16(&v)
			if cipher.Version(v) <= cipher.TLSv13 {
				h.Version = max(h.Version, cipher.Version(v))
			}
		}
	case extKeyShare:
		shares, good := readShares(e.Data)
		for _, share := range shares {
			h.KeyShares = append(h.KeyShares, share.group)
		}
		ok = good
	}
	return ok
}

// readServerName returns the host_name of a server_name extension.
func readServerName(s cryptobyte.String) (string, bool) {
	var list, name cryptobyte.String
	var kind uint8
	if !s.ReadUint16LengthPrefixed(&list) || !list.ReadUint8(&kind) || !list.ReadUint16LengthPrefixed(&name) {
		return "", false
	}
	return string(name), kind == 0
}
