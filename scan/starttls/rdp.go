package starttls

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
)

// RDP's negotiation ([MS-RDPBCGR] sections 2.2.1.1.1, 2.2.1.2.1 and 2.2.1.2.2).
const (
	rdpTLS, rdpHybrid, rdpHybridEx = 1, 2, 8 // protocols; none is standard RDP security

	rdpNone     = 0 // nothing was negotiated
	rdpResponse = 2 // TYPE_RDP_NEG_RSP
	rdpFailure  = 3 // TYPE_RDP_NEG_FAILURE
)

// rdp is the negotiation of RDP's security in X.224's connection request ([MS-RDPBCGR] sections 2.2.1.1 and 2.2.1.2). TLS and both kinds of
// CredSSP are asked for, all of which begin with a TLS handshake: a server that demands network level authentication takes no less.
func rdp(_ context.Context, p *peer, _ string) error {
	kind, value, err := p.rdpNegotiate(rdpTLS | rdpHybrid | rdpHybridEx)
	switch {
	case err != nil:
		return err
	case kind == rdpNone:
		return p.refused("the connection confirm negotiates nothing: standard RDP security")
	case kind == rdpResponse && (value == rdpTLS || value == rdpHybrid || value == rdpHybridEx):
		return nil
	case kind == rdpResponse && value == 0:
		return p.refused("the server selected PROTOCOL_RDP: standard RDP security")
	case kind == rdpFailure && (value == 2 || value == 3): // SSL_NOT_ALLOWED_BY_SERVER, SSL_CERT_NOT_ON_SERVER
		return p.refused(fmt.Sprintf("the negotiation failed with code %d ([MS-RDPBCGR] section 2.2.1.2.2)", value))
	}
	return p.unexpected()
}

// rdpClear asks for standard RDP security alone, whose RC4 and unsigned keys protect from nobody who is on the way. A server that demands TLS or
// network level authentication answers with a failure that says so.
func rdpClear(_ context.Context, p *peer, _ string) error {
	kind, value, err := p.rdpNegotiate(0)
	switch {
	case err != nil:
		return err
	case kind == rdpNone, kind == rdpResponse && value == 0:
		return nil
	case kind == rdpFailure && (value == 1 || value == 5 || value == 6): // SSL_REQUIRED_BY_SERVER, HYBRID_REQUIRED_BY_SERVER, SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER
		return p.refused(fmt.Sprintf("the negotiation without TLS failed with code %d ([MS-RDPBCGR] section 2.2.1.2.2)", value))
	}
	return p.unexpected()
}

// rdpNegotiate asks for protocols, and returns what the answer is and its value.
func (p *peer) rdpNegotiate(protocols byte) (kind byte, value uint32, err error) {
	const (
		version = 3    // of TPKT (RFC 1006 section 6)
		confirm = 0xD0 // X.224 connection confirm; the request is 0xE0
		request = "\x03\x00\x00\x13\x0E\xE0\x00\x00\x00\x00\x00\x01\x00\x08\x00"
	)
	if err := p.send(append([]byte(request), protocols, 0, 0, 0), "an X.224 connection confirm"); err != nil {
		return 0, 0, err
	}
	if err := p.first(string(rune(version))); err != nil {
		return 0, 0, err
	}
	head, err := p.take(4)
	if err != nil {
		return 0, 0, err
	}
	size := int(binary.BigEndian.Uint16(head[2:]))
	if head[1] != 0 || size < 4+7 {
		return 0, 0, p.unexpected()
	}
	pdu, err := p.take(size - 4)
	if err != nil {
		return 0, 0, err
	}
	answer := pdu[7:] // length, code, destination and source reference, class
	switch {
	case pdu[1]&0xF0 != confirm || int(pdu[0]) != len(pdu)-1:
		return 0, 0, p.unexpected()
	case len(answer) == 0: // a server from before the negotiation
		return rdpNone, 0, nil
	case len(answer) != 8 || !bytes.Equal(answer[2:4], []byte{8, 0}):
		return 0, 0, p.unexpected()
	}
	return answer[0], binary.LittleEndian.Uint32(answer[4:]), nil
}
