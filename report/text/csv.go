package text

import (
	"strings"
	"unicode"
)

// CSV makes s safe for a cell of a spreadsheet: Visible, and an apostrophe before whatever a spreadsheet would take for a formula
// (=, +, -, @ and their full-width forms at the beginning, blanks or not), at the beginning of the text and after each semicolon, which
// parts cells where the decimal point is a comma. Quoting cells is for encoding/csv. See "CSV Injection" of OWASP.
func CSV(s string) string {
	if !strings.ContainsAny(s, formulaStarts) {
		return Visible(s)
	}
	var out strings.Builder
	start := true
	for piece := range pieces(s) {
		if start && strings.Contains(formulaStarts, piece) {
			out.WriteByte('\'')
		}
		out.WriteString(piece)
		start = piece == ";" || start && strings.TrimFunc(piece, unicode.IsSpace) == ""
	}
	return out.String()
}

// formulaStarts begin a formula in some spreadsheet.
const formulaStarts = "=+-@\uff1d\uff0b\uff0d\uff20"
