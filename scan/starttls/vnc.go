package starttls

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// What stands in the way to TLS of VNC: RFB's version (RFC 6143 section 7.1.1), its security types (section 7.1.2), of which VeNCrypt is one,
// and VeNCrypt's subtypes, as TigerVNC, libvncserver and QEMU speak them.
const (
	rfbVersionLength = 12
	rfbNone          = 1
	rfbVNC           = 2  // a challenge and DES; the session is in clear
	rfbTLS           = 18 // TLS without VeNCrypt's subtypes
	rfbVeNCrypt      = 19
	veNCryptPlain    = 256 // VeNCrypt's one subtype without TLS: a user and a password in clear
)

// veNCryptSubtypes are those that begin with TLS, best first: with a certificate (X509None, X509Vnc, X509Plain, X509SASL), and with an anonymous
// key exchange (TLSNone, TLSVnc, TLSPlain, TLSSASL). Which ones the two kinds may be is the server's configuration: the first decides.
func veNCryptSubtypes() []uint32 { return []uint32{260, 261, 262, 264, 257, 258, 259, 263} }

// vnc is VeNCrypt, version 0.2.
func vnc(_ context.Context, p *peer, _ string) error {
	types, err := p.rfbSecurity()
	switch {
	case err != nil:
		return err
	case bytes.IndexByte(types, rfbVeNCrypt) >= 0:
	case bytes.IndexByte(types, rfbTLS) >= 0:
		p.want = "VeNCrypt (19) among the security types; TLS (18) is not spoken here"
		return p.unexpected()
	default:
		return p.refused("VeNCrypt is none of the security types")
	}
	offered, err := p.veNCryptOffered()
	if err != nil {
		return err
	}
	for _, subtype := range veNCryptSubtypes() {
		if slices.Contains(offered, subtype) {
			return p.veNCrypt(subtype)
		}
	}
	return p.refused("no subtype of VeNCrypt's begins with TLS")
}

// vncClear looks for a security type without TLS: None and VNC authentication, and VeNCrypt's subtype Plain. Of types that encrypt in ways of their own,
// such as RA2, and of all others nothing is known.
func vncClear(_ context.Context, p *peer, _ string) error {
	types, err := p.rfbSecurity()
	switch {
	case err != nil:
		return err
	case bytes.IndexByte(types, rfbNone) >= 0, bytes.IndexByte(types, rfbVNC) >= 0:
		return nil
	case bytes.IndexByte(types, rfbVeNCrypt) >= 0:
		offered, err := p.veNCryptOffered()
		if err != nil || slices.Contains(offered, veNCryptPlain) {
			return err
		}
	}
	if other := bytes.Trim(types, string([]byte{rfbTLS, rfbVeNCrypt})); len(other) > 0 {
		p.want = "None (1), VNC authentication (2), TLS (18) and VeNCrypt (19) alone among the security types"
		return p.unexpected()
	}
	return p.refused("all security types begin with TLS")
}

// veNCryptOffered chooses VeNCrypt, and returns the subtypes that the server has.
func (p *peer) veNCryptOffered() ([]uint32, error) {
	if err := p.send([]byte{rfbVeNCrypt}, "VeNCrypt's version 0.2 or newer"); err != nil {
		return nil, err
	}
	version, err := p.take(2)
	if err != nil {
		return nil, err
	}
	if version[0] == 0 && version[1] < 2 {
		return nil, p.unexpected()
	}
	if err := p.send([]byte{0, 2}, "0, which takes the version, and VeNCrypt's subtypes"); err != nil {
		return nil, err
	}
	head, err := p.take(2)
	if err != nil {
		return nil, err
	}
	if head[0] != 0 {
		return nil, p.unexpected()
	}
	list, err := p.take(4 * int(head[1]))
	if err != nil {
		return nil, err
	}
	var offered []uint32
	for chunk := range slices.Chunk(list, 4) {
		offered = append(offered, binary.BigEndian.Uint32(chunk))
	}
	return offered, nil
}

// rfbSecurity reads on to the security types, and returns them.
func (p *peer) rfbSecurity() ([]byte, error) {
	p.want = "RFB's version"
	if err := p.first("R"); err != nil {
		return nil, err
	}
	greeting, err := p.take(rfbVersionLength)
	if err != nil {
		return nil, err
	}
	version, ok := rfbVersion(greeting)
	switch {
	case !ok:
		return nil, p.unexpected()
	case version < "003.007":
		return p.rfbOld(version)
	}
	version = min(version, "003.008") // RealVNC's own are higher, and go on as 3.8 does
	if err := p.send([]byte("RFB "+version+"\n"), "RFB's security types"); err != nil {
		return nil, err
	}
	count, err := p.ReadByte()
	if err != nil {
		return nil, err
	}
	if count == 0 { // no connection, and the reason follows (RFC 6143 section 7.1.2)
		return nil, p.rfbReason()
	}
	return p.take(int(count))
}

// rfbOld reads the one security type that a server before 3.7 decides on, none of which has TLS; 0 is no connection, as TigerVNC says to an address
// that failed too often (its BlacklistThreshold is five connections that end before authentication).
func (p *peer) rfbOld(version string) ([]byte, error) {
	if err := p.send([]byte("RFB "+version+"\n"), "RFB's security type"); err != nil {
		return nil, err
	}
	kind, err := p.take(4)
	if err != nil {
		return nil, err
	}
	if binary.BigEndian.Uint32(kind) == 0 {
		return nil, p.rfbReason()
	}
	return kind[3:], nil
}

// rfbVersion reads RFB's greeting, as in "RFB 003.008".
func rfbVersion(greeting []byte) (version string, ok bool) {
	version, ok = strings.CutPrefix(string(greeting), "RFB ")
	version, end := strings.CutSuffix(version, "\n")
	major, minor, dot := strings.Cut(version, ".")
	number := func(s string) bool { return len(s) == 3 && strings.Trim(s, "0123456789") == "" }
	return version, ok && end && dot && number(major) && number(minor)
}

// rfbReason reads why a server does not go on: too many failures, no display, not this version.
func (p *peer) rfbReason() error {
	head, err := p.take(4)
	if err != nil {
		return err
	}
	n := binary.BigEndian.Uint32(head)
	if n > maxLine {
		return p.unexpected()
	}
	if _, err := p.take(int(n)); err != nil {
		return err
	}
	return p.unexpected()
}

// veNCrypt chooses a subtype.
func (p *peer) veNCrypt(subtype uint32) error {
	if err := p.send(binary.BigEndian.AppendUint32(nil, subtype), "1 in reply to a VeNCrypt subtype"); err != nil {
		return err
	}
	answer, err := p.ReadByte()
	switch {
	case err != nil:
		return err
	case answer == 1:
		return nil
	case answer == 0: // as when its certificate cannot be loaded
		return p.refused(fmt.Sprintf("the reply to VeNCrypt's subtype %d", subtype))
	}
	return p.unexpected()
}
