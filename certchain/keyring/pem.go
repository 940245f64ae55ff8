package keyring

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/certchain/internal/ber"
)

// pem reads the blocks of a PEM file (RFC 7468). Markers may stand anywhere, because records of z/OS data sets arrive
// padded, and without line ends; white space within a block and text between blocks do not count.
//
// It is not encoding/pem because that steps over a damaged block in silence, and knows no line numbers.
func (r *reader) pem(data []byte) error {
	const begin, end, dashes = "-----BEGIN ", "-----END ", "-----"
	text := string(data)
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	defer func() { r.line = 0 }()
	var errs []error
	for pos := 0; ; {
		start := strings.Index(text[pos:], begin)
		if start < 0 {
			return errors.Join(errs...)
		}
		start += pos
		r.line = 1 + strings.Count(text[:start], "\n")
		kind, _, ok := strings.Cut(text[start+len(begin):], dashes)
		if !ok || strings.Contains(kind, "\n") {
			errs = append(errs, r.locate(errors.New("a BEGIN line without its closing dashes")))
			pos = start + len(begin)
			continue
		}
		body := text[start+len(begin)+len(kind)+len(dashes):]
		stop := strings.Index(body, end+kind+dashes)
		if next := strings.Index(body, begin); stop < 0 || next >= 0 && next < stop {
			errs = append(errs, r.locate(fmt.Errorf("the block %q has no END line", printable(kind))))
			pos = start + len(begin)
			continue
		}
		if err := r.block(kind, body[:stop]); err != nil {
			errs = append(errs, r.locate(err))
		}
		pos = len(text) - len(body) + stop + len(end)
	}
}

// block reads one PEM block. The body of a private key is not decoded.
func (r *reader) block(kind, body string) error {
	if strings.Contains(kind, "PRIVATE KEY") {
		r.problem(PrivateKey, "a private key (%s): a ring file must hold certificates only", printable(kind))
		return nil
	}
	certificates := map[string]bool{
		"CERTIFICATE": true, "X509 CERTIFICATE": true, "TRUSTED CERTIFICATE": true,
		"PKCS7": true, "PKCS #7 SIGNED DATA": true, "CMS": true, "PKCS12": true,
	}
	if !certificates[kind] {
		r.problem(Ignored, "a block %q is no certificate", printable(kind))
		return nil
	}
	der, err := r.decode(body)
	if err != nil {
		return err
	}
	e, _, err := ber.Read(der)
	if err != nil {
		return fmt.Errorf("the block %q holds no DER value: %w", kind, err)
	}
	if kind == "TRUSTED CERTIFICATE" { // of OpenSSL: trust settings follow the certificate
		return r.certificate(e.Full, certchain.Entry{})
	}
	if len(e.Full) < len(der) {
		return fmt.Errorf("the block %q has %d octets after its value", kind, len(der)-len(e.Full))
	}
	return r.value(e)
}

// decode undoes base64, header lines (RFC 1421 section 4.6) left out, and says in which line it is wrong.
func (r *reader) decode(body string) ([]byte, error) {
	var clean []byte
	for i, line := range strings.Split(body, "\n") {
		if strings.Contains(line, ": ") {
			continue
		}
		for _, c := range squeeze([]byte(line)) {
			if !isBase64(c) {
				return nil, &fileError{r.file, r.line + i, fmt.Errorf("%q is no base64 character: the certificate is damaged", rune(c))}
			}
			clean = append(clean, c)
		}
	}
	der, err := base64.StdEncoding.DecodeString(string(clean))
	if err != nil {
		return nil, errors.New("the base64 text is incomplete or damaged")
	}
	return der, nil
}

func isBase64(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '='
}

// squeeze drops white space and the padding of records: blanks, NULs, the end-of-file mark of old text files, and what
// the line ends of EBCDIC, no-break spaces and byte order marks become.
func squeeze(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for _, c := range b {
		if !strings.Contains(" \t\n\r\v\f\x00\x1a\x85\xa0\xc2\xef\xbb\xbf", string([]byte{c})) {
			out = append(out, c)
		}
	}
	return out
}

// printable makes text from a file safe to show, and short.
func printable(s string) string {
	if len(s) > 40 {
		s = s[:40] + "..."
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
}
