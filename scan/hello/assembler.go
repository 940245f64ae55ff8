package hello

import "fmt"

// fragment says that a message's bytes from offset from on stand at offset at of the received bytes, n of them.
type fragment struct{ from, at, n int }

// assembler joins handshake messages out of records. A message that lies in one record is not copied.
type assembler struct {
	pending   []byte // the start of a message that goes on in the next record
	fragments []fragment
	single    [1]fragment // of the message being handled, when it is in one record
}

// nowhere is the offset of bytes that do not stand in the received bytes as they are.
const nowhere = -1 << 30

// message is one complete handshake message.
type message struct {
	kind      uint8
	raw       []byte // header and body
	fragments []fragment
}

// body is the message without its four header bytes.
func (m message) body() []byte { return m.raw[4:] }

// locate returns where n bytes at an offset of raw stand in the received bytes, or -1 when they are not in one piece.
func (m message) locate(offset, n int) int {
	for _, f := range m.fragments {
		if offset >= f.from && offset+n <= f.from+f.n {
			return max(f.at+offset-f.from, -1)
		}
	}
	return -1
}

// feed gives a record's body to the assembler, which calls handle with each complete message until it returns false. at is
// the body's offset in the received bytes, or nowhere. The error is a message that is too long.
func (a *assembler) feed(body []byte, at int, handle func(message) bool) error {
	for len(body) > 0 {
		joined := len(a.pending) > 0
		whole := body
		if joined {
			whole = a.take(&body, &at)
		}
		size := messageSize(whole)
		if size > MaxMessage {
			return fmt.Errorf("handshake message of %d bytes, more than %d", size, MaxMessage)
		}
		var m message
		switch {
		case joined && (size == 0 || len(whole) < size):
			continue // the rest, if this record has it
		case joined:
			m = message{whole[0], whole, a.fragments}
			a.pending, a.fragments = nil, nil
		case size == 0 || len(body) < size:
			a.keep(body, at)
			return nil
		default:
			a.single[0] = fragment{0, at, size}
			m = message{body[0], body[:size], a.single[:]}
			body, at = body[size:], at+size
		}
		if !handle(m) {
			return nil
		}
	}
	return nil
}

// messageSize returns a message's size with its header, or 0 when the header is not whole.
func messageSize(start []byte) int {
	if len(start) < 4 {
		return 0
	}
	return 4 + (int(start[1])<<16 | int(start[2])<<8 | int(start[3]))
}

// keep begins a message that goes on in the next record.
func (a *assembler) keep(part []byte, at int) {
	a.pending = append(make([]byte, 0, max(4*len(part), 256)), part...)
	a.fragments = append(a.fragments[:0:0], fragment{0, at, len(part)})
}

// take moves bytes of body to the pending message: to the end of its header first, then to its own end.
func (a *assembler) take(body *[]byte, at *int) []byte {
	need := max(4, messageSize(a.pending)) - len(a.pending)
	n := min(need, len(*body))
	a.fragments = append(a.fragments, fragment{len(a.pending), *at, n})
	a.pending = append(a.pending, (*body)[:n]...)
	*body, *at = (*body)[n:], *at+n
	return a.pending
}
