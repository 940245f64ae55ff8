package scan

import (
	"io"
	"net"
	"slices"
	"sync"
)

// MaxAnswer caps what is read on one connection, in octets: a full flight with a long chain is under 64 KiB.
const MaxAnswer = 256 << 10

// recorder is a connection that keeps what went over it, up to MaxAnswer each way. A peer that sends more gets end of file.
type recorder struct {
	net.Conn
	mu       sync.Mutex
	sent     []byte
	received []byte
}

// Read reads, and records.
func (r *recorder) Read(p []byte) (int, error) {
	r.mu.Lock()
	room := MaxAnswer - len(r.received)
	r.mu.Unlock()
	if room <= 0 {
		return 0, io.EOF
	}
	n, err := r.Conn.Read(p[:min(len(p), room)])
	r.mu.Lock()
	r.received = append(r.received, p[:n]...)
	r.mu.Unlock()
	return n, err
}

// fill reads once, straight into what is recorded. It is for a connection that no other goroutine uses.
func (r *recorder) fill() error {
	const usual = 4 << 10 // octets: most flights are shorter
	if len(r.received) >= MaxAnswer {
		return io.EOF
	}
	r.received = slices.Grow(r.received, usual)
	n, err := r.Conn.Read(r.received[len(r.received):min(cap(r.received), MaxAnswer)])
	r.received = r.received[:len(r.received)+n]
	return err
}

// Write writes, and records.
func (r *recorder) Write(p []byte) (int, error) {
	n, err := r.Conn.Write(p)
	r.mu.Lock()
	if room := MaxAnswer - len(r.sent); room > 0 {
		r.sent = append(r.sent, p[:min(n, room)]...)
	}
	r.mu.Unlock()
	return n, err
}

// bytes returns what went either way so far.
func (r *recorder) bytes() (sent, received []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]byte{}, r.sent...), append([]byte{}, r.received...)
}

// count returns how many octets went either way so far.
func (r *recorder) count() (sent, received int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.sent), len(r.received)
}

// cut wipes what was received from an offset on: memory that a peer should never have sent is not kept.
func (r *recorder) cut(at int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at >= len(r.received) {
		return
	}
	clear(r.received[at:])
	r.received = r.received[:at]
}
