package starttls

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
)

// optionTN3270E is asked for by servers of RFC 2355 only.
const optionTN3270E = 40

// isTelnet knows one command of an option's negotiation (RFC 854).
func isTelnet(b []byte) bool {
	return len(b) >= 3 && b[0] == telnetIAC && b[1] >= telnetWill && b[1] <= telnetDont
}

// isRDP knows the confirm of an X.224 connection with what RDP negotiates in it, an answer or a failure ([MS-RDPBCGR] section 2.2.1.2), and the end that
// xrdp makes of a connection whose first octets it cannot read: an MCS Disconnect Provider Ultimatum (section 2.2.2.3).
func isRDP(b []byte) bool {
	const size, confirm, ultimatum = 19, 0xD0, "\x03\x00\x00\x09\x02\xF0\x80\x21\x80"
	if string(b) == ultimatum {
		return true
	}
	return len(b) >= size && string(b[:4]) == "\x03\x00\x00\x13" && b[4] == size-5 && b[5] == confirm &&
		(b[11] == rdpResponse || b[11] == rdpFailure) && b[13] == 8 && b[14] == 0
}

// isMySQL knows the server's first packet: a handshake of version 10 with a version's number, or an error (of those that a server has: 1000 to 1999).
func isMySQL(b []byte) bool {
	if len(b) < 8 || b[3] != 0 {
		return false
	}
	size := int(b[0]) | int(b[1])<<8 | int(b[2])<<16
	packet := b[4:min(len(b), 4+size)]
	switch {
	case size > maxLine || len(packet) < 4:
		return false
	case packet[0] == 0xFF:
		number := binary.LittleEndian.Uint16(packet[1:])
		return number >= 1000 && number < 2000 && len(packet) == size
	}
	digits, rest, dot := bytes.Cut(packet[1:], []byte{'.'})
	return packet[0] == 10 && dot && len(digits) > 0 && strings.Trim(string(digits), "0123456789") == "" && bytes.IndexByte(rest, 0) > 0
}

// isPostgres knows an ErrorResponse that ends the connection: its severity comes first, and untranslated as field V (PostgreSQL documentation,
// "Error and Notice Message Fields").
func isPostgres(b []byte) bool {
	if len(b) < 6 || b[0] != 'E' || b[5] != 'S' {
		return false
	}
	size := int(binary.BigEndian.Uint32(b[1:]))
	return size > 5 && size <= maxLine && len(b) > size && bytes.Contains(b[:size+1], []byte("\x00VFATAL\x00")) && b[size] == 0
}

// isDisconnection knows LDAP's notice of disconnection (RFC 4511 section 4.4.1), which comes without a request.
func isDisconnection(b []byte) bool {
	message, _, ok := ber(b, berSequence)
	if !ok {
		return false
	}
	id, rest, ok := ber(message, berInteger)
	op, _, isResponse := ber(rest, extendedResponse)
	return ok && isResponse && len(id) == 1 && id[0] == 0 && bytes.Contains(op, []byte("1.3.6.1.4.1.1466.20036"))
}

// isDRDA knows a reply of DDM: the length of all, 0xD0, format 2 (a reply), a number, then the length of what is in it and its code point, a
// reply message (12xx) or the reply to EXCSAT (1443) (The Open Group, "DRDA, Version 5, Volume 3", DSS and DDM). A server answers SYNTAXRM (124C)
// to a ClientHello, as Apache Derby's does.
func isDRDA(b []byte) bool {
	if len(b) < drdaHeader || b[2] != 0xD0 || b[3]&0x0F != 2 {
		return false
	}
	all, inner, point := binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[6:]), binary.BigEndian.Uint16(b[8:])
	return inner >= 4 && all == inner+6 && (point>>8 == 0x12 || point == ddmEXCSATRD)
}

// isMQ knows the eye-catcher of a transmission segment, in ASCII or EBCDIC, with its length (Wireshark, packet-mq.h).
func isMQ(b []byte) bool {
	if len(b) < 8 {
		return false
	}
	eyes := []string{"TSH ", "TSHM", "TSHC", "\xe3\xe2\xc8\x40", "\xe3\xe2\xc8\xd4", "\xe3\xe2\xc8\xc3"}
	size := binary.BigEndian.Uint32(b[4:])
	return slices.Contains(eyes, string(b[:4])) && size >= 28 && size <= 1<<20
}

// isNJE knows a control record of NJE over TCP: OPEN, ACK or NAK in EBCDIC, in eight octets (BITNET RFC 0002; IBM, "Network Job Entry (NJE) Formats
// and Protocols").
func isNJE(b []byte) bool {
	return slices.ContainsFunc([]string{"\xd6\xd7\xc5\xd5\x40\x40\x40\x40", "\xc1\xc3\xd2\x40\x40\x40\x40\x40", "\xd5\xc1\xd2\x40\x40\x40\x40\x40"},
		func(record string) bool { return bytes.HasPrefix(b, []byte(record)) })
}
