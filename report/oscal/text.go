package oscal

import (
	"strings"
	"time"
	"unicode"

	"github.com/portseal/portseal/report/text"
)

// value is text as a StringDatatype: one line that neither begins nor ends with a blank, and is not empty.
func value(s string) string {
	if s = strings.TrimSpace(text.Clean(s)); s == "" {
		return "(empty)"
	}
	return s
}

// markup is text as a MarkupLineDatatype: OSCAL reads Markdown and "{{ insert: ... }}" in it, so what could be either is escaped, as
// CommonMark section 2.4 has it.
func markup(s string) string {
	var out strings.Builder
	for _, r := range value(s) {
		if strings.ContainsRune("\\`*_{}[]<>#|~^&!\"", r) {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}

// paragraphs are texts as a MarkupMultilineDatatype, one below the other; the empty ones are left out.
func paragraphs(texts ...string) string {
	var out []string
	for _, t := range texts {
		if t != "" {
			out = append(out, markup(t))
		}
	}
	return strings.Join(out, "\n\n")
}

// token is text as a TokenDatatype: a letter or "_", and then letters, digits, ".", "-" and "_".
func token(s string) string {
	out := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || strings.ContainsRune(".-_", r) {
			return r
		}
		return '_'
	}, text.Clean(s))
	if first := []rune(out); len(first) == 0 || !unicode.IsLetter(first[0]) {
		return "_" + out
	}
	return out
}

// stamp is a time as a DateTimeWithTimezoneDatatype, which has the years 1900 to 2999: another gives way to the time instead.
func stamp(t, instead time.Time) string {
	if y := t.UTC().Year(); y < 1900 || y > 2999 {
		t = instead
	}
	if y := t.UTC().Year(); y < 1900 || y > 2999 {
		t = time.Unix(0, 0)
	}
	return t.UTC().Format(time.RFC3339Nano)
}
