// Package truth asks a server about every cipher suite by itself, one suite a ClientHello, and believes only a
// ServerHello (or HelloRetryRequest) that selects it. It is the reference that scans are measured against, so it
// shares no code with the product: its hellos are made here. About 1,600 connections a version, one after the other.
//
// Limits: no SSLv2; no STARTTLS; TLS 1.3 is asked with an empty key_share list, so a server that cannot answer with a
// HelloRetryRequest seems to accept nothing. For test servers on loopback only: nobody else wants this many dials.
package truth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"time"

	"golang.org/x/crypto/cryptobyte"
)

// Versions that Suites and Ask take, as on the wire (RFC 8446 section 4.1.2; SSLv3: RFC 6101).
const (
	SSL30 uint16 = 0x0300
	TLS10 uint16 = 0x0301
	TLS11 uint16 = 0x0302
	TLS12 uint16 = 0x0303
	TLS13 uint16 = 0x0304
)

// Answer is what one hello brought.
type Answer struct {
	Version uint16 // the version that the ServerHello selects, 0 without one
	Suite   uint16 // the suite that it selects; a code point of 0000 is real where Version is not 0
	Retry   bool   // the ServerHello was a HelloRetryRequest (RFC 8446 section 4.1.4)
	Alert   int    // the alert description, -1 without one
	End     string // "hello", "alert", "close", "reset", "timeout" or "garbage"
	First   []byte // the first record, or what came of it
}

// codePoints are the ranges that hold every suite known to be in use: registered, draft, GOST, SM and private ones.
// The two signalling values (00FF, RFC 5746; 5600, RFC 7507) are no suites and are left out.
func codePoints() []uint16 {
	ranges := [][2]int{
		{0x0000, 0x00fe}, {0x0100, 0x0111}, {0x1301, 0x1310}, {0xc000, 0xc1ff}, {0xcc00, 0xcd20}, {0xd000, 0xd010},
		{0xfe00, 0xfeff}, {0xff00, 0xffff},
	}
	var all []uint16
	for _, r := range ranges {
		for c := r[0]; c <= r[1]; c++ {
			all = append(all, uint16(c)) // the ranges above end at ffff
		}
	}
	return all
}

// Suites returns the suites that the server at addr selects when offered nothing else, ascending. serverName may be
// empty. An error means that some question got neither a ServerHello nor an alert: the list would not be the truth.
func Suites(ctx context.Context, addr netip.AddrPort, version uint16, serverName string) ([]uint16, error) {
	var accepted []uint16
	for _, suite := range codePoints() {
		if version != TLS13 && suite>>8 == 0x13 {
			continue
		}
		answer, err := Ask(ctx, addr, Hello(version, []uint16{suite}, serverName))
		if err != nil {
			return nil, fmt.Errorf("suite %04X in version %04X: %w", suite, version, err)
		}
		switch {
		case answer.End == "hello" && answer.Version == version && answer.Suite == suite:
			accepted = append(accepted, suite)
		case answer.End == "hello" || answer.End == "alert" || answer.End == "close":
			// Another version or suite than asked is not an acceptance of this one.
		default:
			return nil, fmt.Errorf("suite %04X in version %04X ended in %s", suite, version, answer.End)
		}
	}
	return accepted, nil
}

// Ask sends hello over a new connection and reads up to the first complete record. Only a failed dial is an error.
func Ask(ctx context.Context, addr netip.AddrPort, hello []byte) (Answer, error) {
	dialer := net.Dialer{Timeout: 10 * time.Second}
	conn, err := dialer.DialContext(ctx, "tcp", addr.String())
	if err != nil {
		return Answer{}, err
	}
	defer conn.Close()
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // thousands of connections: none may stay in TIME_WAIT
	}
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := conn.Write(hello); err != nil {
		return Answer{Alert: -1, End: "reset"}, nil
	}
	return read(conn), nil
}

func read(conn net.Conn) Answer {
	header := make([]byte, 5)
	n, err := io.ReadFull(conn, header)
	if err != nil {
		return Answer{Alert: -1, End: ending(err), First: header[:n]}
	}
	length := int(header[3])<<8 | int(header[4])
	if header[1] != 3 || length > 1<<14+256 {
		return Answer{Alert: -1, End: "garbage", First: header}
	}
	body := make([]byte, length)
	n, err = io.ReadFull(conn, body)
	record := append(header, body[:n]...)
	if err != nil {
		return Answer{Alert: -1, End: ending(err), First: record}
	}
	return parse(record)
}

func ending(err error) string {
	var timeout net.Error
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "close"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	default:
		return "reset"
	}
}

// helloRetryRandom marks a ServerHello as a HelloRetryRequest: SHA-256 of "HelloRetryRequest" (RFC 8446 section 4.1.3).
const helloRetryRandom = "\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91" +
	"\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c"

func parse(record []byte) Answer {
	answer := Answer{Alert: -1, End: "garbage", First: record}
	s := cryptobyte.String(record[5:])
	if record[0] == 21 {
		var level, description uint8
		if s.ReadUint8(&level) && s.ReadUint8(&description) {
			answer.Alert, answer.End = int(description), "alert"
		}
		return answer
	}
	var kind, compression uint8
	var length uint32
	var random []byte
	var session, extensions cryptobyte.String
	if record[0] != 22 || !s.ReadUint8(&kind) || kind != 2 || !s.ReadUint24(&length) ||
		!s.ReadUint16(&answer.Version) || !s.ReadBytes(&random, 32) || !s.ReadUint8LengthPrefixed(&session) ||
		!s.ReadUint16(&answer.Suite) || !s.ReadUint8(&compression) {
		return Answer{Alert: -1, End: "garbage", First: record}
	}
	answer.End, answer.Retry = "hello", string(random) == helloRetryRandom
	if s.ReadUint16LengthPrefixed(&extensions) {
		for !extensions.Empty() {
			var id uint16
			var body cryptobyte.String
			if !extensions.ReadUint16(&id) || !extensions.ReadUint16LengthPrefixed(&body) {
				break
			}
			if id == 43 { // supported_versions (RFC 8446 section 4.2.1) overrides the legacy field
				body.ReadUint16(&answer.Version)
			}
		}
	}
	return answer
}
