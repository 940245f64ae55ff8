package byhand

import (
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan/hello"
)

// BadRecord is a way to make a record of application data in CBC mode. Only the first is right. Who answers the others otherwise than each
// other tells an attacker what was in them (Merget, Somorovsky, Aviram, Young, Fliegenschmidt, Schwenk, Shavitt, "Scalable Scanning and Automatic
// Classification of TLS Padding Oracle Vulnerabilities", USENIX Security 2019).
type BadRecord int

// The records.
const (
	RecordRight        BadRecord = iota
	RecordPadding                // the MAC is right, the padding's length too, its other octets are not (CVE-2014-8730)
	RecordMAC                    // the padding is right, the MAC is not
	RecordTooLong                // the padding says that it is longer than the record, so that there is no room for a MAC
	RecordEmptyMAC               // without content: the padding is right, the MAC is not (CVE-2019-1559)
	RecordEmptyPadding           // without content: the MAC is right, the padding is not
)

// BadRecords are all, the right one first.
func BadRecords() []BadRecord {
	return []BadRecord{RecordRight, RecordPadding, RecordMAC, RecordTooLong, RecordEmptyMAC, RecordEmptyPadding}
}

// ApplicationDataRecord is a record's type (RFC 5246 section 6.2.1).
const ApplicationDataRecord = 23

// CBC are those of a list that Suites takes, in CBC mode.
func CBC(list []cipher.ID) []cipher.ID {
	return slices.DeleteFunc(Suites(list), func(id cipher.ID) bool {
		p, _ := protectionOf(id, cipher.TLSv12)
		return p.mac == nil
	})
}

// blocks are what the record holds before it is encrypted. An empty line is what most protocols take without a word.
func (b BadRecord) blocks(s *Session, d *direction) []byte {
	content := []byte("\r\n")
	if b == RecordEmptyMAC || b == RecordEmptyPadding {
		content = nil
	}
	out := s.padded(d, ApplicationDataRecord, content)
	mac := len(content)
	padding := mac + s.protection.macSize()
	size := s.protection.blockSize
	// A block more of padding, so that it has octets beside the one that counts them.
	out = append(out[:padding], slices.Repeat([]byte{byte(len(out) + size - padding - 1)}, len(out)+size-padding)...)
	switch b {
	case RecordMAC, RecordEmptyMAC:
		for i := mac; i < padding; i++ {
			out[i] ^= 0xFF
		}
	case RecordPadding, RecordEmptyPadding:
		for i := padding; i < len(out)-1; i++ {
			out[i] ^= 0xFF
		}
	case RecordTooLong:
		for i := range out {
			out[i] = 0xFF
		}
	}
	return out
}

// Say is what the client says in a session that stands: the record, and a right close_notify behind it, which ends the session for whoever
// took the record. Nobody has to be waited for.
func (s *Session) Say(b BadRecord) []byte {
	client := s.client
	s.finished(&client)
	return append(s.sealCBC(&client, ApplicationDataRecord, b.blocks(s, &client)), s.seal(&client, AlertRecord, []byte{1, 0})...)
}

// Heard is what a server says behind its first flight.
type Heard struct {
	Finished bool   // its Finished has come: the session stands
	Alert    []byte // level and description of the first alert of a session that stands; nil for none so far
	Opaque   bool   // a record does not open with the session's keys
}

// Hear reads what has come of a server's records in CBC mode. Application data is passed over: many servers speak first.
func (s *Session) Hear(received []byte) (h Heard) {
	server, changed := s.server, false
	for len(received) >= recordHeader {
		kind, size := received[0], recordHeader+(int(received[3])<<8|int(received[4]))
		if size > len(received) {
			break
		}
		body := received[recordHeader:size]
		received = received[size:]
		if !changed {
			changed = kind == ChangeCipherSpecRecord
			continue
		}
		content, ok := s.openCBC(&server, kind, body)
		switch {
		case !ok:
			h.Opaque = true
			return h
		case kind == HandshakeRecord && len(content) > 0 && content[0] == finishedMessage:
			h.Finished = true
		case kind == AlertRecord && len(content) == 2:
			h.Alert = content
			return h
		}
	}
	return h
}

// Negotiates says whether a first flight goes on with a session that Say and Hear are for.
func Negotiates(f hello.Flight) bool {
	return f.ServerHello != nil && len(CBC([]cipher.ID{f.ServerHello.Suite})) > 0
}
