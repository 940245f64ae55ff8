package ebcdic

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// What Decode says it read.
const (
	UTF8     = "UTF-8"
	UTF16    = "UTF-16"
	ISO88591 = "ISO-8859-1"
	IBM1047  = "IBM-1047"
	IBM037   = "IBM-037"
)

// Decode returns the text, with "\n" at every line end and every column where it was, and the encoding that was
// recognised. It fails for what is no text.
func Decode(data []byte) (text, encoding string, err error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")):
		text, encoding = string(data[3:]), UTF8
	case bytes.HasPrefix(data, []byte("\xFF\xFE")):
		text, encoding = fromUTF16(data[2:], binary.LittleEndian), UTF16
	case bytes.HasPrefix(data, []byte("\xFE\xFF")):
		text, encoding = fromUTF16(data[2:], binary.BigEndian), UTF16
	case utf8.Valid(data):
		text, encoding = string(data), UTF8
	case isEBCDIC(data):
		text, encoding = fromEBCDIC(data)
	default:
		text, encoding = fromBytes(data, rune8859), ISO88591
	}
	if encoding == UTF8 && !utf8.ValidString(text) {
		text, encoding = fromBytes([]byte(text), rune8859), ISO88591
	}
	text = strings.TrimSuffix(text, "\x1A") // the end of file of DOS
	if err := checkText(text); err != nil {
		return "", encoding, err
	}
	return splitRecords(lineEnds(text)), encoding, nil
}

func rune8859(b byte) rune { return rune(b) }

func fromBytes(data []byte, decode func(byte) rune) string {
	var b strings.Builder
	b.Grow(len(data) + len(data)/16)
	for _, c := range data {
		b.WriteRune(decode(c))
	}
	return b.String()
}

func fromUTF16(data []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return string(utf16.Decode(units))
}

// isEBCDIC compares how many bytes are a blank, letter or digit in each of the two worlds: they have none in common.
func isEBCDIC(data []byte) bool {
	ebcdic, ascii := 0, 0
	for _, b := range data {
		switch {
		case b == 0x40, b >= 0x81 && b <= 0x89, b >= 0x91 && b <= 0x99, b >= 0xA2 && b <= 0xA9,
			b >= 0xC1 && b <= 0xC9, b >= 0xD1 && b <= 0xD9, b >= 0xE2 && b <= 0xE9, b >= 0xF0 && b <= 0xF9:
			ebcdic++
		case b == ' ', b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= '0' && b <= '9':
			ascii++
		}
	}
	return ebcdic > ascii
}

// fromEBCDIC decodes as IBM-037 when the text has more brackets (then, circumflexes) in that code page, else as IBM-1047.
func fromEBCDIC(data []byte) (text, encoding string) {
	count := func(codes ...byte) (n int) {
		for _, c := range codes {
			n += bytes.Count(data, []byte{c})
		}
		return n
	}
	evidence := count(0xBA, 0xBB) - count(0xAD, 0xBD) // [ ] in IBM-037, and in IBM-1047
	if evidence == 0 {
		evidence = count(0xB0) - count(0x5F) // ^
	}
	page, encoding := charmap.CodePage1047, IBM1047
	if evidence > 0 {
		page, encoding = charmap.CodePage037, IBM037
	}
	return fromBytes(data, func(b byte) rune {
		if b == 0x15 || b == 0x25 { // NL and LF: each ends a line
			return '\n'
		}
		return page.DecodeByte(b)
	}), encoding
}

// maxControl is the share of control characters, one in so many, above which bytes are no text.
const maxControl = 50

func checkText(text string) error {
	control, all := 0, 0
	for _, r := range text {
		all++
		switch {
		case r == '\t', r == '\n', r == '\v', r == '\f', r == '\r', r == 0x85:
		case r < ' ', r == 0x7F:
			control++
		}
	}
	if control*maxControl <= all {
		return nil
	}
	return fmt.Errorf("binary data, not text: %d of %d characters are control characters; "+
		"want a text file in UTF-8, ISO-8859-1, IBM-1047 or IBM-037", control, all)
}

// lineEnds makes every line end "\n". A lone CR, and 0x85 of ISO-8859-1, is one only in a text without other line ends.
func lineEnds(text string) string {
	text = unlessLines(text, "\u0085")
	if strings.Contains(text, "\r\n") {
		lines := strings.Split(text, "\n")
		for i, line := range lines[:len(lines)-1] {
			lines[i] = strings.TrimRight(line, "\r") // more than one where a transfer converted twice
		}
		text = strings.Join(lines, "\n")
	}
	return unlessLines(text, "\r")
}

// unlessLines takes a character for the line end of a text that has none.
func unlessLines(text, end string) string {
	if strings.Contains(text, "\n") {
		return text
	}
	return strings.ReplaceAll(text, end, "\n")
}

const recordLength = 80

// splitRecords ends a line after every 80 characters when the text is fixed records: no line end, whole records, and
// one of them padded with blanks, at its end or before a sequence number in columns 73 to 80.
func splitRecords(text string) string {
	if strings.Contains(text, "\n") || len(text) <= recordLength {
		return text
	}
	chars := []rune(text)
	if len(chars)%recordLength != 0 || len(chars) == recordLength {
		return text
	}
	var b strings.Builder
	padded := false
	for ; len(chars) > 0; chars = chars[recordLength:] {
		record := string(chars[:recordLength])
		kept := strings.TrimRight(record, " ")
		padded = padded || kept != record || numbered(chars[:recordLength])
		b.WriteString(kept + "\n")
	}
	if !padded {
		return text
	}
	return b.String()
}

// sequenceColumn is where the sequence number of a card begins, counted from 0.
const sequenceColumn = 72

// numbered says whether a record has a blank and then a sequence number at its end.
func numbered(record []rune) bool {
	for _, r := range record[sequenceColumn:] {
		if r < '0' || r > '9' {
			return false
		}
	}
	return record[sequenceColumn-1] == ' '
}
