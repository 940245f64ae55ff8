package tlstest

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"testing"

	"github.com/portseal/portseal/internal/tlstest/badserver"
)

// TDSEncryption is what a TDS server is set to ([MS-TDS] section 2.2.6.5).
type TDSEncryption byte

// The settings, and what such a server answers to a client that asks for encryption, and to one that cannot encrypt.
const (
	TDSOff          TDSEncryption = 0 // ENCRYPT_ON, ENCRYPT_NOT_SUP: encryption for those who ask
	TDSNotSupported TDSEncryption = 2 // ENCRYPT_NOT_SUP to all
	TDSRequired     TDSEncryption = 3 // ENCRYPT_ON, ENCRYPT_REQ and the end of the connection
)

// TDS starts a server of TDS 7.4 as far as the end of a TLS handshake, which it carries in packets; behind it the records come as they are.
// Made after [MS-TDS] sections 2.2.3.1, 2.2.6.5 and 3.3.5, for no Debian package has such a server. Limit: nobody can log in.
func TDS(t testing.TB, cfg *tls.Config, setting TDSEncryption) *badserver.Server {
	t.Helper()
	return Bad(t, func(ctx context.Context, conn *net.TCPConn) {
		s := &tdsServer{Conn: conn}
		request, err := s.packet()
		if err != nil || len(request) < 6 {
			return
		}
		asked := byte(0)
		for at := 0; at+5 <= len(request) && request[at] != 0xFF; at += 5 {
			if offset := int(binary.BigEndian.Uint16(request[at+1:])); request[at] == 1 && offset < len(request) {
				asked = request[offset]
			}
		}
		answer := tdsAnswer(setting, asked)
		if s.write(4, append([]byte("\x00\x00\x0b\x00\x06\x01\x00\x11\x00\x01\xff\x10\x00\x03\xe8\x00\x00"), answer)) != nil || answer != 1 {
			return
		}
		session := tls.Server(s, cfg)
		if session.HandshakeContext(ctx) != nil {
			return
		}
		s.bare = true
		_, _ = io.Copy(io.Discard, session)
	})
}

func tdsAnswer(setting TDSEncryption, asked byte) byte {
	switch {
	case setting == TDSNotSupported, setting == TDSOff && asked == byte(TDSNotSupported):
		return byte(TDSNotSupported)
	case asked == byte(TDSNotSupported):
		return byte(TDSRequired)
	}
	return 1
}

// tdsServer is one connection, in packets until it is bare.
type tdsServer struct {
	net.Conn
	rest []byte // of the last packet
	bare bool
}

// packet reads a PRELOGIN packet, and returns what is in it.
func (s *tdsServer) packet() ([]byte, error) {
	head := make([]byte, 8)
	if _, err := io.ReadFull(s.Conn, head); err != nil {
		return nil, err
	}
	if head[0] != 0x12 {
		return nil, errors.New("no PRELOGIN packet")
	}
	body := make([]byte, max(0, int(binary.BigEndian.Uint16(head[2:]))-8))
	_, err := io.ReadFull(s.Conn, body)
	return body, err
}

func (s *tdsServer) write(kind byte, body []byte) error {
	var out bytes.Buffer
	for number := byte(1); ; number++ {
		data := body[:min(len(body), 1000)] // small packets, so that flights take several
		body = body[len(data):]
		status := byte(0)
		if len(body) == 0 {
			status = 1
		}
		out.Write([]byte{kind, status, byte((len(data) + 8) >> 8), byte(len(data) + 8), 0, 0, number, 0})
		out.Write(data)
		if status == 1 {
			_, err := s.Conn.Write(out.Bytes())
			return err
		}
	}
}

// Read reads what is in the packets that come, and behind the handshake what comes.
func (s *tdsServer) Read(b []byte) (int, error) {
	for len(s.rest) == 0 && !s.bare {
		var err error
		if s.rest, err = s.packet(); err != nil {
			return 0, err
		}
	}
	if len(s.rest) == 0 {
		return s.Conn.Read(b)
	}
	n := copy(b, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// Write writes packets, and behind the handshake records.
func (s *tdsServer) Write(b []byte) (int, error) {
	if s.bare {
		return s.Conn.Write(b)
	}
	return len(b), s.write(0x12, b)
}
