package certchain

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	zx509 "github.com/zmap/zcrypto/x509"
)

// MaxSize is the size in octets above which Parse does not look into a certificate.
const MaxSize = 1 << 20

// Parse reads one DER certificate. The fields always come from our own lenient reader, so that they mean the same for
// every certificate; crypto/x509 and then zcrypto say whether they accept the encoding too (ParsedBy, ParseNote).
//
// The certificate is never nil. When even the lenient reader gives up, it holds Raw, SHA256, what could be read until
// there, and ParsedBy "none", and the error says where the reading ended.
func Parse(der []byte) (*Certificate, error) {
	sum := sha256.Sum256(der)
	c := &Certificate{Raw: der, SHA256: hex.EncodeToString(sum[:]), ParsedBy: ParsedByNone, MaxPathLen: -1}
	if len(der) > MaxSize {
		err := fmt.Errorf("certificate: %d octets, more than the %d that are read", len(der), MaxSize)
		c.ParseNote = err.Error()
		return c, err
	}
	var notes []string
	strict := c.accept(der)
	if strict != "" {
		notes = append(notes, strict)
	}
	odd, err := read(c, der)
	notes = append(notes, odd...)
	if err != nil {
		err = fmt.Errorf("certificate: %w", err)
		notes = append(notes, err.Error())
		c.ParsedBy = ParsedByNone
	} else if c.ParsedBy == ParsedByNone {
		c.ParsedBy = ParsedByLenient
	}
	c.ParseNote = strings.Join(notes, "; ")
	c.knownCause = knownCause(c.publicKey)
	c.subjectKey, c.issuerKey = canonicalName(c.RawSubject), canonicalName(c.RawIssuer)
	if c.selfSigned = No; c.SelfIssued() {
		c.selfSigned, _ = checkSignature(c, c)
	}
	return c, err
}

// accept asks the two libraries and returns why they refuse.
func (c *Certificate) accept(der []byte) string {
	std, err := guard(func() (*x509.Certificate, error) { return x509.ParseCertificate(der) })
	if err == nil {
		c.std, c.ParsedBy = std, ParsedByStd
		return ""
	}
	note := "crypto/x509: " + strings.TrimPrefix(err.Error(), "x509: ")
	if _, err = guard(func() (*zx509.Certificate, error) { return zx509.ParseCertificate(der) }); err == nil {
		c.ParsedBy = ParsedByZcrypto
		return note
	}
	return note + "; zcrypto: " + strings.TrimPrefix(err.Error(), "x509: ")
}

// guard turns a panic of a library into an error: certificates come from hostile peers, and one must not end the run.
func guard[T any](parse func() (*T, error)) (out *T, err error) {
	defer func() {
		if p := recover(); p != nil {
			out, err = nil, errors.New("the parser panicked")
		}
	}()
	return parse()
}
