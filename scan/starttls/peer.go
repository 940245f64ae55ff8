package starttls

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
)

// What is heard of a peer before TLS, at most.
const (
	maxSaid  = 64 << 10 // octets
	maxLine  = 8 << 10  // octets of one line
	maxLines = 512
)

// peer is the other end of a dialogue. Said is both the evidence and the buffer: reading ahead is safe because a TLS server
// never speaks first, so whatever lies behind the go-ahead is the peer's fault and is reported by nothingMore.
type peer struct {
	conn  net.Conn
	said  []byte // all that came
	next  int    // first octet of said that no reader has taken
	asked int    // first octet that came after the last thing sent
	lines int    // taken so far
	want  string // what is being waited for, for errors
	err   error  // why reading failed
}

// send sends b, and names what should come back.
func (p *peer) send(b []byte, want string) error {
	p.want, p.asked = want, p.next
	if _, err := p.conn.Write(b); err != nil {
		return fmt.Errorf("asking for %s: %w", want, err)
	}
	return nil
}

// fill waits for more to be said.
func (p *peer) fill() error {
	room := maxSaid - len(p.said)
	if room == 0 {
		p.err = &Unexpected{Want: fmt.Sprintf("%s within %d octets", p.want, maxSaid), Said: p.answer()}
		return p.err
	}
	p.said = slices.Grow(p.said, min(room, 4<<10))
	n, err := p.conn.Read(p.said[len(p.said):min(cap(p.said), maxSaid)])
	p.said = p.said[:len(p.said)+n]
	if n > 0 || err == nil {
		return nil
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	p.err = fmt.Errorf("waiting for %s: %w", p.want, err)
	if said := p.answer(); len(said) > 0 {
		p.err = fmt.Errorf("waiting for %s, having got %s: %w", p.want, excerpt(said), err)
	}
	return p.err
}

// ReadByte takes one octet.
func (p *peer) ReadByte() (byte, error) {
	for p.next == len(p.said) {
		if err := p.fill(); err != nil {
			return 0, err
		}
	}
	p.next++
	return p.said[p.next-1], nil
}

// Read makes peer the io.Reader that encoding/xml asks for; encoding/xml then calls ReadByte alone, and reads no octet ahead.
func (p *peer) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	c, err := p.ReadByte()
	if err != nil {
		return 0, err
	}
	b[0] = c
	return 1, nil
}

// take takes n octets.
func (p *peer) take(n int) ([]byte, error) {
	if n > maxSaid-p.next {
		return nil, &Unexpected{Want: fmt.Sprintf("%s within %d octets", p.want, maxSaid), Said: p.answer()}
	}
	for len(p.said)-p.next < n {
		if err := p.fill(); err != nil {
			return nil, err
		}
	}
	p.next += n
	return p.said[p.next-n : p.next : p.next], nil
}

// first looks at the next octet without taking it, and fails when it is none of allowed: a peer that speaks another
// protocol is then named at once, instead of being waited for.
func (p *peer) first(allowed string) error {
	c, err := p.ReadByte()
	if err != nil {
		return err
	}
	p.next--
	if strings.IndexByte(allowed, c) < 0 {
		return p.unexpected()
	}
	return nil
}

// line takes a line and returns it without CR LF, or LF. It must begin with one of allowed; empty allows all.
func (p *peer) line(allowed string) (string, error) {
	if allowed != "" {
		if err := p.first(allowed); err != nil {
			return "", err
		}
	}
	from := p.next
	for c := byte(0); c != '\n'; {
		var err error
		if c, err = p.ReadByte(); err != nil {
			return "", err
		}
		if p.next-from > maxLine {
			return "", &Unexpected{Want: fmt.Sprintf("%s in lines of at most %d octets", p.want, maxLine), Said: p.answer()}
		}
	}
	if p.lines++; p.lines > maxLines {
		return "", &Unexpected{Want: fmt.Sprintf("%s within %d lines", p.want, maxLines), Said: p.answer()}
	}
	return string(bytes.TrimSuffix(p.said[from:p.next-1], []byte{'\r'})), nil
}

// nothingMore fails when the peer has said more than its go-ahead: somebody on the way may have put text in front of TLS,
// which a careless client would take for text that came under its protection.
func (p *peer) nothingMore() error {
	if p.next == len(p.said) {
		return nil
	}
	want := fmt.Sprintf("nothing before TLS but the %d octets of the go-ahead", p.next-p.asked)
	return &Unexpected{Want: want, Said: p.answer()}
}

// answer is what came since the last thing sent.
func (p *peer) answer() []byte { return p.said[p.asked:len(p.said):len(p.said)] }

func (p *peer) unexpected() error { return &Unexpected{Want: p.want, Said: p.answer()} }

func (p *peer) refused(why string) error { return &Refused{Said: p.answer(), Why: why} }
