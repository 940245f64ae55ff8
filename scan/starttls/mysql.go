package starttls

import (
	"bytes"
	"context"
	"encoding/binary"
)

// mysql is the connection phase of MySQL and MariaDB ("Protocol::HandshakeV10", "Protocol::SSLRequest" in their
// documentation). The server speaks first and lists its capabilities; there is no go-ahead after SSLRequest.
func mysql(_ context.Context, p *peer, _ string) error {
	capabilities, err := p.mysqlGreeting()
	if err != nil {
		return err
	}
	if capabilities&clientSSL == 0 {
		return p.refused("the handshake packet does not offer CLIENT_SSL")
	}
	if err := p.nothingMore(); err != nil {
		return err
	}
	return p.send(mysqlResponse(clientSSL, ""), "a ServerHello")
}

// The capabilities that matter here ("Capabilities Flags").
const (
	clientProtocol41       = 0x0200
	clientSSL              = 0x0800
	clientSecureConnection = 0x8000
)

// mysqlResponse begins as SSLRequest and HandshakeResponse41 do; more follows in the latter.
func mysqlResponse(capabilities uint32, more string) []byte {
	request := make([]byte, 4+32, 4+32+len(more))
	request[0], request[3] = byte(32+len(more)), 1
	binary.LittleEndian.PutUint32(request[4:], clientProtocol41|clientSecureConnection|capabilities)
	binary.LittleEndian.PutUint32(request[8:], 1<<24) // the longest packet
	request[12] = 33                                  // utf8_general_ci
	return append(request, more...)
}

// mysqlGreeting reads the server's first packet, and returns the lower half of its capabilities.
func (p *peer) mysqlGreeting() (capabilities uint16, err error) {
	p.want = "a MySQL handshake packet of version 10"
	packet, err := p.mysqlPacket(0)
	if err != nil {
		return 0, err
	}
	if len(packet) == 0 || packet[0] != 10 { // 0xFF is an error: too many connections, this host is blocked
		return 0, p.unexpected()
	}
	end := bytes.IndexByte(packet, 0) // of the server's version; thread id, half the nonce and a filler follow
	if end < 0 || len(packet) < end+1+4+8+1+2 {
		return 0, p.unexpected()
	}
	return binary.LittleEndian.Uint16(packet[end+14:]), nil
}

// mysqlPacket takes a packet with that number.
func (p *peer) mysqlPacket(number byte) ([]byte, error) {
	head, err := p.take(4) // length in three octets, then the number
	if err != nil {
		return nil, err
	}
	if head[3] != number {
		return nil, p.unexpected()
	}
	return p.take(int(head[0]) | int(head[1])<<8 | int(head[2])<<16)
}

// mysqlClear answers the greeting without CLIENT_SSL, with a user's name and no password. A server with require_secure_transport refuses that
// (error 3159, ER_SECURE_TRANSPORT_REQUIRED); another goes on to authentication, whatever comes of it.
func mysqlClear(_ context.Context, p *peer, _ string) error {
	const accessDenied, accessDeniedNoPassword, secureTransportRequired = 1045, 1698, 3159
	if _, err := p.mysqlGreeting(); err != nil {
		return err
	}
	if err := p.send(mysqlResponse(0, "portseal\x00\x00"), "an answer to HandshakeResponse41"); err != nil {
		return err
	}
	packet, err := p.mysqlPacket(2)
	if err != nil {
		return err
	}
	if len(packet) > 0 && packet[0] <= 1 || len(packet) > 0 && packet[0] == 0xFE { // OK, more data, or another way to authenticate
		return nil
	}
	if len(packet) < 3 || packet[0] != 0xFF {
		return p.unexpected()
	}
	switch binary.LittleEndian.Uint16(packet[1:]) {
	case secureTransportRequired:
		return p.refused("the answer to a client without CLIENT_SSL")
	case accessDenied, accessDeniedNoPassword:
		return nil
	}
	return p.unexpected()
}
