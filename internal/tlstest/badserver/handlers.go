package badserver

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"net"
	"time"
)

// Silent accepts, reads whatever comes and never answers.
func Silent() Handler {
	return func(_ context.Context, conn *net.TCPConn) { _, _ = io.Copy(io.Discard, conn) }
}

// ClosesAtOnce closes with a FIN right after accepting.
func ClosesAtOnce() Handler {
	return func(context.Context, *net.TCPConn) {}
}

// ResetsAtOnce answers the connection with a RST right after accepting. The client may see it as a connect that failed
// with "connection reset": the port is open all the same.
func ResetsAtOnce() Handler {
	return func(_ context.Context, conn *net.TCPConn) { reset(conn) }
}

// ClosesOnHello reads the client's first record and closes with a FIN.
func ClosesOnHello() Handler {
	return func(_ context.Context, conn *net.TCPConn) { drain(conn) }
}

// ResetsOnHello reads the client's first record and resets the connection, as AT-TLS does in nearly all its failures.
func ResetsOnHello() Handler {
	return func(_ context.Context, conn *net.TCPConn) {
		drain(conn)
		reset(conn)
	}
}

// Drips waits for the client's first bytes and then answers with data, one byte every interval, and holds on.
func Drips(data []byte, interval time.Duration) Handler {
	return func(ctx context.Context, conn *net.TCPConn) {
		drain(conn)
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for _, b := range data {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if _, err := conn.Write([]byte{b}); err != nil {
				return
			}
		}
		_, _ = io.Copy(io.Discard, conn)
	}
}

// Banner speaks first, as SSH, FTP (220), SMTP and telnet (TelnetStartTLS) do, ignores what it is told and holds on.
func Banner(text string) Handler {
	return func(_ context.Context, conn *net.TCPConn) {
		if _, err := conn.Write([]byte(text)); err == nil {
			_, _ = io.Copy(io.Discard, conn)
		}
	}
}

// Banners of well-known services. TelnetStartTLS is IAC DO START_TLS, what a TN3270 server sends that can do TLS.
const (
	BannerSSH = "SSH-2.0-OpenSSH_9.2p1\r\n"
	BannerFTP = "220-FTPD1 IBM FTP CS V2R5 at SYSA, 12:00:00 on 2026-01-01.\r\n" +
		"220 Connection will close if idle for more than 5 minutes.\r\n"
	BannerSMTP     = "220 mail.example.com ESMTP ready\r\n"
	TelnetStartTLS = "\xff\xfd\x2e"
)

// HTTPPlain is a plain HTTP server: it answers whatever is no request for it with 400 and closes.
func HTTPPlain() Handler {
	const answer = "HTTP/1.1 400 Bad Request\r\nServer: plain\r\nContent-Type: text/plain\r\nContent-Length: 11\r\n" +
		"Connection: close\r\n\r\nBad Request"
	return func(_ context.Context, conn *net.TCPConn) {
		drain(conn)
		_, _ = conn.Write([]byte(answer))
	}
}

// Opaque is the stand-in for Query Monitor's built-in RC4 socket, whose real protocol is not public: it answers
// whatever comes with as many bytes that look random, at least 64, and holds on. The first byte is never that of a TLS
// record (20 to 24) or of an SSLv2 one (80 and up), so that no client can take it for TLS by chance.
func Opaque(seed uint64) Handler {
	return func(_ context.Context, conn *net.TCPConn) {
		random := rand.NewChaCha8(seedBytes(seed))
		in := make([]byte, 4096)
		for first := true; ; first = false {
			n, err := conn.Read(in)
			if err != nil {
				return
			}
			out := make([]byte, max(n, 64))
			_, _ = random.Read(out)
			if first {
				out[0] = 0x20 + out[0]%0x40
			}
			if _, err := conn.Write(out); err != nil {
				return
			}
		}
	}
}

// Garbage answers the first bytes with a handshake record whose content is random, and closes.
func Garbage(seed uint64) Handler {
	return func(_ context.Context, conn *net.TCPConn) {
		drain(conn)
		out := make([]byte, 5+512)
		_, _ = rand.NewChaCha8(seedBytes(seed)).Read(out)
		copy(out, []byte{22, 3, 3, 2, 0})
		_, _ = conn.Write(out)
	}
}

// AlertsAll answers every hello with a fatal alert (RFC 8446 section 6) and closes.
func AlertsAll(description byte) Handler {
	return func(_ context.Context, conn *net.TCPConn) {
		drain(conn)
		_, _ = conn.Write([]byte{21, 3, 3, 0, 2, 2, description})
	}
}

// HangsAfterPartialRecord announces a ServerHello record, sends a part of it and then nothing more.
func HangsAfterPartialRecord() Handler {
	return func(_ context.Context, conn *net.TCPConn) {
		drain(conn)
		_, _ = conn.Write([]byte{22, 3, 3, 0, 90, 2, 0, 0, 86, 3, 3, 1, 2, 3, 4, 5})
		_, _ = io.Copy(io.Discard, conn)
	}
}

// HugeFlight announces a handshake message of 16 MB and sends records of it for as long as the client takes them.
func HugeFlight() Handler {
	record := append([]byte{22, 3, 3, 0x40, 0}, bytes.Repeat([]byte{0xaa}, 1<<14)...)
	return func(_ context.Context, conn *net.TCPConn) {
		drain(conn)
		first := bytes.Clone(record)
		copy(first[5:], []byte{11, 0xff, 0xff, 0xff})
		for next := first; ; next = record {
			if _, err := conn.Write(next); err != nil {
				return
			}
		}
	}
}

// drain reads what has come as the client's first record: whole when it is TLS, the first packet otherwise. Unread
// bytes would turn the close that follows into a reset.
func drain(conn *net.TCPConn) {
	header := make([]byte, 5)
	if _, err := io.ReadFull(conn, header); err != nil {
		return
	}
	length := int64(4096)
	if header[0] == 22 && header[1] == 3 {
		length = int64(header[3])<<8 | int64(header[4])
		_, _ = io.CopyN(io.Discard, conn, length)
		return
	}
	if header[0]&0x80 != 0 { // SSLv2: two bytes of length, three of which are read already
		length = int64(header[0]&0x7f)<<8 | int64(header[1])
		_, _ = io.CopyN(io.Discard, conn, max(length-3, 0))
		return
	}
	_, _ = conn.Read(make([]byte, length))
}

// reset makes the close send a RST instead of a FIN.
func reset(conn *net.TCPConn) {
	_ = conn.SetLinger(0)
	_ = conn.Close()
}

func seedBytes(seed uint64) [32]byte {
	var b [32]byte
	for i := range 8 {
		b[i] = byte(seed >> (8 * i)) // one byte at a time is the point
	}
	return b
}
