package starttls

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
)

// rdp is the negotiation of RDP's security in X.224's connection request ([MS-RDPBCGR] sections 2.2.1.1 and 2.2.1.2). TLS and both kinds of
// CredSSP are asked for, all of which begin with a TLS handshake: a server that demands network level authentication takes no less.
func rdp(_ context.Context, p *peer, _ string) error {
	const (
		version               = 3    // of TPKT (RFC 1006 section 6)
		confirm               = 0xD0 // X.224 connection confirm; the request is 0xE0
		response              = 2    // TYPE_RDP_NEG_RSP
		failure               = 3    // TYPE_RDP_NEG_FAILURE
		ssl, hybrid, hybridEx = 1, 2, 8
		request               = "\x03\x00\x00\x13\x0E\xE0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x0B\x00\x00\x00"
	)
	if err := p.send([]byte(request), "an X.224 connection confirm"); err != nil {
		return err
	}
	if err := p.first(string(rune(version))); err != nil {
		return err
	}
	head, err := p.take(4)
	if err != nil {
		return err
	}
	size := int(binary.BigEndian.Uint16(head[2:]))
	if head[1] != 0 || size < 4+7 {
		return p.unexpected()
	}
	pdu, err := p.take(size - 4)
	if err != nil {
		return err
	}
	answer := pdu[7:] // length, code, destination and source reference, class
	switch {
	case pdu[1]&0xF0 != confirm || int(pdu[0]) != len(pdu)-1:
		return p.unexpected()
	case len(answer) == 0: // a server from before the negotiation
		return p.refused("the connection confirm negotiates nothing: standard RDP security")
	case len(answer) != 8 || !bytes.Equal(answer[2:4], []byte{8, 0}):
		return p.unexpected()
	}
	switch value := binary.LittleEndian.Uint32(answer[4:]); {
	case answer[0] == response && (value == ssl || value == hybrid || value == hybridEx):
		return nil
	case answer[0] == response && value == 0:
		return p.refused("the server selected PROTOCOL_RDP: standard RDP security")
	case answer[0] == failure && (value == 2 || value == 3): // SSL_NOT_ALLOWED_BY_SERVER, SSL_CERT_NOT_ON_SERVER
		return p.refused(fmt.Sprintf("the negotiation failed with code %d ([MS-RDPBCGR] section 2.2.1.2.2)", value))
	}
	return p.unexpected()
}
