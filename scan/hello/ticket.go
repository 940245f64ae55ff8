package hello

import (
	"bytes"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
)

// Ticket is a NewSessionTicket (RFC 5077 section 3.3, RFC 8446 section 4.6.1).
type Ticket struct {
	Lifetime     uint32 // seconds; below TLS 1.3 a hint, where 0 says nothing
	Ticket       []byte
	MaxEarlyData uint32 // TLS 1.3: octets of 0-RTT data; 0 where the ticket has no early_data extension
}

// readTicket reads the message of TLS 1.2 and older.
func readTicket(body []byte) (*Ticket, bool) {
	s := cryptobyte.String(body)
	var t Ticket
	var ticket cryptobyte.String
	if !s.ReadUint32(&t.Lifetime) || !s.ReadUint16LengthPrefixed(&ticket) || !s.Empty() {
		return nil, false
	}
	t.Ticket = bytes.Clone(ticket)
	return &t, true
}

// readTicket13 reads the message of TLS 1.3.
func readTicket13(body []byte) (Ticket, bool) {
	s := cryptobyte.String(body)
	var t Ticket
	var ageAdd uint32
	var nonce, ticket, extensions cryptobyte.String
	if !s.ReadUint32(&t.Lifetime) || !s.ReadUint32(&ageAdd) || !s.ReadUint8LengthPrefixed(&nonce) || !s.ReadUint16LengthPrefixed(&ticket) ||
		!s.ReadUint16LengthPrefixed(&extensions) || !s.Empty() {
		return t, false
	}
	t.Ticket = bytes.Clone(ticket)
	for !extensions.Empty() {
		var id uint16
		var data cryptobyte.String
		if !extensions.ReadUint16(&id) || !extensions.ReadUint16LengthPrefixed(&data) {
			return t, false
		}
		if id == extEarlyData && !data.ReadUint32(&t.MaxEarlyData) {
			return t, false
		}
	}
	return t, true
}

// Tickets decrypts the session tickets behind a TLS 1.3 server's Finished with the server_application_traffic_secret_0. received is what the
// Flight was parsed from, and Open must have read it up to Finished. It returns the tickets before whatever else comes.
func (f *Flight) Tickets(received, secret []byte) ([]Ticket, error) {
	if f.ServerHello == nil || !f.Finished {
		return nil, errors.New("session tickets: the flight is not open up to its finished")
	}
	suite, ok := suite13Of(f.ServerHello.Suite)
	if !ok {
		return nil, fmt.Errorf("session tickets: cipher suite %v is not supported", f.ServerHello.Suite)
	}
	o, err := newOpener(suite, secret)
	if err != nil {
		return nil, fmt.Errorf("session tickets: %w", err)
	}
	received = received[:min(len(received), MaxReceived)]
	var out []Ticket
	var asm assembler
	for at := f.Rest; len(out) < maxTickets; {
		r, err := nextRecord(received, at)
		if err != nil || r.kind != typeApplicationData {
			return out, nil
		}
		content, kind, err := o.open(received[at:r.at], r.body)
		if err != nil {
			return out, fmt.Errorf("session tickets: record at byte %d: %w", at, err)
		}
		if kind != typeHandshake {
			return out, nil
		}
		err = asm.feed(content, nowhere, func(m message) bool {
			if m.kind != msgNewSessionTicket {
				return false
			}
			t, ok := readTicket13(m.body())
			if ok {
				out = append(out, t)
			}
			return ok
		})
		if err != nil {
			return out, fmt.Errorf("session tickets: record at byte %d: %w", at, err)
		}
		at = r.at + len(r.body)
	}
	return out, nil
}

// maxTickets is how many tickets of one connection are read.
const maxTickets = 8
