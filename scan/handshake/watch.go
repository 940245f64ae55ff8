package handshake

import (
	"bytes"
	"encoding/hex"
	"net"
	"time"
)

// keyLog takes the lines of a key log (SSLKEYLOGFILE format) and keeps the TLS 1.3 server handshake traffic secret; the first application
// secret of the server where tickets are to be read; and the master secret of a session that is to be renegotiated. Only the first of them ever
// leaves this package.
type keyLog struct {
	tickets, renegotiates                      bool
	serverHandshake, serverApplication, master []byte
}

// Write reads one line, as both libraries write them, and never fails.
func (k *keyLog) Write(line []byte) (int, error) {
	fields := bytes.Fields(line)
	if len(fields) != 3 {
		return len(line), nil
	}
	secret, err := hex.DecodeString(string(fields[2]))
	switch name := string(fields[0]); {
	case err != nil:
	case name == "SERVER_HANDSHAKE_TRAFFIC_SECRET":
		k.serverHandshake = secret
	case name == "SERVER_TRAFFIC_SECRET_0" && k.tickets:
		k.serverApplication = secret
	case name == "CLIENT_RANDOM" && k.renegotiates:
		k.master = secret
	}
	return len(line), nil
}

// watched is a connection that measures the round trip and counts the records that begin after the handshake: the libraries
// hide tickets from Read. One goroutine uses it.
type watched struct {
	net.Conn
	written time.Time     // when the first flight was written
	trip    time.Duration // from the first flight to the first answer, the peer's own time included

	header  [5]byte
	have    int  // octets of header
	left    int  // octets of the record that are still to come
	after   bool // the handshake is complete
	counted bool // the record being read began after it
	records int  // complete ones that began after the handshake
	linger  func() time.Time

	keeps          bool // what is sent and received
	sent, received []byte
}

// Write writes, and notes the time of the first flight.
func (w *watched) Write(p []byte) (int, error) {
	n, err := w.Conn.Write(p)
	if w.keeps {
		w.sent = append(w.sent, p[:n]...)
	}
	if w.written.IsZero() {
		w.written = time.Now()
	}
	return n, err
}

// Read reads, counts, and once a record has come after the handshake waits only as long as linger says.
func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if w.trip == 0 && n > 0 {
		w.trip = time.Since(w.written)
	}
	if w.keeps {
		w.received = append(w.received, p[:n]...)
	}
	before := w.records
	w.count(p[:n])
	if w.records > 0 && before == 0 && w.linger != nil {
		_ = w.SetReadDeadline(w.linger())
	}
	return n, err
}

// count follows the record headers.
func (w *watched) count(p []byte) {
	for len(p) > 0 {
		if w.have < len(w.header) {
			if w.have == 0 {
				w.counted = w.after
			}
			n := copy(w.header[w.have:], p)
			w.have += n
			p = p[n:]
			if w.have < len(w.header) {
				return
			}
			w.left = int(w.header[3])<<8 | int(w.header[4])
		}
		n := min(w.left, len(p))
		w.left -= n
		p = p[n:]
		if w.left == 0 {
			w.have = 0
			if w.counted {
				w.records++
			}
		}
	}
}
