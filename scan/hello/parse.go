package hello

import (
	"errors"
	"fmt"

	"github.com/portseal/portseal/cipher"
)

// Parse reads a server's answer to a hello of any version. It never fails: what could be read is in the Flight, and Err
// says where and why reading stopped. Slices of the Flight point into received.
func Parse(received []byte) Flight {
	var f Flight
	data := received
	if len(data) > MaxReceived {
		data = data[:MaxReceived]
	}
	switch FirstBytes(data) {
	case KindUndecided:
		if len(data) > 0 {
			f.Err = ErrIncomplete
		}
		return f
	case KindOther:
		f.Err = fmt.Errorf("no TLS record: begins with % x", data[:min(len(data), 5)])
		return f
	case KindSSL2:
		f.TLS = true
		f.parseSSL2(data)
		return f
	}
	f.TLS = true
	p := parser{f: &f, data: data}
	p.records()
	if len(received) > MaxReceived && (f.Err == nil || errors.Is(f.Err, ErrIncomplete)) {
		f.Err = fmt.Errorf("more than %d bytes", MaxReceived)
	}
	return f
}

// parser walks over the records of one answer.
type parser struct {
	f     *Flight
	data  []byte
	asm   assembler
	alert []byte // the first octet of an alert that goes on in the next record
	suite cipher.Suite
	tls13 bool // a ServerHello of TLS 1.3 was read: protected records follow
	stop  bool
}

func (p *parser) records() {
	at := 0
	for count := 0; at < len(p.data) && !p.stop; count++ {
		if count == MaxRecords {
			p.f.Err = fmt.Errorf("more than %d records", MaxRecords)
			break
		}
		r, err := nextRecord(p.data, at)
		if err != nil {
			p.f.fail(err)
			break
		}
		if !p.record(r) {
			break
		}
		at = r.at + len(r.body)
		if !p.f.Encrypted && len(p.asm.pending) == 0 {
			p.f.Rest = at
		}
	}
	if p.f.Err == nil && len(p.asm.pending) > 0 {
		p.f.Err = ErrIncomplete
	}
}

// fail records an error, unless there is one, or protected bytes merely end early.
func (f *Flight) fail(err error) {
	if f.Err == nil {
		f.Err = err
	}
}

// record reads one record and says whether reading goes on.
func (p *parser) record(r record) bool {
	switch r.kind {
	case typeAlert:
		if p.tls13 && len(r.body) != 2 {
			p.f.Encrypted = true
			return true
		}
		return p.alerts(r.body)
	case typeChangeCipherSpec:
		// Under TLS 1.3 it means nothing (RFC 8446 section 5); else what follows is protected, as in a resumption.
		if p.tls13 || p.f.ServerHello != nil && p.f.ServerHello.HelloRetryRequest {
			return true
		}
		p.f.Encrypted = true
		return false
	case typeApplicationData:
		p.f.Encrypted = true
		if !p.tls13 {
			p.f.fail(fmt.Errorf("application data at byte %d before the handshake", r.at-5))
		}
		return p.tls13
	}
	if p.tls13 {
		p.f.fail(fmt.Errorf("handshake record in the clear after a TLS 1.3 server hello at byte %d", r.at-5))
		return false
	}
	if err := p.asm.feed(r.body, r.at, p.message); err != nil {
		p.f.fail(fmt.Errorf("record at byte %d: %w", r.at-5, err))
	}
	return p.f.Err == nil
}

// alerts reads the alerts of a record, an alert in two halves among them.
func (p *parser) alerts(body []byte) bool {
	for _, octet := range body {
		p.alert = append(p.alert, octet)
		if len(p.alert) < 2 {
			continue
		}
		a := Alert{Level: p.alert[0], Description: p.alert[1]}
		p.alert = nil
		if a.Fatal() || p.tls13 && a.Description != 0 && a.Description != 90 {
			p.f.Alert = &a
			p.stop = true
			return true
		}
		p.f.Warnings = append(p.f.Warnings, a)
	}
	return true
}

// message reads one handshake message and says whether reading goes on.
func (p *parser) message(m message) bool {
	f := p.f
	if p.tls13 {
		f.fail(fmt.Errorf("%s in the clear after a TLS 1.3 server hello", messageName(m.kind)))
		return false
	}
	f.Messages = append(f.Messages, m.kind)
	ok := true
	switch m.kind {
	case msgServerHello:
		ok = p.serverHello(m)
	case msgCertificate:
		ok = f.certificates(m, false)
	case msgCertificateStatus:
		f.CertificateStatus, ok = readStatus(m.body())
	case msgServerKeyExchange:
		f.ServerKeyExchange = readKeyExchange(m.body(), p.suite, f.version())
	case msgCertificateRequest:
		f.CertificateRequest, ok = readCertificateRequest(m.body(), f.version())
	case msgNewSessionTicket:
		f.Ticket, ok = readTicket(m.body())
	case msgServerHelloDone:
		f.Done = true
		ok = len(m.body()) == 0
	}
	if !ok {
		f.malformed(max(m.locate(0, 1), 0), messageName(m.kind))
	}
	return f.Err == nil
}

// version is the version that the server selected, or zero.
func (f *Flight) version() cipher.Version {
	if f.ServerHello == nil {
		return 0
	}
	return f.ServerHello.Version
}

func messageName(kind uint8) string {
	switch kind {
	case msgServerHello:
		return "server hello"
	case msgEncryptedExtensions:
		return "encrypted extensions"
	case msgCertificate:
		return "certificate message"
	case msgCertificateStatus:
		return "certificate status"
	case msgCertificateRequest:
		return "certificate request"
	case msgCertificateVerify:
		return "certificate verify"
	case msgServerHelloDone:
		return "server hello done"
	case msgNewSessionTicket:
		return "new session ticket"
	}
	return fmt.Sprintf("handshake message of type %d", kind)
}
