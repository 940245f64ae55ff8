package saf

import (
	"strings"
	"time"
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
