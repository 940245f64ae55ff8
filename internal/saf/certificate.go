package saf

import (
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/portseal/portseal/certchain"
)

// field is one of RACDCERT LIST's.
type field struct {
	set  func(p *parser, c *Certificate, value string)      // takes the value on the line of the key
	more func(p *parser, c *Certificate, value string) bool // takes the lines after it, and says whether they belong to it; may be nil
	end  func(p *parser, c *Certificate)                    // checks the whole; may be nil
}

// fields is the one list of what RACDCERT LIST prints, by key in lower case.
func fields() map[string]field {
	name := func(get func(*Certificate) *string) field {
		take := func(p *parser, c *Certificate, value string) { p.angled(get(c), value) }
		return field{take, func(p *parser, c *Certificate, value string) bool {
			if p.rest == "" && !strings.HasPrefix(value, ">") {
				return false
			}
			take(p, c, value)
			return true
		}, nil}
	}
	text := func(get func(*Certificate) *string) field {
		return field{func(_ *parser, c *Certificate, value string) { *get(c) = value }, nil, nil}
	}
	keyLabel := name(func(c *Certificate) *string { return &c.KeyLabel })
	serial := name(func(c *Certificate) *string { return &c.Serial })
	serial.end = endSerial
	return map[string]field{
		"label":                            text(func(c *Certificate) *string { return &c.Label }),
		"certificate id":                   text(func(c *Certificate) *string { return &c.ID }),
		"status":                           {setStatus, nil, nil},
		"start date":                       {setDate(func(c *Certificate) *time.Time { return &c.NotBefore }), nil, nil},
		"end date":                         {setDate(func(c *Certificate) *time.Time { return &c.NotAfter }), nil, nil},
		"serial number":                    serial,
		"issuer's name":                    name(func(c *Certificate) *string { return &c.Issuer }),
		"subject's name":                   name(func(c *Certificate) *string { return &c.Subject }),
		"subject's altnames":               {func(*parser, *Certificate, string) {}, moreAltNames, nil},
		"signing algorithm":                text(func(c *Certificate) *string { return &c.SigningAlgorithm }),
		"key usage":                        {setKeyUsage, moreKeyUsage, nil},
		"key type":                         text(func(c *Certificate) *string { return &c.KeyType }),
		"key size":                         {setKeySize, nil, nil},
		"private key":                      {setPrivateKey, nil, nil},
		"pkds label":                       keyLabel,
		"tkds token":                       keyLabel,
		"tkds id":                          {func(*parser, *Certificate, string) {}, nil, nil}, // the object within the token
		"certificate fingerprint (sha256)": {setFingerprint, moreFingerprint, endFingerprint},
		"ring associations":                {func(*parser, *Certificate, string) {}, moreAssociations, nil},
		"ring owner":                       {setRingOwner, nil, nil},
		"ring":                             {setRing, moreRing, nil},
	}
}

// certificate is the one that is being read.
func (p *parser) certificate() *Certificate { return &p.out.Certificates[len(p.out.Certificates)-1] }

// begin begins a certificate.
func (p *parser) begin() {
	p.close()
	p.out.Certificates = append(p.out.Certificates, Certificate{Owner: p.owner, At: p.at()})
	p.open, p.fresh = true, true
}

// close ends the field and the certificate that are being read.
func (p *parser) close() {
	p.endField()
	p.open = false
}

func (p *parser) endField() {
	if !p.open {
		p.last, p.rest = field{}, ""
		return
	}
	if p.rest != "" {
		p.problem(p.certificate().At, "a value of the certificate %s is not closed by \"<\": the listing is cut off", quote(p.certificate().Label))
	}
	if p.last.end != nil {
		p.last.end(p, p.certificate())
	}
	p.last, p.rest = field{}, ""
}

// certificateLine reads a line of LIST.
func (p *parser) certificateLine() bool {
	key, value, keyed := strings.Cut(p.text, ":")
	f, known := p.fields[strings.ToLower(strings.TrimSpace(key))]
	if p.open && p.last.more != nil && !(keyed && known) && p.last.more(p, p.certificate(), p.text) {
		return true
	}
	if !keyed || !known {
		return false
	}
	value = strings.TrimSpace(value)
	p.endField()
	if isLabel := strings.EqualFold(key, "label"); !p.open || isLabel && p.certificate().Label != "" {
		p.begin()
	}
	p.fresh = false
	f.set(p, p.certificate(), value)
	p.last = f
	return true
}

// maxValue is the length above which a value takes no further piece: a name is no longer than a few hundred characters.
const maxValue = 64 << 10

// angled takes ">piece<", which is how LIST writes what may hold blanks; a longer value has several pieces.
func (p *parser) angled(target *string, value string) {
	if len(*target) > maxValue {
		p.rest = ""
		p.notUnderstood()
		return
	}
	inner, opened := strings.CutPrefix(value, ">")
	if !opened && p.rest == "" {
		*target += value // a value without blanks, as a key's label
		return
	}
	piece, closed := strings.CutSuffix(inner, "<")
	*target += piece
	if p.rest = ""; !closed {
		p.rest = piece + " " // anything that is not empty: the next line goes on
	}
}

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
