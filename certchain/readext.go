package certchain

import (
	"encoding/hex"
	"fmt"
	"math"
	"net/netip"

	"github.com/portseal/portseal/certchain/internal/ber"
)

// readExtensions reads the extensions field (RFC 5280 section 4.2). What cannot be read is said and skipped; of an
// extension that occurs twice the first counts.
func readExtensions(c *Certificate, field ber.Element) (odd []string) {
	list, _, err := ber.Read(field.Body)
	if err != nil {
		return []string{"extensions: " + err.Error()}
	}
	extensions, err := list.Children()
	if err != nil {
		odd = append(odd, "extensions: "+err.Error())
	}
	seen := map[string]bool{}
	for _, x := range extensions {
		parts, _ := x.Children()
		if len(parts) < 2 {
			odd = append(odd, "an extension is malformed")
			continue
		}
		oid := parts[0].OID()
		critical := len(parts) > 2 && parts[1].Is(ber.TagBoolean) && len(parts[1].Body) > 0 && parts[1].Body[0] != 0
		if seen[oid] {
			odd = append(odd, "extension "+oid+" occurs twice")
			continue
		}
		seen[oid] = true
		value, err := parts[len(parts)-1].Octets()
		if err != nil {
			odd = append(odd, "extension "+oid+": "+err.Error())
			continue
		}
		odd = append(odd, readExtension(c, oid, critical, value)...)
	}
	return odd
}

func readExtension(c *Certificate, oid string, critical bool, value []byte) (odd []string) {
	v, _, err := ber.Read(value)
	switch oid {
	case "2.5.29.14":
		c.SubjectKeyID = hex.EncodeToString(v.Body)
	case "2.5.29.15":
		c.HasKeyUsage = true
		if c.KeyUsage, err = keyUsage(v, err); err != nil {
			odd = append(odd, "keyUsage is malformed")
		}
	case "2.5.29.17":
		c.HasSAN = true
		odd = readNames(c, v, err)
	case "2.5.29.19":
		odd = readBasicConstraints(c, v, err)
	case "2.5.29.30":
		c.HasNameConstraints = true
	case "2.5.29.31":
		c.CRLURLs = collectURIs(v, 0)
	case "2.5.29.32", "2.5.29.33", "2.5.29.36", "2.5.29.54": // policies: judged by no consumer's default rules
	case "2.5.29.35":
		for _, part := range children(v) {
			if part.IsContext(0) {
				c.AuthorityKeyID = hex.EncodeToString(part.Body)
			}
		}
	case "2.5.29.37":
		c.HasEKU = true
		for _, part := range children(v) {
			c.ExtKeyUsage = append(c.ExtKeyUsage, ekuName(part.OID()))
		}
	case "1.3.6.1.5.5.7.1.1":
		readAccess(c, v)
	default:
		readForTLS(c, oid, value, v)
		if critical {
			c.UnknownCritical = append(c.UnknownCritical, oid)
		}
	}
	return odd
}

func children(e ber.Element) []ber.Element {
	out, _ := e.Children() // what can be read counts; strict parsers say what is wrong in ParseNote
	return out
}

func readBasicConstraints(c *Certificate, v ber.Element, err error) (odd []string) {
	if err != nil || !v.Is(ber.TagSequence) {
		c.IsCA = Unknown
		return []string{"basicConstraints is malformed"}
	}
	c.IsCA = No
	for _, part := range children(v) {
		switch {
		case part.Is(ber.TagBoolean) && len(part.Body) == 1:
			c.IsCA = AnswerOf(part.Body[0] != 0)
		case part.Is(ber.TagInteger):
			if n := part.Int(); n != nil && n.IsInt64() && n.Int64() >= 0 && n.Int64() <= math.MaxInt32 {
				c.MaxPathLen = int(n.Int64())
			}
		default:
			c.IsCA = Unknown
			odd = append(odd, "basicConstraints is malformed")
		}
	}
	return odd
}

// The names of the keyUsage bits (RFC 5280 section 4.2.1.3).
func keyUsageNames() []string {
	return []string{
		"digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
		"keyCertSign", "cRLSign", "encipherOnly", "decipherOnly",
	}
}

func keyUsage(v ber.Element, err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	octets, _, err := v.Bits()
	if err != nil {
		return nil, err
	}
	var out []string
	for i, name := range keyUsageNames() {
		if i/8 < len(octets) && octets[i/8]&(0x80>>(i%8)) != 0 {
			out = append(out, name)
		}
	}
	return out, nil
}

func ekuName(oid string) string {
	name, ok := ekuNames()[oid]
	if !ok {
		return oid
	}
	return name
}

func ekuNames() map[string]string {
	return map[string]string{
		"2.5.29.37.0":            "anyExtendedKeyUsage",
		"1.3.6.1.5.5.7.3.1":      "serverAuth",
		"1.3.6.1.5.5.7.3.2":      "clientAuth",
		"1.3.6.1.5.5.7.3.3":      "codeSigning",
		"1.3.6.1.5.5.7.3.4":      "emailProtection",
		"1.3.6.1.5.5.7.3.8":      "timeStamping",
		"1.3.6.1.5.5.7.3.9":      "OCSPSigning",
		"1.3.6.1.4.1.311.10.3.3": "msSGC",
		"2.16.840.1.113730.4.1":  "nsSGC",
	}
}

// readNames reads GeneralNames (RFC 5280 section 4.2.1.6).
func readNames(c *Certificate, v ber.Element, err error) (odd []string) {
	if err != nil || !v.Is(ber.TagSequence) {
		return []string{"subjectAltName is malformed"}
	}
	for _, n := range children(v) {
		text, _ := ber.Element{Class: n.Class, Tag: ber.TagIA5String, Body: n.Body}.Text()
		switch {
		case n.IsContext(1):
			c.EmailAddresses = append(c.EmailAddresses, text)
		case n.IsContext(2):
			c.DNSNames = append(c.DNSNames, text)
		case n.IsContext(6):
			c.URIs = append(c.URIs, text)
		case n.IsContext(7):
			if addr, ok := netip.AddrFromSlice(n.Body); ok {
				c.IPAddresses = append(c.IPAddresses, addr.Unmap().String())
				continue
			}
			odd = append(odd, fmt.Sprintf("an iPAddress of %d octets", len(n.Body)))
			c.OtherNames = append(c.OtherNames, "ip:"+hex.EncodeToString(n.Body))
		default:
			c.OtherNames = append(c.OtherNames, fmt.Sprintf("%d:%s", n.Tag, hex.EncodeToString(n.Body)))
		}
	}
	return odd
}

// readAccess reads authorityInfoAccess (RFC 5280 section 4.2.2.1).
func readAccess(c *Certificate, v ber.Element) {
	for _, description := range children(v) {
		parts := children(description)
		if len(parts) < 2 || !parts[1].IsContext(6) {
			continue
		}
		switch parts[0].OID() {
		case "1.3.6.1.5.5.7.48.1":
			c.OCSPServers = append(c.OCSPServers, string(parts[1].Body))
		case "1.3.6.1.5.5.7.48.2":
			c.IssuerURLs = append(c.IssuerURLs, string(parts[1].Body))
		}
	}
}

// collectURIs gathers the URIs of cRLDistributionPoints: fullName of distributionPoint, [0] within [0] (4.2.1.13).
func collectURIs(v ber.Element, depth int) (out []string) {
	for _, part := range children(v) {
		switch {
		case part.IsContext(6) && !part.Constructed:
			out = append(out, string(part.Body))
		case part.Constructed && depth < 4 && (part.Is(ber.TagSequence) || part.IsContext(0)):
			out = append(out, collectURIs(part, depth+1)...)
		}
	}
	return out
}
