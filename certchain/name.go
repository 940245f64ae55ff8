package certchain

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/portseal/portseal/certchain/internal/ber"
)

// attribute is one AttributeTypeAndValue of a Name.
type attribute struct {
	oid   string
	value ber.Element
}

// attributeName is the short name of an attribute type: RFC 4514 section 3, and the others that RACF and Java print.
func attributeName(oid string) string {
	switch oid {
	case "2.5.4.3":
		return "CN"
	case "2.5.4.4":
		return "SN"
	case "2.5.4.5":
		return "SERIALNUMBER"
	case "2.5.4.6":
		return "C"
	case "2.5.4.7":
		return "L"
	case "2.5.4.8":
		return "ST"
	case "2.5.4.9":
		return "STREET"
	case "2.5.4.10":
		return "O"
	case "2.5.4.11":
		return "OU"
	case "2.5.4.12":
		return "T"
	case "2.5.4.17":
		return "POSTALCODE"
	case "2.5.4.42":
		return "GIVENNAME"
	case "2.5.4.46":
		return "DNQUALIFIER"
	case "0.9.2342.19200300.100.1.1":
		return "UID"
	case "0.9.2342.19200300.100.1.25":
		return "DC"
	case "1.2.840.113549.1.9.1":
		return "EMAILADDRESS"
	}
	return oid
}

// readName splits a DER Name into its RDNs, in the order written.
func readName(raw []byte) ([][]attribute, error) {
	seq, _, err := ber.Read(raw)
	if err != nil {
		return nil, err
	}
	if !seq.Is(ber.TagSequence) {
		return nil, fmt.Errorf("a Name is a SEQUENCE, not tag %d", seq.Tag)
	}
	sets, err := seq.Children()
	if err != nil {
		return nil, err
	}
	rdns := make([][]attribute, 0, len(sets))
	for _, set := range sets {
		pairs, err := set.Children()
		if err != nil {
			return nil, err
		}
		var rdn []attribute
		for _, pair := range pairs {
			parts, err := pair.Children()
			if err != nil || len(parts) < 2 {
				return nil, fmt.Errorf("an attribute of a Name is malformed")
			}
			rdn = append(rdn, attribute{oid: parts[0].OID(), value: parts[1]})
		}
		rdns = append(rdns, rdn)
	}
	return rdns, nil
}

// FormatName writes a DER encoded Name as RFC 4514 (RFC 2253) does, most specific part first. Control characters and
// octets that no character set explains are escaped in hex; a Name that cannot be read is "#" and its octets in hex.
func FormatName(raw []byte) string {
	rdns, err := readName(raw)
	if err != nil {
		return "#" + hex.EncodeToString(raw)
	}
	slices.Reverse(rdns)
	out := make([]string, 0, len(rdns))
	for _, rdn := range rdns {
		parts := make([]string, 0, len(rdn))
		for _, a := range rdn {
			parts = append(parts, attributeName(a.oid)+"="+formatValue(a.value))
		}
		out = append(out, strings.Join(parts, "+"))
	}
	return strings.Join(out, ",")
}

func isText(tag int) bool {
	switch tag {
	case ber.TagUTF8String, ber.TagNumericString, ber.TagPrintableString, ber.TagT61String, ber.TagIA5String,
		ber.TagVisibleString, ber.TagUniversalString, ber.TagBMPString:
		return true
	}
	return false
}

func formatValue(v ber.Element) string {
	if v.Class != ber.ClassUniversal || !isText(v.Tag) {
		return "#" + hex.EncodeToString(v.Full)
	}
	text, _ := v.Text()
	var b strings.Builder
	for i, r := range text {
		last := i+utf8.RuneLen(r) >= len(text)
		switch {
		case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
			for _, c := range []byte(string(r)) {
				fmt.Fprintf(&b, `\%02X`, c)
			}
		case strings.ContainsRune(`,+"\<>;`, r), r == '#' && i == 0, r == ' ' && (i == 0 || last):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// commonName returns the most specific CN of a Name, or "".
func commonName(raw []byte) string {
	rdns, err := readName(raw)
	if err != nil {
		return ""
	}
	for _, rdn := range slices.Backward(rdns) {
		for _, a := range rdn {
			if a.oid == "2.5.4.3" {
				text, _ := a.value.Text()
				return text
			}
		}
	}
	return ""
}

// canonicalName is the form in which two Names are compared: string type, letter case and inner white space do not
// count (RFC 5280 section 7.1), the order of attributes within one RDN neither. A Name that cannot be read stands for itself.
func canonicalName(raw []byte) string {
	rdns, err := readName(raw)
	if err != nil {
		return string(raw)
	}
	var b strings.Builder
	for _, rdn := range rdns {
		parts := make([]string, 0, len(rdn))
		for _, a := range rdn {
			value := string(a.value.Full)
			if a.value.Class == ber.ClassUniversal && isText(a.value.Tag) {
				text, _ := a.value.Text()
				value = strings.ToLower(strings.Join(strings.Fields(text), " "))
			}
			parts = append(parts, fmt.Sprintf("%s=%q", a.oid, value))
		}
		slices.Sort(parts)
		b.WriteString("{" + strings.Join(parts, "+") + "}")
	}
	return b.String()
}
