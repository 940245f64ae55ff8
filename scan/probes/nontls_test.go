package probes

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestDescribe: what a server says first is told by its first octets; the rest may be in any language and code page.
func TestDescribe(t *testing.T) {
	for text, want := range map[string]string{
		"220 ready\r\n": "banner",
		"220-Willkommen auf dem Großrechner\r\n": "banner",
		"220 \x1b[31mred\x1b[0m\r\n":             "banner",
		"220 Gr\xfc\xdfe\r\n":                    "banner", // ISO 8859-1
		"SSH-2.0-x\r\n\x00\x00\x01\x14":          "banner", // the key exchange follows at once
		"* OK IMAP":                              "banner",
		"+OK POP3":                               "banner",
		"\xff\xfd\x28":                           "banner",
		"HTTP/1.1 400 Bad Request\r\n":           "plaintext",
		"Fehler: ungültige Anfrage\n":            "plaintext",
		strings.Repeat("x", bannerMax-1) + "ü":   "plaintext", // cut in the middle of a character
		"\x1b[1mWelcome\x1b[0m":                  "plaintext",
		"C1 control \u009b31m":                   "opaque", // terminals act on it as on ESC [
		"2\x91\x07 \x88":                         "opaque",
		"4 x-y":                                  "plaintext",
		"Gr\xfc\xdfe":                            "opaque",
		"\x00\x00\x00\x05":                       "opaque",
		"\xc4\xe2\xd5\xd3\x40\xc9\xd5":           "opaque", // EBCDIC
		"bell\a":                                 "opaque",
	} {
		assert.Equal(t, want, describe([]byte(text)), "%q", text)
	}
}
