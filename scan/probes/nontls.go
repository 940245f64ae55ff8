package probes

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/starttls"
)

const bannerMax = 256 // octets of a banner that are kept as a fact; the evidence has all

func nonTLS(kind string, first []byte) *scan.NonTLS {
	n := &scan.NonTLS{Kind: kind, Protocol: starttls.Recognise(first)}
	if len(first) > 0 {
		n.Banner = first[:min(len(first), bannerMax)]
		n.Entropy = math.Round(entropy(first)*100) / 100
	}
	return n
}

// describe tells bytes that are no TLS record apart: a banner is what a protocol opens with (a reply code, a greeting, telnet's
// IAC), plaintext is other text in UTF-8, such as an HTTP error, opaque is everything else. Only a banner's first octets count:
// what follows may be in any code page.
func describe(b []byte) string {
	switch {
	case opensDialogue(b):
		return "banner"
	case isText(b[:min(len(b), bannerMax)]):
		return "plaintext"
	}
	return "opaque"
}

// opensDialogue says whether the octets are how a server speaks first: telnet's IAC (RFC 854), a reply code of FTP, SMTP or NNTP
// (RFC 959 section 4.2), and the greetings of SSH, POP3, IMAP and VNC.
func opensDialogue(b []byte) bool {
	const telnetIAC = 0xFF
	digit := func(c byte) bool { return '0' <= c && c <= '9' }
	switch {
	case len(b) > 1 && b[0] == telnetIAC && b[1] >= 0xF0:
		return true
	case len(b) > 3 && '1' <= b[0] && b[0] <= '5' && digit(b[1]) && digit(b[2]) && (b[3] == ' ' || b[3] == '-'):
		return true
	}
	greets := func(greeting string) bool { return bytes.HasPrefix(b, []byte(greeting)) }
	return slices.ContainsFunc([]string{"SSH-", "+OK", "* OK", "RFB "}, greets)
}

// isText says whether the octets are UTF-8 without control characters but those of lines and ESC, which begins a colour; a character cut
// at the end is none.
func isText(b []byte) bool {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1:
			return !utf8.FullRune(b)
		case unicode.IsControl(r) && !strings.ContainsRune("\r\n\t\x1b", r):
			return false
		}
		b = b[n:]
	}
	return true
}

// entropy is Shannon's, in bits an octet. A short answer cannot show much: eight octets have at most 3 bits.
func entropy(b []byte) float64 {
	var count [256]int
	for _, c := range b {
		count[c]++
	}
	h := 0.0
	for _, n := range count {
		if n > 0 {
			p := float64(n) / float64(len(b))
			h -= p * math.Log2(p)
		}
	}
	return h
}
