package handshake

import (
	"bytes"
	"context"
	"errors"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// errNoRenegotiation says that a session is not one that this package can ask to renegotiate.
var errNoRenegotiation = errors.New("renegotiation is asked for in TLS 1.2 with a CBC or AEAD cipher suite")

// Record and message types (RFC 5246 sections 6.2.1, 7.1 and 7.4).
const (
	recordAlert     = 21
	recordHandshake = 22
	msgServerHello  = 2
)

// renegotiate sends a ClientHello inside a session that stands, as a client does that wants to renegotiate (RFC 5746 section 3.5), and waits
// for what the peer makes of it: neither library lets a client do that. The first octets decide, and the connection is given up.
func (hs Handshaker) renegotiate(ctx context.Context, w *watched, h scan.Handshake, res *scan.HandshakeResult, master []byte) {
	session, err := newSession12(*res.Suite, master, w.sent, w.received)
	if err != nil {
		res.Error = err.Error()
		return
	}
	again := hello.New(cipher.TLSv12, h.Suites, h.ServerName, "renegotiation")
	again.RenegotiationInfo = false
	if session.secure {
		again.More = []hello.Extension{{ID: 0xFF01, Data: append([]byte{byte(len(session.verify))}, session.verify...)}}
	}
	record, err := again.Marshal()
	if err != nil {
		res.Error = err.Error()
		return
	}
	const header = 5
	limit(ctx, w)
	if _, err = w.Write(session.client.seal(recordHandshake, record[header:])); err == nil {
		err = session.answer(w, res)
	}
	if err != nil && res.Renegotiation == nil {
		res.End, _ = ending(err)
		res.Error = err.Error()
	}
}

// answer reads on until the peer has begun a handshake, refused by an alert, or ended the connection. Application data may come before.
func (s *session12) answer(w *watched, res *scan.HandshakeResult) error {
	buffer := make([]byte, 4096)
	for at := s.begins; ; {
		for {
			kind, body, next, ok := recordAt(w.received, at)
			if !ok {
				break
			}
			content, err := s.server.open(kind, body)
			if err != nil {
				return err
			}
			at = next
			switch {
			case kind == recordHandshake && len(content) > 0 && content[0] == msgServerHello:
				res.Renegotiation = &scan.Renegotiation{Accepted: scan.Yes}
				return nil
			case kind == recordAlert && len(content) == 2 && content[1] != 0: // close_notify is the end of the connection
				res.Renegotiation = &scan.Renegotiation{Accepted: scan.No, Alert: &content[1]}
				return nil
			}
		}
		if len(w.received) > s.begins+mostAfter {
			return errEnough
		}
		if _, err := w.Read(buffer); err != nil {
			return err
		}
	}
}

// recordAt returns the record at an offset, and where the next begins; not ok where it is not whole.
func recordAt(stream []byte, at int) (kind uint8, body []byte, next int, ok bool) {
	const header = 5
	if len(stream)-at < header {
		return 0, nil, 0, false
	}
	n := int(stream[at+3])<<8 | int(stream[at+4])
	if len(stream)-at-header < n {
		return 0, nil, 0, false
	}
	next = at + header + n
	return stream[at], bytes.Clone(stream[at+header : next]), next, true
}
