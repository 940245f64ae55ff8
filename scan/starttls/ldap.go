package starttls

import (
	"context"
	"fmt"
)

// The tags of an answer to an extended request (RFC 4511 sections 4.1.1, 4.1.9, 4.12).
const (
	berInteger       = 0x02
	berOctetString   = 0x04
	berEnumerated    = 0x0A
	berSequence      = 0x30
	extendedResponse = 0x78
)

// ldap is the StartTLS extended operation (RFC 4511 section 4.14), as message 1.
func ldap(_ context.Context, p *peer, _ string) error {
	const request = "\x30\x1D\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037"
	rest, err := p.ldapAnswer(request, "an LDAP ExtendedResponse to message 1")
	if err != nil {
		return err
	}
	op, _, ok := ber(rest, extendedResponse)
	if !ok {
		return p.unexpected()
	}
	result, rest, ok := ber(op, berEnumerated)
	if !ok || len(result) != 1 {
		return p.unexpected()
	}
	const success, busy = 0, 51 // a busy server says nothing of TLS
	switch result[0] {
	case success:
		return nil
	case busy:
		return p.unexpected()
	}
	_, rest, _ = ber(rest, berOctetString) // matchedDN
	diagnostic, _, _ := ber(rest, berOctetString)
	return p.refused(fmt.Sprintf("StartTLS gave result code %d %s (RFC 4511 appendix A)", result[0], excerpt(diagnostic)))
}

// berMessage takes one LDAPMessage and returns what is in it.
func (p *peer) berMessage() ([]byte, error) {
	if err := p.first(string(rune(berSequence))); err != nil {
		return nil, err
	}
	from := p.next
	head, err := p.take(2)
	if err != nil {
		return nil, err
	}
	if head[1] > 0x80 { // the length stands in the next octets; Active Directory always writes it so
		if _, err = p.take(int(head[1] & 0x7F)); err != nil {
			return nil, err
		}
	}
	n, _, ok := berLength(p.said[from+1 : p.next])
	if !ok {
		return nil, p.unexpected()
	}
	return p.take(n)
}

// ber takes an element with that tag off b.
func ber(b []byte, tag byte) (value, rest []byte, ok bool) {
	if len(b) < 2 || b[0] != tag {
		return nil, b, false
	}
	n, rest, ok := berLength(b[1:])
	if !ok || n > len(rest) {
		return nil, b, false
	}
	return rest[:n], rest[n:], true
}

// berLength takes a definite length off b, padded or not. LDAP has no other (RFC 4511 section 5.1).
func berLength(b []byte) (n int, rest []byte, ok bool) {
	if b[0] < 0x80 {
		return int(b[0]), b[1:], true
	}
	octets := int(b[0] & 0x7F)
	if octets == 0 || octets > len(b)-1 {
		return 0, b, false
	}
	for _, c := range b[1 : 1+octets] {
		if n = n<<8 | int(c); n > maxSaid {
			return 0, b, false
		}
	}
	return n, b[1+octets:], true
}

// ldapAnswer sends message 1 and returns what follows the message ID of its answer.
func (p *peer) ldapAnswer(request, wanted string) (rest []byte, err error) {
	if err := p.send([]byte(request), wanted); err != nil {
		return nil, err
	}
	message, err := p.berMessage()
	if err != nil {
		return nil, err
	}
	id, rest, ok := ber(message, berInteger)
	if !ok || len(id) != 1 || id[0] != 1 {
		return nil, p.unexpected() // message 0 is a notice of disconnection (section 4.4.1)
	}
	return rest, nil
}

// ldapClear reads nothing of the root DSE (RFC 4512 section 5.1) without TLS and without a bind. A server that demands TLS answers
// confidentialityRequired, or strongerAuthRequired (RFC 4511 appendix A.2).
func ldapClear(_ context.Context, p *peer, _ string) error {
	const (
		request = "\x30\x2A\x02\x01\x01\x63\x25\x04\x00\x0A\x01\x00\x0A\x01\x00\x02\x01\x01\x02\x01\x00\x01\x01\x00" +
			"\x87\x0BobjectClass\x30\x05\x04\x031.1"
		entry, done                   = 0x64, 0x65 // SearchResultEntry and SearchResultDone (RFC 4511 section 4.5.2)
		success, strongerAuth, secret = 0, 8, 13
	)
	rest, err := p.ldapAnswer(request, "LDAP's answer to a search of the root DSE")
	if err != nil {
		return err
	}
	if _, _, ok := ber(rest, entry); ok {
		return nil
	}
	op, _, _ := ber(rest, done)
	switch result, _, ok := ber(op, berEnumerated); {
	case !ok || len(result) != 1:
		return p.unexpected()
	case result[0] == success:
		return nil
	case result[0] == secret, result[0] == strongerAuth:
		return p.refused(fmt.Sprintf("a search in clear gave result code %d (RFC 4511 appendix A)", result[0]))
	}
	return p.unexpected()
}
