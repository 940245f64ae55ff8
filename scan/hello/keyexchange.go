package hello

import (
	"bytes"
	"math/bits"
	"strings"

	"golang.org/x/crypto/cryptobyte"

	"github.com/portseal/portseal/cipher"
)

// The kinds of ServerKeyExchange.
const (
	KindECDHE     = "ecdhe"
	KindDHE       = "dhe"
	KindRSAExport = "rsa_export"
	KindPSK       = "psk"
	KindSRP       = "srp"
	KindUnknown   = "unknown"
)

// readKeyExchange reads a ServerKeyExchange, whose form the cipher suite decides (RFC 5246 section 7.4.3, RFC 8422 section
// 5.4, RFC 4279 sections 2 to 4, RFC 5054 section 2.5.3). What does not fit its suite's form is of kind unknown, with Raw.
func readKeyExchange(body []byte, suite cipher.Suite, v cipher.Version) *ServerKeyExchange {
	x := &ServerKeyExchange{Kind: kindOf(suite), Raw: body}
	s := cryptobyte.String(body)
	ok := true
	if strings.Contains(suite.KeyExchange, "PSK") {
		var hint cryptobyte.String
		ok = s.ReadUint16LengthPrefixed(&hint)
		x.PSKHint = hint
	}
	switch x.Kind {
	case KindECDHE:
		ok = ok && x.readECDHE(&s)
	case KindDHE:
		ok = ok && x.readDHE(&s)
	case KindRSAExport:
		var modulus, exponent cryptobyte.String
		ok = s.ReadUint16LengthPrefixed(&modulus) && s.ReadUint16LengthPrefixed(&exponent)
		_, x.RSABits = integer(modulus)
	case KindSRP:
		ok = x.readSRP(&s)
	case KindUnknown:
		return x
	}
	if !ok || !x.readSignature(&s, v) {
		return &ServerKeyExchange{Kind: KindUnknown, Raw: body}
	}
	return x
}

func kindOf(suite cipher.Suite) string {
	kx := suite.KeyExchange
	switch {
	case !suite.Known:
		return KindUnknown
	case strings.HasPrefix(kx, "ECDH"): // ECDH_anon has the ECDHE form; fixed ECDH sends no ServerKeyExchange
		return KindECDHE
	case strings.HasPrefix(kx, "DH"):
		return KindDHE
	case strings.HasPrefix(kx, "SRP"):
		return KindSRP
	case strings.Contains(kx, "PSK"):
		return KindPSK
	case strings.HasPrefix(kx, "RSA"):
		return KindRSAExport
	}
	return KindUnknown
}

// readECDHE reads ServerECDHParams. Explicit curves have no end that can be known without reading them, and no server of
// today sends them: only their type is kept.
func (x *ServerKeyExchange) readECDHE(s *cryptobyte.String) bool {
	if !s.ReadUint8(&x.CurveType) {
		return false
	}
	if x.CurveType == 1 || x.CurveType == 2 {
		*s = nil
		return true
	}
	var group uint16
	var point cryptobyte.String
	if x.CurveType != 3 || !s.ReadUint16(&group) || !s.ReadUint8LengthPrefixed(&point) {
		return false
	}
	x.Group, x.Public = cipher.Group(group), point
	return true
}

// readDHE reads ServerDHParams.
func (x *ServerKeyExchange) readDHE(s *cryptobyte.String) bool {
	var p, g, public cryptobyte.String
	if !s.ReadUint16LengthPrefixed(&p) || !s.ReadUint16LengthPrefixed(&g) || !s.ReadUint16LengthPrefixed(&public) {
		return false
	}
	x.DHPrime, x.DHBits = integer(p)
	x.DHGenerator, _ = integer(g)
	x.Public = public
	return true
}

// readSRP reads ServerSRPParams.
func (x *ServerKeyExchange) readSRP(s *cryptobyte.String) bool {
	var n, g, salt, public cryptobyte.String
	if !s.ReadUint16LengthPrefixed(&n) || !s.ReadUint16LengthPrefixed(&g) || !s.ReadUint8LengthPrefixed(&salt) ||
		!s.ReadUint16LengthPrefixed(&public) {
		return false
	}
	x.DHPrime, x.DHBits = integer(n)
	x.DHGenerator, _ = integer(g)
	return true
}

// readSignature reads the signature that ends the message, if there is one: anonymous and PSK exchanges have none.
func (x *ServerKeyExchange) readSignature(s *cryptobyte.String, v cipher.Version) bool {
	if s.Empty() {
		return true
	}
	var scheme uint16
	var signature cryptobyte.String
	if v >= cipher.TLSv12 && !s.ReadUint16(&scheme) {
		return false
	}
	x.Signed, x.SignatureScheme = true, cipher.SignatureScheme(scheme)
	ok := s.ReadUint16LengthPrefixed(&signature) && s.Empty()
	x.signature = len(signature)
	return ok
}

// integer strips leading zeros and counts the bits.
func integer(b []byte) ([]byte, int) {
	b = bytes.TrimLeft(b, "\x00")
	if len(b) == 0 {
		return b, 0
	}
	return b, 8*(len(b)-1) + bits.Len8(b[0])
}
