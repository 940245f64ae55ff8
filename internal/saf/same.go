package saf

import (
	"strings"
	"time"

	"github.com/portseal/portseal/certchain"
)

// slack allows for the time zone of the system that listed a date.
const slack = 25 * time.Hour

// describes says whether a listing without a fingerprint can only mean this certificate: the serial number is the same, so is all
// else that is listed, and that is enough to tell certificates apart (RACF numbers the ones that it makes itself from 0).
func (c *Certificate) describes(cert *certchain.Certificate) bool {
	if !certchain.SameSerial(c.Serial, cert.Serial) || !c.subjectFits(cert) {
		return false
	}
	dated := !c.NotBefore.IsZero() && !c.NotAfter.IsZero()
	keyed := c.KeyType != "" && c.KeySize > 0
	return (dated || keyed) && (!dated || near(c.NotBefore, cert.NotBefore) && near(c.NotAfter, cert.NotAfter)) &&
		(!keyed || c.keyFits(cert.Key))
}

func near(a, b time.Time) bool { return a.Sub(b).Abs() <= slack }

// subjectFits compares the common name only: RACF's form of a name has no escapes, and may be cut off.
func (c *Certificate) subjectFits(cert *certchain.Certificate) bool {
	if c.Subject == "" {
		return false
	}
	const whole = 250 // LIST shows up to 256 bytes
	if name := cert.CommonName; name != "" && isASCII(name) && len(c.Subject) < whole {
		return strings.Contains(c.Subject, "CN="+name)
	}
	return true
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > 0x7E })
}

func (c *Certificate) keyFits(key certchain.Key) bool {
	algorithm := c.KeyType
	switch c.KeyType {
	case "RSA", "RSA Mod-Exp":
		algorithm = "RSA"
	case "NIST ECC", "Brainpool ECC":
		algorithm = "ECDSA"
	}
	return algorithm == key.Algorithm && c.KeySize == key.Bits
}
