// Package tcpprofile reads what a TCP/IP profile says of AT-TLS: the TTLS or NOTTLS parameter of its TCPCONFIG statements, without
// which no AT-TLS policy takes any connection (z/OS Communications Server: IP Configuration Reference, TCPCONFIG statement).
//
// Limits: it looks for these words alone, in a whole profile or in the lines that were taken from one. What a VARY TCPIP,,OBEYFILE
// changed later is in no profile.
package tcpprofile

import (
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/portseal/portseal/internal/ebcdic"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// TTLS is what a profile says.
type TTLS struct {
	Active   scan.Fact       // unknown where other files are included and none of these lines says it
	Location report.Location // of the parameter, of an INCLUDE that leaves it open, else of the file's beginning
	Includes []string        // the files that INCLUDE statements name
}

// Parse reads a profile. The last TTLS or NOTTLS of a TCPCONFIG statement holds; without any, NOTTLS is the default. It fails for
// what is no text.
func Parse(path string, data []byte) (TTLS, error) {
	out := TTLS{Active: scan.Unknown, Location: report.Location{File: path, Line: 1, Column: 1}}
	text, _, err := ebcdic.Decode(data)
	if err != nil {
		return out, err
	}
	open := false // the words are a TCPCONFIG statement's, as far as these words can tell
	for number, line := range strings.Split(text, "\n") {
		for from, word := range words(line) {
			at := report.Location{File: path, Line: number + 1, Column: 1 + utf8.RuneCountInString(line[:from])}
			switch upper := strings.ToUpper(word); {
			case upper == "TCPCONFIG":
				open = true
			case open && (upper == "TTLS" || upper == "NOTTLS"):
				out.Active, out.Location = scan.FactOf(upper == "TTLS"), at
			case upper == "INCLUDE":
				open = false
				out.Includes = append(out.Includes, strings.TrimSpace(clean(line)[from+len(word):]))
				if out.Active == scan.Unknown {
					out.Location = at
				}
			}
		}
	}
	if out.Active == scan.Unknown && len(out.Includes) == 0 {
		out.Active = scan.No
	}
	return out, nil
}

// clean takes the comment off a line.
func clean(line string) string {
	before, _, _ := strings.Cut(line, ";")
	return before
}

// words yields the words of a line, comments left out, and where they begin.
func words(line string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		text := clean(line)
		for at := 0; at < len(text); {
			rest := strings.TrimLeft(text[at:], " \t\r")
			at = len(text) - len(rest)
			word := rest
			if i := strings.IndexAny(rest, " \t\r"); i >= 0 {
				word = rest[:i]
			}
			if word == "" {
				return
			}
			if !yield(at, word) {
				return
			}
			at += len(word)
		}
	}
}
