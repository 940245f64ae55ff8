package starttls

import (
	"bytes"
	"context"
	"encoding/binary"
)

// mysql is the connection phase of MySQL and MariaDB ("Protocol::HandshakeV10", "Protocol::SSLRequest" in their
// documentation). The server speaks first and lists its capabilities; there is no go-ahead after SSLRequest. Whether it serves without TLS cannot be
// seen without credentials: MariaDB 10.11 answers a wrong login in clear by "Access denied" (1045) with require_secure_transport and without, and
// says that insecure transport is prohibited (3159) only to one that has succeeded. So none is sent.
func mysql(_ context.Context, p *peer, _ string) error {
	const clientProtocol41, clientSSL, clientSecureConnection = 0x0200, 0x0800, 0x8000
	p.want = "a MySQL handshake packet of version 10"
	head, err := p.take(4) // length in three octets, then a sequence number
	if err != nil {
		return err
	}
	length := int(head[0]) | int(head[1])<<8 | int(head[2])<<16
	if head[3] != 0 {
		return p.unexpected()
	}
	packet, err := p.take(length)
	if err != nil {
		return err
	}
	if len(packet) == 0 || packet[0] != 10 { // 0xFF is an error: too many connections, this host is blocked
		return p.unexpected()
	}
	end := bytes.IndexByte(packet, 0) // of the server's version; thread id, half the nonce and a filler follow
	if end < 0 || len(packet) < end+1+4+8+1+2 {
		return p.unexpected()
	}
	if binary.LittleEndian.Uint16(packet[end+14:])&clientSSL == 0 {
		return p.refused("the handshake packet does not offer CLIENT_SSL")
	}
	if err := p.nothingMore(); err != nil {
		return err
	}
	request := make([]byte, 4+32)
	request[0], request[3] = 32, 1
	binary.LittleEndian.PutUint32(request[4:], clientProtocol41|clientSSL|clientSecureConnection)
	binary.LittleEndian.PutUint32(request[8:], 1<<24) // the longest packet
	request[12] = 33                                  // utf8_general_ci
	return p.send(request, "a ServerHello")
}
