package starttls

import (
	"context"
	"encoding/binary"
)

// DDM's code points and data (The Open Group, "DRDA, Version 5, Volume 3").
const (
	ddmEXCSATRD = 0x1443 // the reply to EXCSAT
	drdaHeader  = 10     // octets: DSS (length of all, 0xD0, format, correlation), then length and code point of what is in it
)

// drdaClear sends EXCSAT, with which every session of DRDA begins: the name portseal, and the levels of AGENT, SQLAM, RDB and SECMGR that a Db2 of
// any age has. No user is named. A server that takes DRDA without TLS answers EXCSATRD before it asks who the user is.
func drdaClear(_ context.Context, p *peer, _ string) error {
	const (
		request = "\x00\x2A\xD0\x01\x00\x01" + "\x00\x24\x10\x41" +
			"\x00\x0C\x11\x5E\x97\x96\x99\xA3\xA2\x85\x81\x93" + // EXTNAM, in EBCDIC
			"\x00\x14\x14\x04\x14\x03\x00\x07\x24\x07\x00\x07\x24\x0F\x00\x07\x14\x40\x00\x07" // MGRLVLLS
		alert = 0x15
	)
	if err := p.send([]byte(request), "EXCSATRD in reply to EXCSAT"); err != nil {
		return err
	}
	first, err := p.ReadByte()
	if err != nil {
		return err
	}
	if first == alert {
		return p.refused("the reply to EXCSAT in clear is a TLS alert")
	}
	p.next--
	header, err := p.take(drdaHeader)
	if err != nil {
		return err
	}
	if !isDRDA(header) || binary.BigEndian.Uint16(header[8:]) != ddmEXCSATRD {
		return p.unexpected()
	}
	return nil
}
