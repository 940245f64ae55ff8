// Package flawed has servers with the faults that scanners look for, as the advisories describe them: no such server can be installed any
// more. They speak TLS 1.2 with RSA key exchange up to the client's Finished, which they do not look at but for CBC, and SSLv2 up to its hello.
//
// Limits: they share no code with the scanner, protect nothing, and are for tests.
package flawed

import (
	"bytes"
	"context"
	"crypto/rsa"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"slices"
)

// Server is what one server does wrong. The zero value of each field is right.
type Server struct {
	Certificate []byte // DER
	Key         *rsa.PrivateKey
	Suites      []uint16 // TLS 1.2 suites with RSA key exchange, in its order
	SSL2        []byte   // SSLv2 cipher kinds, three octets each; nil speaks none

	Heartbeat   bool // negotiates the heartbeat extension
	Heartbleed  bool // CVE-2014-0160: answers a heartbeat with as many octets as it claims to have
	EarlyCCS    bool // CVE-2014-0224: takes ChangeCipherSpec at any time
	Tickets     bool // issues session tickets
	Ticketbleed bool // CVE-2016-9244: echoes a session id that comes with a ticket with 32 octets
	Drops       bool // closes where others send an alert
	Vague       bool // says handshake_failure to a record that does not decrypt
	Curt        bool // closes behind a key exchange or a record that it does not like

	// RSA says how a key exchange that is malformed is answered; nil: like every other, at the Finished (RFC 5246 section 7.4.7.1).
	RSA func(fault Fault) (alert byte, answers bool)

	// CBC says how a record of application data is answered: whether it is taken, and the alert where it is not, CloseNotify for none. With it the
	// handshake of TLS_RSA_WITH_AES_128_CBC_SHA is gone through.
	CBC func(Record) (alert byte, taken bool)
}

// Memory is what the server's memory holds around a heartbeat. No octet of it may be found in a report.
const Memory = "-----BEGIN RSA PRIVATE KEY----- this must never leave the server -----"

// Serve serves one connection.
func (s Server) Serve(_ context.Context, conn *net.TCPConn) {
	var start [5]byte
	if _, err := io.ReadFull(conn, start[:]); err != nil {
		return
	}
	if start[0]&0x80 != 0 {
		s.ssl2(conn, start)
		return
	}
	hello := make([]byte, binary.BigEndian.Uint16(start[3:]))
	if _, err := io.ReadFull(conn, hello); err != nil {
		return
	}
	c := &connection{Server: s, conn: conn}
	if c.greet(hello) == nil {
		for c.next() == nil {
		}
	}
}

// connection is one connection of TLS.
type connection struct {
	Server
	conn      net.Conn
	decrypts  bool // a ChangeCipherSpec was taken
	exchanged bool // the key exchange has come

	clientRandom, transcript []byte
	session                  session
}

var errDone = errors.New("the connection is over")

func (c *connection) send(kind byte, body []byte) error {
	header := []byte{kind, 3, 3, byte(len(body) >> 8), byte(len(body))}
	_, err := c.conn.Write(append(header, body...))
	return err
}

// alert ends the connection.
func (c *connection) alert(description byte) error {
	if !c.Drops {
		_ = c.send(21, []byte{2, description})
	}
	return errDone
}

// greet answers a ClientHello.
func (c *connection) greet(hello []byte) error {
	suites, extensions, ok := readHello(hello)
	if !ok {
		return c.alert(50)
	}
	if binary.BigEndian.Uint16(hello[4:]) != 0x0303 || extensions[43] != nil {
		return c.alert(70)
	}
	at := slices.IndexFunc(c.Suites, func(s uint16) bool { return slices.Contains(suites, s) })
	if at < 0 {
		return c.alert(40)
	}
	var ext []byte
	if extensions[0xff01] != nil {
		ext = append(ext, 0xff, 1, 0, 1, 0)
	}
	if c.Heartbeat && extensions[15] != nil {
		ext = append(ext, 0, 15, 0, 1, 1)
	}
	id := hello[39 : 39+int(hello[38])]
	if len(extensions[35]) == 0 {
		id = nil // no ticket: nothing is resumed
	}
	if c.Ticketbleed && len(id) > 0 {
		id = append(id[:len(id):len(id)], Memory...)[:32]
	}
	body := append([]byte{3, 3}, bytes.Repeat([]byte{7}, 32)...)
	body = append(append(body, byte(len(id))), id...)
	body = append(body, byte(c.Suites[at]>>8), byte(c.Suites[at]), 0, byte(len(ext)>>8), byte(len(ext)))
	flight := message(2, append(body, ext...))
	flight = append(flight, message(11, sized(sized(c.Certificate)))...)
	flight = append(flight, message(14, nil)...)
	c.clientRandom, c.transcript = hello[6:38], slices.Concat(hello, flight)
	return c.send(22, flight)
}

func message(kind byte, body []byte) []byte { return append([]byte{kind}, sized(body)...) }

// sized puts a length of three octets before something.
func sized(b []byte) []byte {
	return append([]byte{byte(len(b) >> 16), byte(len(b) >> 8), byte(len(b))}, b...)
}

// next serves one record.
func (c *connection) next() error {
	var header [5]byte
	if _, err := io.ReadFull(c.conn, header[:]); err != nil {
		return err
	}
	body := make([]byte, binary.BigEndian.Uint16(header[3:]))
	if _, err := io.ReadFull(c.conn, body); err != nil {
		return err
	}
	if c.decrypts && c.exchanged && c.Tickets {
		// Whether the Finished is right is not looked at; nor is there one of the server's own.
		return errors.Join(c.send(22, message(4, append([]byte{0, 0, 1, 44, 0, 6}, "ticket"...))), c.send(20, []byte{1}), errDone)
	}
	if c.decrypts && c.CBC != nil {
		return c.record(header[0], body)
	}
	switch {
	case c.decrypts && c.Curt:
		return errDone
	case c.decrypts && c.Vague:
		return c.alert(40)
	}
	if c.decrypts {
		return c.alert(20) // no record of a client that knows no keys can be decrypted
	}
	switch header[0] {
	case 20:
		if !c.exchanged && !c.EarlyCCS {
			return c.alert(10)
		}
		c.decrypts = true
		return nil
	case 21:
		return errDone
	case 22:
		return c.exchange(body)
	case 24:
		return c.beat(body)
	}
	return c.alert(10)
}

// beat answers a heartbeat request: RFC 6520 section 4 has one discarded that claims more than it has.
func (c *connection) beat(body []byte) error {
	if !c.Heartbleed || len(body) < 3 {
		return nil
	}
	claimed := int(binary.BigEndian.Uint16(body[1:]))
	answer := append([]byte{2}, body[1:]...)
	answer = append(answer, bytes.Repeat([]byte(Memory), claimed/len(Memory)+1)[:claimed+16]...)
	for len(answer) > 0 {
		n := min(len(answer), 1<<14)
		if err := c.send(24, answer[:n]); err != nil {
			return err
		}
		answer = answer[n:]
	}
	return nil
}

// readHello reads suites and extensions of a ClientHello.
func readHello(b []byte) (suites []uint16, extensions map[uint16][]byte, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false // a hello that ends early is no hello
		}
	}()
	at := 4 + 2 + 32
	at += 1 + int(b[at])
	for end := at + 2 + int(binary.BigEndian.Uint16(b[at:])); at+2 < end; at += 2 {
		suites = append(suites, binary.BigEndian.Uint16(b[at+2:]))
	}
	at += 2
	at += 1 + int(b[at])
	extensions = map[uint16][]byte{}
	for at += 2; at < len(b); {
		kind, size := binary.BigEndian.Uint16(b[at:]), int(binary.BigEndian.Uint16(b[at+2:]))
		extensions[kind] = append([]byte{}, b[at+4:at+4+size]...)
		at += 4 + size
	}
	return suites, extensions, true
}
