package hello

import (
	"golang.org/x/crypto/cryptobyte"

	"github.com/portseal/portseal/cipher"
)

// SSLv2 message types, "The SSL Protocol" (Hickman, Netscape 1995), section 5.
const (
	ssl2Error       = 0
	ssl2ClientHello = 1
	ssl2ServerHello = 4
)

// SSL2ServerHello is the server's answer to an SSLv2 hello.
type SSL2ServerHello struct {
	SessionIDHit    bool
	CertificateType uint8          // 1 is X.509
	Version         cipher.Version // as the server wrote it
	Certificate     []byte         // DER; also in Flight.Certificates
	Kinds           []cipher.ID    // the kinds that both sides know, in the server's order
	ConnectionID    []byte
}

// ssl2Record splits one SSLv2 record off: header of two octets, or of three with padding. ok is false when it is not whole.
func ssl2Record(data []byte) (body []byte, size int, ok bool) {
	if len(data) < 3 {
		return nil, 0, false
	}
	header, length, padding := 2, int(data[0]&0x7f)<<8|int(data[1]), 0
	if data[0]&0x80 == 0 {
		header, length, padding = 3, int(data[0]&0x3f)<<8|int(data[1]), int(data[2])
	}
	size = header + length
	if size > len(data) || padding > length {
		return nil, 0, false
	}
	return data[header : size-padding], size, true
}

// looksSSL2 says whether the bytes begin an SSLv2 SERVER-HELLO or ERROR, as far as they reach.
func looksSSL2(data []byte) Kind {
	if len(data) == 0 {
		return KindUndecided
	}
	header := 3
	if data[0]&0x80 != 0 {
		header = 2
	}
	want := [][2]byte{{ssl2ServerHello, ssl2ServerHello}, {0, 1}, {0, 1}, {0, 0}, {2, 2}} // type, hit, certificate type, version
	if len(data) > header && data[header] == ssl2Error {
		want = [][2]byte{{ssl2Error, ssl2Error}, {0, 0}, {1, 6}}
		if header != 2 || data[0] != 0x80 || data[1] != 3 {
			return KindOther
		}
	}
	for i, allowed := range want {
		if header+i >= len(data) {
			return KindUndecided
		}
		if c := data[header+i]; c < allowed[0] || c > allowed[1] {
			return KindOther
		}
	}
	return KindSSL2
}

// parseSSL2 reads the one message that an SSLv2 server sends in answer to a hello.
func (f *Flight) parseSSL2(data []byte) {
	body, size, ok := ssl2Record(data)
	if !ok {
		f.Err = ErrIncomplete
		return
	}
	f.Rest = size
	s := cryptobyte.String(body)
	var kind uint8
	if !s.ReadUint8(&kind) {
		f.malformed(0, "SSLv2 message")
		return
	}
	if kind == ssl2Error {
		var code uint16
		if !s.ReadUint16(&code) {
			f.malformed(0, "SSLv2 error")
			return
		}
		f.SSL2Error = &code
		return
	}
	h, at := readSSL2ServerHello(s)
	if h == nil {
		f.malformed(0, "SSLv2 server hello")
		return
	}
	f.SSL2 = h
	if len(h.Certificate) > 0 {
		f.Certificates = [][]byte{h.Certificate}
		f.CertificatesAt = []int{size - len(s) + at - ssl2Padding(data)}
	}
}

func ssl2Padding(data []byte) int {
	if data[0]&0x80 == 0 {
		return int(data[2])
	}
	return 0
}

// readSSL2ServerHello reads what follows the message type, and where in it the certificate begins.
func readSSL2ServerHello(s cryptobyte.String) (*SSL2ServerHello, int) {
	var hit, certType uint8
	var version, certLen, kindsLen, idLen uint16
	if !s.ReadUint8(&hit) || !s.ReadUint8(&certType) || !s.ReadUint16(&version) ||
		!s.ReadUint16(&certLen) || !s.ReadUint16(&kindsLen) || !s.ReadUint16(&idLen) {
		return nil, 0
	}
	h := &SSL2ServerHello{SessionIDHit: hit != 0, CertificateType: certType, Version: cipher.Version(version)}
	var kinds []byte
	if kindsLen%3 != 0 || !s.ReadBytes(&h.Certificate, int(certLen)) || !s.ReadBytes(&kinds, int(kindsLen)) ||
		!s.ReadBytes(&h.ConnectionID, int(idLen)) {
		return nil, 0
	}
	for i := 0; i < len(kinds); i += 3 {
		h.Kinds = append(h.Kinds, cipher.SSL2(uint32(kinds[i])<<16|uint32(kinds[i+1])<<8|uint32(kinds[i+2])))
	}
	return h, 10
}
