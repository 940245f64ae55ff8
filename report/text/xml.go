package text

import (
	"encoding/xml"
	"strings"
)

// XML makes s safe for the text and the attributes of an XML 1.0 document: Visible, so that no control character is left, which XML
// cannot hold even as a reference; then its markup is escaped.
func XML(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '\ufffe' || r == '\uffff' { // no characters of XML
			return '\ufffd'
		}
		return r
	}, Visible(s))
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(s)) // a strings.Builder takes all
	return out.String()
}
