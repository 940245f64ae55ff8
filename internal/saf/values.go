package saf

import (
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/portseal/portseal/certchain"
)

func setStatus(p *parser, c *Certificate, value string) {
	c.Status = certchain.Status(value)
	switch c.Status {
	case certchain.StatusTrust, certchain.StatusNoTrust, certchain.StatusHighTrust:
	default:
		p.problem(p.atText(value), "the status %s is not known: want TRUST, NOTRUST or HIGHTRUST", quote(value))
		c.Status = ""
	}
}

func setDate(get func(*Certificate) *time.Time) func(*parser, *Certificate, string) {
	return func(p *parser, c *Certificate, value string) {
		at, err := time.Parse("2006/01/02 15:04:05", value)
		if err != nil {
			p.problem(p.atText(value), "%s is no date and time: want YYYY/MM/DD HH:MM:SS", quote(value))
			return
		}
		*get(c) = at
	}
}

func endSerial(p *parser, c *Certificate) {
	serial := strings.ToLower(strings.ReplaceAll(c.Serial, ":", ""))
	if strings.Trim(serial, "0123456789abcdef") != "" || serial == "" {
		p.problem(c.At, "the serial number %s of the certificate %s is not hexadecimal", quote(c.Serial), quote(c.Label))
		serial = ""
	}
	c.Serial = serial
}

func setKeySize(p *parser, c *Certificate, value string) {
	size, err := strconv.Atoi(value)
	if err != nil || size <= 0 {
		p.problem(p.atText(value), "the key size %s is no number of bits", quote(value))
		return
	}
	c.KeySize = size
}

func setPrivateKey(p *parser, c *Certificate, value string) {
	switch value {
	case "YES", "NO":
		c.PrivateKey = certchain.AnswerOf(value == "YES")
	default:
		p.problem(p.atText(value), "%s does not say whether there is a private key: want YES or NO", quote(value))
	}
}

func setKeyUsage(_ *parser, c *Certificate, value string) {
	for word := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ',' || r == ' ' }) {
		c.KeyUsage = append(c.KeyUsage, word)
	}
}

func moreKeyUsage(p *parser, c *Certificate, value string) bool {
	first, _, _ := strings.Cut(value, ",")
	switch strings.TrimSpace(first) {
	case "HANDSHAKE", "DATAENCRYPT", "DOCSIGN", "CERTSIGN", "KEYAGREE":
		setKeyUsage(p, c, value)
		return true
	}
	return false
}

// moreAltNames reads "Domain: name" and its kin.
func moreAltNames(_ *parser, c *Certificate, value string) bool {
	kind, name, ok := strings.Cut(value, ":")
	if !ok {
		return false
	}
	switch kind {
	case "IP", "EMail", "Domain", "URI":
		c.AltNames = append(c.AltNames, AltName{kind, strings.TrimSpace(name)})
		return true
	}
	return false
}

func setFingerprint(p *parser, c *Certificate, value string) {
	c.SHA256 = ""
	moreFingerprint(p, c, value)
}

// moreFingerprint takes lines of hex with colons; the digits may be in either case.
func moreFingerprint(_ *parser, c *Certificate, value string) bool {
	digits := strings.ToLower(strings.Map(func(r rune) rune {
		if r == ':' || r == ' ' || r == '>' || r == '<' {
			return -1
		}
		return r
	}, value))
	if strings.Trim(digits, "0123456789abcdef") != "" || len(c.SHA256)+len(digits) > 64 {
		return false
	}
	c.SHA256 += digits
	return true
}

func endFingerprint(p *parser, c *Certificate) {
	if raw, err := hex.DecodeString(c.SHA256); err != nil || len(raw) != 32 {
		p.problem(c.At, "the fingerprint of the certificate %s has %d hexadecimal digits: want 64", quote(c.Label), len(c.SHA256))
		c.SHA256 = ""
	}
}

// moreAssociations takes "*** No rings associated ***".
func moreAssociations(_ *parser, _ *Certificate, value string) bool {
	return strings.EqualFold(strings.Trim(value, "* "), "No rings associated")
}

func setRingOwner(p *parser, c *Certificate, value string) {
	c.Rings = append(c.Rings, Association{Owner: value, At: p.at()})
}

func setRing(p *parser, c *Certificate, value string) {
	switch n := len(c.Rings); {
	case n == 0:
		c.Rings = append(c.Rings, Association{At: p.at()})
	case c.Rings[n-1].Name != "":
		c.Rings = append(c.Rings, Association{Owner: c.Rings[n-1].Owner, At: p.at()})
	}
	p.angled(&c.Rings[len(c.Rings)-1].Name, value)
}

// moreRing takes the ring's name; a further one under the same owner is another ring.
func moreRing(p *parser, c *Certificate, value string) bool {
	if p.rest == "" && !strings.HasPrefix(value, ">") {
		return false
	}
	if p.rest == "" && c.Rings[len(c.Rings)-1].Name != "" {
		setRing(p, c, value)
		return true
	}
	p.angled(&c.Rings[len(c.Rings)-1].Name, value)
	return true
}
