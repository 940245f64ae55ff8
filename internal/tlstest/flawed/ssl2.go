package flawed

import (
	"encoding/binary"
	"io"
	"net"
)

// ssl2 answers an SSLv2 CLIENT-HELLO with a SERVER-HELLO (draft-hickman-netscape-ssl-00, section 2.6), or closes.
func (s Server) ssl2(conn *net.TCPConn, start [5]byte) {
	rest := make([]byte, max(0, int(binary.BigEndian.Uint16(start[:])&0x7fff)-3))
	if _, err := io.ReadFull(conn, rest); err != nil || s.SSL2 == nil || start[2] != 1 {
		return
	}
	id := make([]byte, 16)
	body := []byte{4, 0, 1, 0, 2}
	for _, part := range [][]byte{s.Certificate, s.SSL2, id} {
		body = binary.BigEndian.AppendUint16(body, uint16(len(part)))
	}
	for _, part := range [][]byte{s.Certificate, s.SSL2, id} {
		body = append(body, part...)
	}
	_, _ = conn.Write(append([]byte{0x80 | byte(len(body)>>8), byte(len(body))}, body...))
	_, _ = io.Copy(io.Discard, conn)
}
