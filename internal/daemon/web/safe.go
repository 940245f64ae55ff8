package web

import (
	"strings"

	"github.com/portseal/portseal/report/text"
)

// safe makes what is invisible or moves text in a page visible, line by line: html/template takes care of markup, this of the rest. It is the one
// place through which everything goes, so no template can forget it.
func safe(page string) string {
	if plain(page) {
		return page
	}
	var out strings.Builder
	out.Grow(len(page) + 64)
	for rest := page; rest != ""; {
		line, after, more := strings.Cut(rest, "\n")
		if plain(line) {
			out.WriteString(line)
		} else {
			out.WriteString(text.Visible(line))
		}
		if more {
			out.WriteByte('\n')
		}
		rest = after
	}
	return out.String()
}

// plain says whether a text is printable ASCII and line ends, as nearly all is.
func plain(s string) bool {
	for i := range len(s) {
		if (s[i] < ' ' || s[i] > '~') && s[i] != '\n' {
			return false
		}
	}
	return true
}
