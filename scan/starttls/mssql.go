package starttls

import (
	"context"
	"encoding/binary"
)

// TDS ([MS-TDS] sections 2.2.3.1 and 2.2.6.5).
const (
	tdsHeader   = 8 // octets: type, status, length of all, SPID, number, window
	tdsResponse = 0x04
	tdsPreLogin = 0x12
	tdsLast     = 0x01 // status of a message's last packet

	encryptOn           = 1
	encryptNotSupported = 2
	encryptRequired     = 3
)

// mssql is the pre-login of TDS 7.x, which asks for encryption of all that follows; the handshake then comes in TDS packets (tdsConn). TDS 8.0
// ("strict") is TLS at once, and has no start-up.
func mssql(_ context.Context, p *peer, _ string) error {
	answer, err := p.preLogin(encryptOn)
	switch {
	case err != nil:
		return err
	case answer == encryptOn, answer == encryptRequired:
		return nil
	case answer == encryptNotSupported:
		return p.refused("the reply to PRELOGIN is ENCRYPT_NOT_SUP")
	}
	return p.unexpected()
}

// mssqlClear says that this end cannot encrypt. A server that forces encryption then answers ENCRYPT_REQ and closes; another goes on to a login
// in clear.
func mssqlClear(_ context.Context, p *peer, _ string) error {
	answer, err := p.preLogin(encryptNotSupported)
	switch {
	case err != nil:
		return err
	case answer == encryptNotSupported:
		return nil
	case answer == encryptRequired, answer == encryptOn:
		return p.refused("the reply to a PRELOGIN without encryption")
	}
	return p.unexpected()
}

// preLogin sends PRELOGIN with VERSION, ENCRYPTION, INSTOPT and THREADID, and returns the answer's ENCRYPTION.
func (p *peer) preLogin(encryption byte) (byte, error) {
	const optionVersion, optionEncryption, optionInstance, optionThread, end = 0, 1, 2, 3, 0xFF
	request := []byte{tdsPreLogin, tdsLast, 0, 0, 0, 0, 1, 0,
		optionVersion, 0, 21, 0, 6, optionEncryption, 0, 27, 0, 1, optionInstance, 0, 28, 0, 1, optionThread, 0, 29, 0, 4, end,
		0, 0, 0, 0, 0, 0, encryption, 0, 0, 0, 0, 0}
	binary.BigEndian.PutUint16(request[2:], uint16(len(request)))
	if err := p.send(request, "a TDS response to PRELOGIN with ENCRYPTION"); err != nil {
		return 0, err
	}
	body, err := p.tdsMessage()
	if err != nil {
		return 0, err
	}
	for at := 0; at+5 <= len(body) && body[at] != end; at += 5 {
		offset, length := int(binary.BigEndian.Uint16(body[at+1:])), int(binary.BigEndian.Uint16(body[at+3:]))
		if body[at] == optionEncryption && length == 1 && offset < len(body) {
			return body[offset], nil
		}
	}
	return 0, p.unexpected()
}

// tdsMessage takes the packets of one response, and returns what is in them.
func (p *peer) tdsMessage() ([]byte, error) {
	var body []byte
	for {
		if err := p.first(string(rune(tdsResponse))); err != nil {
			return nil, err
		}
		head, err := p.take(tdsHeader)
		if err != nil {
			return nil, err
		}
		size := int(binary.BigEndian.Uint16(head[2:]))
		if size < tdsHeader {
			return nil, p.unexpected()
		}
		data, err := p.take(size - tdsHeader)
		if err != nil {
			return nil, err
		}
		body = append(body, data...)
		if head[1]&tdsLast != 0 {
			return body, nil
		}
	}
}
