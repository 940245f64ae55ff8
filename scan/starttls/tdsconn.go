package starttls

import (
	"encoding/binary"
	"net"
)

// tdsConn carries a TLS handshake in TDS packets of type PRELOGIN, as TDS 7.x does ([MS-TDS] section 2.2.6.5). Behind the handshake the records
// of the server come without packets: the first octet of each tells which (a TLS record begins with 20 to 23). All that is written goes in
// packets, for nothing is written behind a handshake here but the alert that ends it.
type tdsConn struct {
	net.Conn
	head []byte // of a packet, as far as it was read
	left int    // octets of the packet that were not read yet
	bare bool   // what comes is in no packet any more
}

func wrapTDS(conn net.Conn) net.Conn { return &tdsConn{Conn: conn} }

// Read takes octets out of their packets. What is no packet is handed on as it is: whoever reads will see that it is no TLS.
func (c *tdsConn) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	for !c.bare && c.left == 0 {
		if err := c.header(); err != nil {
			return 0, err
		}
	}
	if c.bare && len(c.head) > 0 {
		n := copy(b, c.head)
		c.head = c.head[n:]
		return n, nil
	}
	if c.bare {
		return c.Conn.Read(b)
	}
	n, err := c.Conn.Read(b[:min(len(b), c.left)])
	c.left -= n
	return n, err
}

// header reads on in a packet's header: it may come in pieces, with a deadline between them.
func (c *tdsConn) header() error {
	octets := make([]byte, tdsHeader-len(c.head))
	n, err := c.Conn.Read(octets)
	c.head = append(c.head, octets[:n]...)
	if len(c.head) > 0 && c.head[0] != tdsPreLogin && c.head[0] != tdsResponse {
		c.bare = true
		return nil
	}
	if len(c.head) < tdsHeader {
		return err
	}
	size := int(binary.BigEndian.Uint16(c.head[2:]))
	if size < tdsHeader {
		c.bare = true
		return nil
	}
	c.left, c.head = size-tdsHeader, nil
	return nil
}

// Write puts octets into one message of packets.
func (c *tdsConn) Write(b []byte) (int, error) {
	const most = 4096 - tdsHeader // of the size of packets before a login
	var out []byte
	for at, number := 0, byte(1); at < len(b); at, number = at+most, number+1 {
		data := b[at:min(at+most, len(b))]
		status := byte(0)
		if at+most >= len(b) {
			status = tdsLast
		}
		out = append(out, tdsPreLogin, status)
		out = binary.BigEndian.AppendUint16(out, uint16(tdsHeader+len(data)))
		out = append(append(out, 0, 0, number, 0), data...)
	}
	if _, err := c.Conn.Write(out); err != nil {
		return 0, err
	}
	return len(b), nil
}
