package ber

import (
	"errors"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// OID returns the dotted form of an OBJECT IDENTIFIER's contents, or "" when they are malformed.
func (e Element) OID() string {
	if len(e.Body) == 0 || len(e.Body) > 128 {
		return ""
	}
	var out strings.Builder
	value, first := uint64(0), true
	for i, b := range e.Body {
		if value > 1<<56 {
			return ""
		}
		value = value<<7 | uint64(b&0x7F)
		if b&0x80 != 0 {
			if i == len(e.Body)-1 {
				return ""
			}
			continue
		}
		if first {
			root := min(value/40, 2)
			out.WriteString(strconv.FormatUint(root, 10))
			value, first = value-root*40, false
		}
		out.WriteByte('.')
		out.WriteString(strconv.FormatUint(value, 10))
		value = 0
	}
	return out.String()
}

// Int returns the value of an INTEGER: two's complement, any length. Empty contents are nil.
func (e Element) Int() *big.Int {
	if len(e.Body) == 0 {
		return nil
	}
	n := new(big.Int).SetBytes(e.Body)
	if e.Body[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(e.Body))))
	}
	return n
}

// Bits returns the octets of a BIT STRING and how many bits of the last one are unused.
func (e Element) Bits() (octets []byte, unused int, err error) {
	body, err := e.Octets()
	if err != nil {
		return nil, 0, err
	}
	if e.Constructed || len(body) == 0 || body[0] > 7 {
		return nil, 0, errors.New("malformed BIT STRING")
	}
	return body[1:], int(body[0]), nil
}

// Text returns the characters of any ASN.1 string type. Octets that are not valid in the type are kept as Latin-1
// characters and ok is false, so that nothing is lost.
func (e Element) Text() (text string, ok bool) {
	body, err := e.Octets()
	if err != nil {
		return latin1(e.Body), false
	}
	switch e.Tag {
	case TagUTF8String:
		if utf8.Valid(body) {
			return string(body), true
		}
		return latin1(body), false
	case TagBMPString:
		return utf16Text(body)
	case TagUniversalString:
		return utf32Text(body)
	case TagT61String:
		return latin1(body), true
	}
	for _, b := range body {
		if b >= 0x80 {
			if utf8.Valid(body) {
				return string(body), false
			}
			return latin1(body), false
		}
	}
	return string(body), true
}

func latin1(b []byte) string {
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}

func utf16Text(b []byte) (string, bool) {
	if len(b)%2 != 0 {
		return latin1(b), false
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
	}
	return string(utf16.Decode(units)), true
}

func utf32Text(b []byte) (string, bool) {
	if len(b)%4 != 0 {
		return latin1(b), false
	}
	runes := make([]rune, len(b)/4)
	for i := range runes {
		v := uint32(b[4*i])<<24 | uint32(b[4*i+1])<<16 | uint32(b[4*i+2])<<8 | uint32(b[4*i+3])
		if v > utf8.MaxRune {
			return latin1(b), false
		}
		runes[i] = rune(v)
	}
	return string(runes), true
}

// Time returns the value of a UTCTime or GeneralizedTime, in UTC. Forms which X.509 does not allow but X.680 does are
// read too: without seconds, with fractions, with an offset. A UTCTime year below 50 is in the 2000s (RFC 5280 4.1.2.5.1).
func (e Element) Time() (time.Time, bool) {
	body, err := e.Octets()
	if err != nil {
		return time.Time{}, false
	}
	layouts := []string{"20060102150405Z0700", "200601021504Z0700", "20060102150405.999999999Z0700", "20060102150405"}
	text := string(body)
	if e.Is(TagUTCTime) {
		if len(text) < 2 {
			return time.Time{}, false
		}
		century := "20"
		if text[0] >= '5' {
			century = "19"
		}
		text = century + text
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
