package hello

import "fmt"

// Kind is what the first bytes of an answer are.
type Kind uint8

// The kinds. KindUndecided means that more bytes are needed.
const (
	KindUndecided Kind = iota
	KindTLS
	KindSSL2
	KindOther
)

// String returns "undecided", "tls", "sslv2" or "other".
func (k Kind) String() string {
	switch k {
	case KindUndecided:
		return "undecided"
	case KindTLS:
		return "tls"
	case KindSSL2:
		return "sslv2"
	}
	return "other"
}

// FirstBytes says what an answer is by its first bytes: a server begins with a handshake or an alert record, or with an
// SSLv2 SERVER-HELLO or ERROR. Random bytes pass for a record about once in four million tries.
func FirstBytes(received []byte) Kind {
	tls := looksTLS(received)
	if tls != KindOther {
		return tls
	}
	return looksSSL2(received)
}

func looksTLS(data []byte) Kind {
	if len(data) == 0 {
		return KindUndecided
	}
	if data[0] != typeHandshake && data[0] != typeAlert {
		return KindOther
	}
	if len(data) < 5 {
		if len(data) > 1 && data[1] != 3 && (data[0] != typeAlert || data[1] != 0) {
			return KindOther
		}
		return KindUndecided
	}
	length := int(data[3])<<8 | int(data[4])
	switch {
	case data[0] == typeAlert && length == 2 && (data[1] == 3 && data[2] <= 4 || data[1] == 0 && data[2] <= 2):
		return KindTLS // some servers write version 0 or 2 into an alert to a hello that they cannot read
	case data[1] != 3 || data[2] > 4 || length == 0 || length > maxRecordBody:
		return KindOther
	case data[0] == typeHandshake && len(data) > 5 && data[5] == msgClientHello:
		return KindOther // an echo: no server begins with a ClientHello
	case data[0] == typeAlert && length > 16:
		return KindOther
	}
	return KindTLS
}

// record is one TLS record of the received bytes.
type record struct {
	kind uint8
	at   int // offset of the body
	body []byte
}

// nextRecord reads the record at an offset. It returns ErrIncomplete when the record is not whole.
func nextRecord(data []byte, at int) (record, error) {
	if len(data)-at < 5 {
		return record{}, ErrIncomplete
	}
	h := data[at : at+5]
	length := int(h[3])<<8 | int(h[4])
	if h[0] < typeChangeCipherSpec || h[0] > typeApplicationData || length > maxRecordBody ||
		(h[1] != 3 && (h[0] != typeAlert || h[1] != 0)) {
		return record{}, fmt.Errorf("no TLS record header at byte %d: % x", at, h)
	}
	if len(data)-at-5 < length {
		return record{}, ErrIncomplete
	}
	return record{kind: h[0], at: at + 5, body: data[at+5 : at+5+length]}, nil
}
