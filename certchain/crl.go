package certchain

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// CRL is a list of revoked certificates (RFC 5280 section 5).
type CRL struct {
	Issuer     string // RFC 4514
	Number     string // decimal; empty where the list has none
	ThisUpdate time.Time
	NextUpdate time.Time // zero where none is given
	Entries    int

	list  *x509.RevocationList
	scope scope
}

// ReadCRL reads the DER of a list.
func ReadCRL(der []byte) (*CRL, error) {
	list, err := guard(func() (*x509.RevocationList, error) { return parseList(der) })
	if err != nil {
		if bytes.HasPrefix(bytes.TrimSpace(der), []byte("-----BEGIN")) {
			return nil, errors.New("the list is PEM: RFC 5280 section 4.2.1.13 wants DER")
		}
		return nil, err
	}
	l := &CRL{Issuer: FormatName(list.RawIssuer), ThisUpdate: inUTC(list.ThisUpdate), NextUpdate: inUTC(list.NextUpdate),
		Entries: len(list.RevokedCertificateEntries), list: list}
	if list.Number != nil {
		l.Number = list.Number.String()
	}
	l.scope, err = scopeOf(list)
	return l, err
}

// parseList reads lists of version 1 too, which crypto/x509 refuses and "openssl ca -gencrl" makes unless it is told otherwise. They do not write
// their version and have no extensions (RFC 5280 section 5.1.2.1): with the version written they are read as the others, and what is signed is as it was.
func parseList(der []byte) (*x509.RevocationList, error) {
	rest, outer, signed, body := cryptobyte.String(der), cryptobyte.String(nil), cryptobyte.String(nil), cryptobyte.String(nil)
	if !rest.ReadASN1(&outer, asn1.SEQUENCE) || !rest.Empty() || !outer.ReadASN1Element(&signed, asn1.SEQUENCE) {
		return x509.ParseRevocationList(der)
	}
	if tbs := signed; !tbs.ReadASN1(&body, asn1.SEQUENCE) || body.PeekASN1Tag(asn1.INTEGER) {
		return x509.ParseRevocationList(der)
	}
	b := cryptobyte.NewBuilder(nil)
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1Int64(1) // v2
			b.AddBytes(body)
		})
		b.AddBytes(outer)
	})
	second, err := b.Bytes()
	if err != nil {
		return nil, err
	}
	list, err := x509.ParseRevocationList(second)
	if err == nil {
		list.RawTBSRevocationList = signed
	}
	return list, err
}

// InDate says whether the list was the current one at a time.
func (l *CRL) InDate(at time.Time) Answer { return inDate(l.ThisUpdate, l.NextUpdate, at) }

// SignedBy says whether an issuer made the list, and why not, or why that cannot be known. A list that somebody else makes for an issuer (RFC
// 5280 section 5.2.5) is not looked into.
func (l *CRL) SignedBy(issuer *Certificate) (Answer, string) {
	switch {
	case issuer.std == nil:
		return Unknown, "the issuer's certificate cannot be read: " + issuer.ParseNote
	case l.scope.indirect:
		return Unknown, "it is an indirect list, which is not supported"
	case canonicalName(l.list.RawIssuer) != issuer.subjectKey:
		return No, "it is the list of " + l.Issuer
	}
	switch err := l.list.CheckSignatureFrom(issuer.std); {
	case err == nil:
		return Yes, ""
	case errors.Is(err, x509.ErrUnsupportedAlgorithm), errors.As(err, new(x509.InsecureAlgorithmError)):
		return Unknown, "its signature cannot be checked: " + err.Error()
	case errors.As(err, new(x509.ConstraintViolationError)):
		return No, "the issuer's certificate may not sign lists"
	default:
		return No, "its signature is wrong"
	}
}

// Says is what the list says about a certificate of its issuer: StatusGood, StatusRevoked, or StatusUnknown with why it says nothing.
func (l *CRL) Says(c *Certificate) (status string, revoked Revoked, why string) {
	serial, ok := serialOf(c)
	switch {
	case !ok:
		return StatusUnknown, Revoked{}, "the serial number cannot be read"
	case l.scope.why != "":
		return StatusUnknown, Revoked{}, l.scope.why
	case l.scope.users && c.IsCA == Yes, l.scope.authorities && c.IsCA != Yes, l.scope.attributes:
		return StatusUnknown, Revoked{}, "it is not about certificates of this kind"
	}
	if e := l.entry(serial); e != nil {
		if reason := reasonName(e.ReasonCode); reason != reasonRemove {
			return StatusRevoked, Revoked{At: inUTC(e.RevocationTime), Reason: reason}, ""
		}
	}
	named := func(url string) bool { return slices.Contains(c.CRLURLs, url) }
	if len(l.scope.urls) > 0 && len(c.CRLURLs) > 0 && !slices.ContainsFunc(l.scope.urls, named) {
		return StatusUnknown, Revoked{}, "it is the list of another distribution point than the certificate names" // RFC 5280 section 6.3.3 (b) (2)
	}
	if l.scope.someReasons {
		return StatusUnknown, Revoked{}, "it does not have all reasons of revocation"
	}
	return StatusGood, Revoked{}, ""
}

func (l *CRL) entry(serial *big.Int) *x509.RevocationListEntry {
	for i := range l.list.RevokedCertificateEntries {
		if e := &l.list.RevokedCertificateEntries[i]; e.SerialNumber.Cmp(serial) == 0 {
			return e
		}
	}
	return nil
}

// scope is which certificates of its issuer a list is about (RFC 5280 section 5.2.5).
type scope struct {
	users, authorities, attributes bool
	someReasons, indirect          bool
	urls                           []string // of the distribution point, one of which the certificate must name
	why                            string   // it cannot be used alone, or at all
}

// scopeOf reads the critical extensions of a list. One that is not known makes it useless (RFC 5280 section 5.2).
func scopeOf(list *x509.RevocationList) (scope, error) {
	var s scope
	for _, x := range list.Extensions {
		switch id := x.Id.String(); {
		case id == "2.5.29.28":
			if !s.read(x.Value) {
				return s, errors.New("its extension issuingDistributionPoint is malformed")
			}
		case id == "2.5.29.27":
			s.why = "it has only what changed since another list"
		case x.Critical:
			s.why = fmt.Sprintf("it has the critical extension %s, which is not known", id)
		}
	}
	return s, nil
}

// read reads an IssuingDistributionPoint.
func (s *scope) read(der []byte) bool {
	in := cryptobyte.String(der)
	var body cryptobyte.String
	if !in.ReadASN1(&body, asn1.SEQUENCE) || !in.Empty() {
		return false
	}
	for !body.Empty() {
		var value cryptobyte.String
		var tag asn1.Tag
		if !body.ReadAnyASN1(&value, &tag) {
			return false
		}
		yes := len(value) == 1 && value[0] != 0
		switch tag &^ (0x80 | 0x20) { // context-specific, constructed or not
		case 0:
			s.urls = fullNames(value)
		case 1:
			s.users = yes
		case 2:
			s.authorities = yes
		case 3:
			s.someReasons = true
		case 4:
			s.indirect = yes
		case 5:
			s.attributes = yes
		}
	}
	return true
}

// fullNames are the URLs of a DistributionPointName; none where it is told by a name in a directory.
func fullNames(name cryptobyte.String) (urls []string) {
	const fullName, uri = asn1.Tag(0x80 | 0x20), asn1.Tag(0x80 | 6)
	var names, one cryptobyte.String
	if !name.ReadASN1(&names, fullName) {
		return nil
	}
	for tag := asn1.Tag(0); !names.Empty() && names.ReadAnyASN1(&one, &tag); {
		if tag == uri {
			urls = append(urls, string(one))
		}
	}
	return urls
}
