package certchain

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"

	"github.com/portseal/portseal/certchain/internal/ber"
)

// read fills c from the octets (RFC 5280 section 4.1) and returns what is odd about them. It goes on wherever the
// structure allows it; an error means that not all of subject, validity and public key could be reached.
func read(c *Certificate, der []byte) (odd []string, err error) {
	outer, rest, err := ber.Read(der)
	if err != nil && !errors.Is(err, ber.ErrTruncated) {
		return nil, err
	}
	if !outer.Is(ber.TagSequence) || !outer.Constructed {
		return nil, errors.New("it does not begin with a SEQUENCE")
	}
	if err != nil {
		odd = append(odd, "truncated")
	}
	if len(rest) > 0 {
		odd = append(odd, fmt.Sprintf("%d trailing octets", len(rest)))
	}
	if outer.Indefinite || outer.LongLength {
		odd = append(odd, "BER length")
	}
	parts, err := outer.Children()
	if len(parts) == 0 {
		return odd, fmt.Errorf("the signed part is missing: %w", orMissing(err))
	}
	c.tbs = parts[0].Full
	more, err := readTBS(c, parts[0])
	odd = append(odd, more...)
	if len(parts) > 1 {
		c.signatureOuter = parts[1].Full
		alg, _ := parts[1].Children()
		if len(alg) > 0 {
			c.signatureParam = alg[1:]
			c.Signature = signatureOf(alg[0].OID(), alg[1:])
		}
	}
	if len(parts) > 2 {
		if bits, _, err := parts[2].Bits(); err == nil {
			c.signatureValue = bits
		} else {
			odd = append(odd, "signature: "+err.Error())
		}
	}
	if err == nil && len(parts) < 3 {
		odd = append(odd, "no signature")
	}
	return odd, err
}

func orMissing(err error) error {
	if err != nil {
		return err
	}
	return errors.New("it is not there")
}

// readTBS reads the signed part, field by field.
func readTBS(c *Certificate, tbs ber.Element) (odd []string, err error) {
	if !tbs.Is(ber.TagSequence) {
		return nil, errors.New("the signed part is no SEQUENCE")
	}
	fields, childErr := tbs.Children()
	c.Version = 1
	if len(fields) > 0 && fields[0].IsContext(0) {
		c.Version = readVersion(fields[0])
		fields = fields[1:]
	}
	names := []string{"serialNumber", "signature", "issuer", "validity", "subject", "subjectPublicKeyInfo"}
	for i, name := range names {
		if i >= len(fields) {
			return odd, fmt.Errorf("the field %s is missing: %w", name, orMissing(childErr))
		}
		if want := ber.TagSequence; i > 0 && !fields[i].Is(want) {
			return odd, fmt.Errorf("the field %s is no SEQUENCE", name)
		}
		odd = append(odd, readField(c, name, fields[i])...)
	}
	if c.Version < 3 {
		c.IsCA = Unknown
	} else {
		c.IsCA = No // RFC 5280 section 4.2.1.9, unless the extension says otherwise
	}
	for _, f := range fields[len(names):] {
		if f.IsContext(3) {
			odd = append(odd, readExtensions(c, f)...)
		}
	}
	if childErr != nil {
		odd = append(odd, "signed part: "+childErr.Error())
	}
	return odd, nil
}

func readVersion(e ber.Element) int {
	inner, _, err := ber.Read(e.Body)
	if err != nil {
		return 0
	}
	if n := inner.Int(); n != nil && n.IsInt64() && n.Int64() >= 0 && n.Int64() < 1000 {
		return int(n.Int64()) + 1
	}
	return 0
}

func readField(c *Certificate, name string, e ber.Element) (odd []string) {
	switch name {
	case "serialNumber":
		c.Serial = serialText(e)
		if c.Serial == "" || !e.Is(ber.TagInteger) {
			odd = append(odd, "serial number unreadable")
		}
	case "signature":
		c.signatureInner = e.Full
	case "issuer":
		c.RawIssuer, c.Issuer = e.Full, FormatName(e.Full)
	case "subject":
		c.RawSubject, c.Subject, c.CommonName = e.Full, FormatName(e.Full), commonName(e.Full)
	case "validity":
		times, _ := e.Children()
		ok := len(times) >= 2
		if ok {
			var before, after bool
			c.NotBefore, before = times[0].Time()
			c.NotAfter, after = times[1].Time()
			ok = before && after
		}
		if !ok {
			odd = append(odd, "validity unreadable")
		}
	case "subjectPublicKeyInfo":
		sum := sha256.Sum256(e.Full)
		c.SPKISHA256 = hex.EncodeToString(sum[:])
		if parts := children(e); len(parts) > 1 {
			c.spkiBits, _, _ = parts[1].Bits()
		}
		var err error
		if c.Key, c.publicKey, err = readKey(e); err != nil {
			odd = append(odd, "public key: "+err.Error())
		}
	}
	return odd
}

// serialText writes a serial number in hex with an even number of digits, the sign kept.
func serialText(e ber.Element) string {
	n := e.Int()
	if n == nil || len(e.Body) > 1024 {
		return ""
	}
	sign := ""
	if n.Sign() < 0 {
		sign, n = "-", new(big.Int).Neg(n)
	}
	text := n.Text(16)
	if len(text)%2 == 1 {
		text = "0" + text
	}
	return sign + text
}
