// Package racdcert writes what RACDCERT would list about certificates that a test has just made.
//
// Limits: it writes the lines that tests need, in the form of z/OS 2.5; it is no RACF.
package racdcert

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"strings"
)

// Entry is a certificate as it is connected to a ring.
type Entry struct {
	Label   string
	Owner   string // "CERTAUTH", "SITE" or a user ID
	Usage   string // PERSONAL, CERTAUTH or SITE
	Default bool
	Status  string // TRUST without it
	Cert    *x509.Certificate
	Old     bool // listed by a release that shows no fingerprint
}

// ListRing writes RACDCERT LISTRING of one ring.
func ListRing(owner, name string, entries ...Entry) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, "%-70s\n", fmt.Sprintf(format, args...)) }
	line("Digital ring information for user %s:", owner)
	line("")
	line("  Ring:")
	line("       >%s<", name)
	if len(entries) == 0 {
		line("  *** No certificates connected ***")
		return b.String()
	}
	line("  Certificate Label Name             Cert Owner     USAGE      DEFAULT")
	line("  --------------------------------   ------------   --------   -------")
	for _, e := range entries {
		line("  %-32s   %-12s   %-8s     %s", e.Label, e.owner(), e.Usage, yes(e.Default))
		line("")
	}
	return b.String()
}

// List writes RACDCERT LIST of each certificate.
func List(entries ...Entry) string {
	var b strings.Builder
	for _, e := range entries {
		owner := e.Owner
		if strings.HasPrefix(e.owner(), "ID(") {
			owner = "user " + owner
		}
		status := e.Status
		if status == "" {
			status = "TRUST"
		}
		kind, size := key(e.Cert)
		fmt.Fprintf(&b, "Digital certificate information for %s:\n\n  Label: %s\n  Status: %s\n  Start Date: %s\n  End Date:   %s\n", owner, e.Label, status,
			e.Cert.NotBefore.Format(dateForm), e.Cert.NotAfter.Format(dateForm))
		fmt.Fprintf(&b, "  Serial Number:\n       >%X<\n", e.Cert.SerialNumber.Bytes())
		fmt.Fprintf(&b, "  Issuer's Name:\n%s  Subject's Name:\n%s", name(e.Cert.Issuer.String()), name(e.Cert.Subject.String()))
		fmt.Fprintf(&b, "  Signing Algorithm: sha256RSA\n  Key Type: %s\n  Key Size: %d\n  Private Key: %s\n", kind, size, yes(e.Usage == "PERSONAL"))
		if !e.Old {
			fmt.Fprintf(&b, "  Certificate Fingerprint (SHA256):\n%s", fingerprint(e.Cert))
		}
		b.WriteString("  Ring Associations:\n    *** No rings associated ***\n\n")
	}
	return b.String()
}

const dateForm = "2006/01/02 15:04:05"

func (e Entry) owner() string {
	if e.Owner == "CERTAUTH" || e.Owner == "SITE" {
		return e.Owner
	}
	return "ID(" + e.Owner + ")"
}

func yes(b bool) string {
	if b {
		return "YES"
	}
	return "NO"
}

func key(c *x509.Certificate) (kind string, bits int) {
	switch k := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return "RSA", k.N.BitLen()
	case *ecdsa.PublicKey:
		return "NIST ECC", k.Curve.Params().BitSize
	}
	return "UNKNOWN", 1
}

// name writes RDNs joined by dots, most specific first, in pieces of one line.
func name(rfc4514 string) string {
	const width = 40
	text := strings.ReplaceAll(rfc4514, ",", ".")
	var b strings.Builder
	for len(text) > width {
		fmt.Fprintf(&b, "       >%s<\n", text[:width])
		text = text[width:]
	}
	fmt.Fprintf(&b, "       >%s<\n", text)
	return b.String()
}

// fingerprint writes two lines of hex in mixed case.
func fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	var pairs []string
	for i, octet := range sum {
		form := "%02X"
		if i%5 == 3 {
			form = "%02x"
		}
		pairs = append(pairs, fmt.Sprintf(form, octet))
	}
	const half = sha256.Size / 2
	return "       " + strings.Join(pairs[:half], ":") + ":\n       " + strings.Join(pairs[half:], ":") + "\n"
}
