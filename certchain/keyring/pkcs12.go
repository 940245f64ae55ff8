package keyring

import (
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/certchain/internal/ber"
)

const (
	oidData          = "1.2.840.113549.1.7.1"
	oidEncryptedData = "1.2.840.113549.1.7.6"
)

// isPKCS12 knows a PFX by its version 3 and the ContentInfo after it (RFC 7292 section 4).
func isPKCS12(parts []ber.Element) bool {
	if len(parts) < 2 || !parts[0].Is(ber.TagInteger) || len(parts[0].Body) != 1 || parts[0].Body[0] != 3 {
		return false
	}
	info, _ := parts[1].Children()
	return parts[1].Is(ber.TagSequence) && len(info) > 0 && info[0].Is(ber.TagOID)
}

// bag is what is kept of a SafeBag.
type bag struct {
	der        []byte // of a certificate; nil for a private key
	label      string
	localKeyID string
	trusted    bool // marked as a trusted entry by Java
}

// pkcs12 reads the certificates of a PFX. Its library sibling takes two shapes of file only and decrypts the keys; this
// takes any number of safes and bags, BER too, keeps the labels, and never decrypts a key.
func (r *reader) pkcs12(parts []ber.Element) error {
	info, _ := parts[1].Children()
	if oid := info[0].OID(); oid != oidData {
		return fmt.Errorf("this PKCS#12 file is protected by a public key (type %s): only passwords are supported", oid)
	}
	content, err := explicit(info[1:])
	if err != nil {
		return fmt.Errorf("PKCS#12: %w", err)
	}
	safe, err := content.Octets()
	if err != nil {
		return fmt.Errorf("PKCS#12: %w", err)
	}
	value, given, err := r.password()
	if err != nil {
		return err
	}
	pw := pkcs12Password{text: value, work: new(int)}
	if len(parts) > 2 {
		if err := pw.checkMAC(parts[2], safe); err != nil {
			return r.passwordHint(err, given)
		}
	}
	bags, err := readSafes(safe, pw)
	if err != nil {
		return r.passwordHint(err, given)
	}
	return r.pkcs12Entries(bags)
}

func (r *reader) passwordHint(err error, given bool) error {
	if errors.Is(err, errPassword) && !given {
		return noPassword(formatPKCS12, Variable(r.ring))
	}
	return err
}

// readSafes opens each ContentInfo of the AuthenticatedSafe (RFC 7292 section 4.1).
func readSafes(safe []byte, pw pkcs12Password) ([]bag, error) {
	seq, _, err := ber.Read(safe)
	if err != nil {
		return nil, fmt.Errorf("PKCS#12: %w", err)
	}
	infos, err := seq.Children()
	if err != nil {
		return nil, fmt.Errorf("PKCS#12: %w", err)
	}
	var bags []bag
	for i, info := range infos {
		data, err := openSafe(info, pw)
		if err == nil {
			bags, err = readBags(bags, data, 0)
		}
		if err != nil {
			return nil, fmt.Errorf("PKCS#12: safe %d: %w", i+1, err)
		}
	}
	return bags, nil
}

func openSafe(info ber.Element, pw pkcs12Password) ([]byte, error) {
	parts, err := info.Children()
	if err != nil || len(parts) < 2 {
		return nil, errors.New("it is incomplete")
	}
	content, err := explicit(parts[1:])
	if err != nil {
		return nil, err
	}
	switch oid := parts[0].OID(); oid {
	case oidData:
		return content.Octets()
	case oidEncryptedData:
		// EncryptedData: version, EncryptedContentInfo (type, algorithm, [0] octets): RFC 2315 section 13
		fields, _ := content.Children()
		if len(fields) < 2 {
			return nil, errors.New("it is incomplete")
		}
		inner, _ := fields[1].Children()
		if len(inner) < 3 {
			return nil, errors.New("it is incomplete")
		}
		sealed, err := inner[2].Octets()
		if err != nil {
			return nil, err
		}
		return pw.decrypt(inner[1], sealed)
	default:
		return nil, fmt.Errorf("its protection %s is not supported: only passwords are", oid)
	}
}

// readBags reads SafeContents (RFC 7292 section 4.2); a bag may hold further ones.
func readBags(bags []bag, data []byte, depth int) ([]bag, error) {
	if depth > 8 {
		return nil, errors.New("bags are nested too deeply")
	}
	seq, _, err := ber.Read(data)
	if err != nil {
		return nil, err
	}
	list, err := seq.Children()
	if err != nil {
		return nil, err
	}
	for i, b := range list {
		parts, _ := b.Children()
		if len(parts) < 2 {
			return nil, fmt.Errorf("bag %d is incomplete", i+1)
		}
		value, err := explicit(parts[1:])
		if err != nil {
			return nil, fmt.Errorf("bag %d: %w", i+1, err)
		}
		out := bag{}
		out.attributes(parts[2:])
		switch oid := parts[0].OID(); oid {
		case "1.2.840.113549.1.12.10.1.1", "1.2.840.113549.1.12.10.1.2": // a private key, clear or encrypted: not looked at
		case "1.2.840.113549.1.12.10.1.3":
			if out.der, err = certBag(value); err != nil {
				return nil, fmt.Errorf("bag %d: %w", i+1, err)
			}
		case "1.2.840.113549.1.12.10.1.6":
			if bags, err = readBags(bags, value.Full, depth+1); err != nil {
				return nil, err
			}
			continue
		default: // a CRL or a secret is no concern of a ring
			continue
		}
		bags = append(bags, out)
	}
	return bags, nil
}

func certBag(value ber.Element) ([]byte, error) {
	parts, _ := value.Children()
	if len(parts) < 2 {
		return nil, errors.New("the certificate is missing")
	}
	if oid := parts[0].OID(); oid != "1.2.840.113549.1.9.22.1" {
		return nil, fmt.Errorf("a certificate of type %s is no X.509 certificate", oid)
	}
	octets, err := explicit(parts[1:])
	if err != nil {
		return nil, err
	}
	der, err := octets.Octets()
	if err == nil && len(der) == 0 {
		err = errors.New("the certificate is empty")
	}
	return der, err
}

// attributes reads friendlyName, localKeyId (RFC 2985 section 5.5) and Oracle's mark of a trusted entry.
func (b *bag) attributes(parts []ber.Element) {
	if len(parts) == 0 {
		return
	}
	list, _ := parts[0].Children()
	for _, a := range list {
		pair, _ := a.Children()
		if len(pair) < 2 {
			continue
		}
		value, _, err := ber.Read(pair[1].Body)
		if err != nil {
			continue
		}
		switch pair[0].OID() {
		case "1.2.840.113549.1.9.20":
			b.label, _ = value.Text()
		case "1.2.840.113549.1.9.21":
			b.localKeyID = hex.EncodeToString(value.Body)
		case "2.16.840.1.113894.746875.1.1":
			b.trusted = true
		}
	}
}

// pkcs12Entries joins keys and certificates by localKeyId. Java takes only marked certificates for trusted entries; a
// file without any mark was not made by Java, so its CA certificates count, and the problem says what Java would do.
func (r *reader) pkcs12Entries(bags []bag) error {
	keys := map[string]bool{}
	marked, loose := false, 0
	for _, b := range bags {
		if b.der == nil {
			keys[b.localKeyID] = true
			r.problem(PrivateKey, "the entry %q has a private key: a ring file must hold certificates only", printable(b.label))
		}
		marked = marked || b.trusted
	}
	for i, b := range bags {
		if b.der == nil {
			continue
		}
		e := certchain.Entry{Label: b.label, HasPrivateKey: certchain.No}
		switch {
		case b.localKeyID != "" && keys[b.localKeyID]:
			e.HasPrivateKey = certchain.Yes
		case keys[""]:
			e.HasPrivateKey = certchain.Unknown
		}
		if marked {
			e.Trusted = certchain.AnswerOf(b.trusted)
		} else if e.HasPrivateKey != certchain.Yes {
			loose++
		}
		if err := r.certificate(b.der, e); err != nil {
			return fmt.Errorf("PKCS#12: bag %d: %w", i+1, err)
		}
	}
	if loose > 0 {
		r.problem(NotTrustedEntry, "certificates without the mark of a trusted entry: %d; they count as the ring's,"+
			" but Java does not trust them in this file (import them with keytool -importcert)", loose)
	}
	return nil
}
