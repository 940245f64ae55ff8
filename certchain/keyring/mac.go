package keyring

import (
	"crypto/hmac"
	"errors"
	"fmt"

	"github.com/portseal/portseal/certchain/internal/ber"
)

// checkMAC checks MacData (RFC 7292 section 4, RFC 9579 for PBMAC1) and settles the form of an empty password.
func (p *pkcs12Password) checkMAC(macData ber.Element, content []byte) error {
	parts, _ := macData.Children()
	if len(parts) < 2 {
		return errors.New("PKCS#12: MacData is incomplete")
	}
	digest, _ := parts[0].Children()
	if len(digest) < 2 {
		return errors.New("PKCS#12: MacData is incomplete")
	}
	want, err := digest[1].Octets()
	if err != nil {
		return err
	}
	forms := []pkcs12Password{*p}
	if p.text == "" {
		forms = append(forms, pkcs12Password{none: true, work: p.work})
	}
	for _, form := range forms {
		got, err := form.mac(digest[0], parts[1:], content)
		if err != nil {
			return err
		}
		if hmac.Equal(got, want) {
			*p = form
			return nil
		}
	}
	return wrongPassword()
}

// mac computes the MAC; rest is salt and iterations (1 when absent), which PBMAC1 has in its own parameters instead.
func (p pkcs12Password) mac(algorithm ber.Element, rest []ber.Element, content []byte) ([]byte, error) {
	oid, params, err := algorithmOf(algorithm)
	if err != nil {
		return nil, err
	}
	if oid == "1.2.840.113549.1.5.14" { // PBMAC1
		parts, _ := params.Children()
		if len(parts) < 2 {
			return nil, errors.New("PKCS#12: the PBMAC1 parameters are incomplete")
		}
		name, _, err := algorithmOf(parts[1])
		if err != nil {
			return nil, err
		}
		newHash, ok := hashOf(name)
		if !ok {
			return nil, fmt.Errorf("PKCS#12: the MAC %s is not supported", name)
		}
		key, err := p.pbkdf2(parts[0], newHash().Size())
		if err != nil {
			return nil, err
		}
		m := hmac.New(newHash, key)
		m.Write(content)
		return m.Sum(nil), nil
	}
	newHash, ok := hashOf(oid)
	if !ok {
		return nil, fmt.Errorf("PKCS#12: a MAC with the hash %s is not supported", oid)
	}
	iterations := 1
	if len(rest) > 1 {
		if iterations, err = p.count(rest[1]); err != nil {
			return nil, err
		}
	}
	m := hmac.New(newHash, deriveKey(newHash, 3, p.utf16(), rest[0].Body, iterations, newHash().Size()))
	m.Write(content)
	return m.Sum(nil), nil
}
