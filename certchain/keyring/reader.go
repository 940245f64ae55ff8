package keyring

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/certchain/internal/ber"
	"github.com/portseal/portseal/internal/ebcdic"
)

// The formats as certchain.Source names them.
const (
	formatPEM    = "PEM"
	formatDER    = "DER"
	formatPKCS7  = "PKCS#7"
	formatPKCS12 = "PKCS#12"
	formatJKS    = "JKS"
)

var (
	errForeign       = errors.New("this is no certificate store: PEM, DER, PKCS#7, PKCS#12 and JKS are read")
	errNoCertificate = errors.New("no certificate in this file")
)

// reader takes one file apart.
type reader struct {
	ring     string
	file     string
	format   string
	line     int // of the PEM block that is being read
	password func() (value string, given bool, err error)
	found    []certchain.Entry
	problems []Problem
}

func (r *reader) locate(err error) error {
	var at *fileError
	if errors.As(err, &at) {
		return err
	}
	return &fileError{file: r.file, line: r.line, err: err}
}

func (r *reader) problem(kind ProblemKind, format string, args ...any) {
	r.problems = append(r.problems, Problem{kind, r.file, r.line, fmt.Sprintf(format, args...)})
}

// read tells the format from the octets.
func (r *reader) read(data []byte) error {
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return errors.New("the file is empty")
	case bytes.HasPrefix(data, []byte{0xFE, 0xED, 0xFE, 0xED}):
		r.format = formatJKS
		return r.jks(data)
	case bytes.HasPrefix(data, []byte{0xCE, 0xCE, 0xCE, 0xCE}):
		return errors.New("a JCEKS store is not supported: convert it with keytool -importkeystore -deststoretype PKCS12")
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}), bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		return errors.New("the file is UTF-16 text: save it as ASCII or UTF-8")
	case isDER(data):
		r.format = formatDER
		return r.sequence(data)
	case bytes.Contains(data, []byte("-----BEGIN ")):
		r.format = formatPEM
		return r.pem(data)
	case bytes.Contains(data, []byte{0x60, 0x60, 0xC2, 0xC5, 0xC7, 0xC9, 0xD5, 0x40}): // "--BEGIN " in IBM-1047
		text, _, err := ebcdic.Decode(data)
		if err != nil {
			return err
		}
		r.format = formatPEM
		return r.pem([]byte(text))
	}
	if data[0] == 0x30 && len(data) > 1 && data[1] > 0x80 {
		if _, _, err := ber.Read(data); errors.Is(err, ber.ErrTruncated) {
			return fmt.Errorf("the file is cut off: %w", err)
		}
	}
	if der, ok := bareBase64(data); ok {
		r.format = formatDER
		return r.sequence(der)
	}
	return errForeign
}

func isDER(data []byte) bool {
	if len(data) < 2 || data[0] != 0x30 {
		return false
	}
	e, _, err := ber.Read(data)
	return err == nil && e.Constructed && len(e.Body) > 0 && e.Body[0] < 0xC0
}

// bareBase64 reads base64 without PEM lines, as some exports are.
func bareBase64(data []byte) ([]byte, bool) {
	der, err := base64.StdEncoding.DecodeString(string(squeeze(data)))
	return der, err == nil && isDER(der)
}

// sequence reads DER values one after the other.
func (r *reader) sequence(data []byte) error {
	for offset := 0; offset < len(data); {
		rest := data[offset:]
		if len(bytes.Trim(rest, "\x00\x1a\r\n ")) == 0 {
			return nil // padding of a record-oriented data set
		}
		e, _, err := ber.Read(rest)
		if err != nil {
			return fmt.Errorf("octet %d: %w", offset, err)
		}
		if err := r.value(e); err != nil {
			if offset > 0 {
				err = fmt.Errorf("octet %d: %w", offset, err)
			}
			return err
		}
		offset += len(e.Full)
	}
	return nil
}

// value reads one DER value: a certificate, a PKCS#7 or PKCS#12 message, a private key.
func (r *reader) value(e ber.Element) error {
	switch parts, _ := e.Children(); {
	case isPKCS12(parts):
		if r.format == formatDER {
			r.format = formatPKCS12
		}
		return r.pkcs12(parts)
	case len(parts) > 0 && parts[0].Is(ber.TagOID):
		if r.format == formatDER {
			r.format = formatPKCS7
		}
		return r.pkcs7(parts)
	case isPrivateKey(parts):
		r.problem(PrivateKey, "a private key: a ring file must hold certificates only")
		return nil
	}
	return r.certificate(e.Full, certchain.Entry{})
}

// certificate adds one certificate with what the store says about it.
func (r *reader) certificate(der []byte, e certchain.Entry) error {
	c, err := certchain.Parse(der)
	if err != nil {
		return err
	}
	e.Certificate, e.Source = c, r.file
	r.found = append(r.found, e)
	return nil
}

// isPrivateKey knows PKCS#8 (RFC 5958), its encrypted form, PKCS#1 (RFC 8017 A.1.2), SEC 1 (RFC 5915) and the traditional
// DSA form: no certificate begins with an INTEGER, or is an algorithm and an OCTET STRING.
func isPrivateKey(parts []ber.Element) bool {
	switch {
	case len(parts) >= 3 && parts[0].Is(ber.TagInteger):
		return true
	case len(parts) == 2:
		return parts[1].Is(ber.TagOctetString)
	}
	return false
}

// pkcs7 reads the certificates of a SignedData (RFC 2315 section 9.1, RFC 5652 section 5.1): a bag of certificates as
// RACDCERT and browsers export it. Nothing signed is checked.
func (r *reader) pkcs7(parts []ber.Element) error {
	if oid := parts[0].OID(); oid != "1.2.840.113549.1.7.2" {
		return fmt.Errorf("a PKCS#7 message of type %s has no certificates to read: signedData (1.2.840.113549.1.7.2) has", oid)
	}
	signed, err := explicit(parts[1:])
	if err != nil {
		return fmt.Errorf("PKCS#7: %w", err)
	}
	fields, err := signed.Children()
	if err != nil {
		return fmt.Errorf("PKCS#7: %w", err)
	}
	for _, f := range fields {
		if !f.IsContext(0) {
			continue
		}
		list, err := f.Children()
		if err != nil {
			return fmt.Errorf("PKCS#7: %w", err)
		}
		for i, c := range list {
			if err := r.certificate(c.Full, certchain.Entry{}); err != nil {
				return fmt.Errorf("PKCS#7: certificate %d: %w", i+1, err)
			}
		}
	}
	return nil
}

// explicit returns the value within an explicitly tagged [0], the first of parts.
func explicit(parts []ber.Element) (ber.Element, error) {
	if len(parts) == 0 || !parts[0].IsContext(0) {
		return ber.Element{}, errors.New("its content is missing")
	}
	inner, _, err := ber.Read(parts[0].Body)
	return inner, err
}
