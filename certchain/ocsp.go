package certchain

import (
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ocsp"
)

// Who may have signed an OCSP response (RFC 6960 section 4.2.2.2).
const (
	SignedByIssuer   = "the issuer"            // of the certificate that it is about
	SignedByDelegate = "a delegate"            // a responder that the issuer certified for it
	SignedByOther    = "nobody who may"        // a key that the issuer has not certified for it, or the signature is wrong
	SignedByUnknown  = "the issuer is unknown" // whose certificate is needed to tell
)

// What a source of revocation says about a certificate (RFC 6960 section 2.2). A list says good or revoked.
const (
	StatusGood    = "good"
	StatusRevoked = "revoked"
	StatusUnknown = "unknown" // to the responder
)

// ErrOCSPSignature is the error of a response whose signature is not by the certificate that it encloses.
var ErrOCSPSignature = errors.New("the signature is not by the certificate that is enclosed for it")

// clockSkew is how far a responder's clock and ours may be apart, as other clients allow too.
const clockSkew = 5 * time.Minute

// Revoked is when a certificate was revoked, and why.
type Revoked struct {
	At     time.Time
	Reason string // CRLReason by its name in RFC 5280 section 5.3.1; "unspecified" where none is given
}

// OCSP is what an OCSP response says about a certificate (RFC 6960). Whether a delegate that signed it is itself revoked is not asked.
type OCSP struct {
	Status     string // StatusGood, ...; of a response that is no answer "try later", "unauthorized" and so on
	OfLeaf     Answer // it is about the certificate: the serial number is compared, and the signer
	SignedBy   string // empty where there is no answer
	ProducedAt time.Time
	ThisUpdate time.Time
	NextUpdate time.Time // zero where newer information is always to be had
	Revoked    Revoked
	Timestamps []byte // the SignedCertificateTimestampList in it (RFC 6962 section 3.3); nil for none
}

// InDate says whether the response's information was the current one at a time (RFC 6960 section 4.2.2.1).
func (s OCSP) InDate(at time.Time) Answer { return inDate(s.ThisUpdate, s.NextUpdate, at) }

// inUTC is a time that can be written: with an offset to UTC a year may be none of four digits.
func inUTC(t time.Time) time.Time {
	if t = t.UTC(); t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}
	}
	return t
}

func inDate(from, to, at time.Time) Answer {
	if from.IsZero() {
		return Unknown
	}
	return AnswerOf(!at.Add(clockSkew).Before(from) && (to.IsZero() || !at.Add(-clockSkew).After(to)))
}

// OCSPRequest is the DER of the question whether an issuer has revoked a certificate. It has no nonce, so that responders may answer with what
// they have signed before (RFC 5019 section 2.1.1), and SHA-1 names the issuer, as all responders know it.
func OCSPRequest(c, issuer *Certificate) ([]byte, error) {
	serial, ok := serialOf(c)
	if !ok {
		return nil, errors.New("the serial number cannot be read")
	}
	if issuer.std == nil {
		return nil, errors.New("the issuer's certificate cannot be read: " + issuer.ParseNote)
	}
	der, err := ocsp.CreateRequest(&x509.Certificate{SerialNumber: serial}, issuer.std, nil)
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	return der, nil
}

func serialOf(c *Certificate) (*big.Int, bool) {
	if c == nil {
		return nil, false
	}
	return new(big.Int).SetString(c.Serial, 16)
}

// ReadOCSP reads the DER of an OCSP response about a certificate. The issuer is nil where it is not known. It is an error when the response
// cannot be read; one that says that the responder has no answer can be.
func ReadOCSP(der []byte, c, issuer *Certificate) (OCSP, error) {
	var about *x509.Certificate
	if serial, ok := serialOf(c); ok {
		about = &x509.Certificate{SerialNumber: serial}
	}
	r, err := ocsp.ParseResponseForCert(der, about, nil)
	ofLeaf := AnswerOf(about != nil && err == nil)
	if err != nil && about != nil {
		if other, otherErr := ocsp.ParseResponse(der, nil); otherErr == nil {
			r, err = other, nil
		}
	}
	var noAnswer ocsp.ResponseError
	switch {
	case errors.As(err, &noAnswer):
		return OCSP{Status: noAnswer.Status.String()}, nil
	case err != nil && strings.HasPrefix(err.Error(), "bad signature on embedded certificate"):
		return OCSP{}, ErrOCSPSignature
	case err != nil:
		return OCSP{}, err
	case about == nil:
		ofLeaf = Unknown
	}
	s := OCSP{OfLeaf: ofLeaf, Status: ocspStatus(r.Status), SignedBy: SignedByUnknown,
		ProducedAt: inUTC(r.ProducedAt), ThisUpdate: inUTC(r.ThisUpdate), NextUpdate: inUTC(r.NextUpdate)}
	if s.Status == StatusRevoked {
		s.Revoked = Revoked{At: inUTC(r.RevokedAt), Reason: reasonName(r.RevocationReason)}
	}
	if issuer != nil && issuer.std != nil {
		s.SignedBy = signer(r, issuer.std)
	}
	if s.SignedBy == SignedByOther && ofLeaf == Yes {
		s.OfLeaf = No // a serial number is unique to its issuer alone
	}
	for _, x := range r.Extensions {
		if x.Id.String() == oidOCSPTimestamps {
			s.Timestamps = octets(x.Value)
		}
	}
	return s, nil
}

func ocspStatus(status int) string {
	switch status {
	case ocsp.Good:
		return StatusGood
	case ocsp.Revoked:
		return StatusRevoked
	}
	return StatusUnknown
}

// reasonName names a CRLReason (RFC 5280 section 5.3.1).
func reasonName(code int) string {
	names := map[int]string{0: "unspecified", 1: "keyCompromise", 2: "cACompromise", 3: "affiliationChanged", 4: "superseded",
		5: "cessationOfOperation", 6: reasonHold, 8: reasonRemove, 9: "privilegeWithdrawn", 10: "aACompromise"}
	if name, ok := names[code]; ok {
		return name
	}
	return fmt.Sprintf("reason %d", code)
}

// Reasons that are taken back: see RFC 5280 section 5.3.1.
const (
	reasonHold   = "certificateHold"
	reasonRemove = "removeFromCRL"
)

// TakenBack says whether a revocation for that reason may be taken back.
func TakenBack(reason string) bool { return reason == reasonHold }

// signer says who signed a response about a certificate of that issuer. That the key of an enclosed certificate made the signature is known by then.
func signer(r *ocsp.Response, issuer *x509.Certificate) string {
	switch c := r.Certificate; {
	case r.CheckSignatureFrom(issuer) == nil:
		return SignedByIssuer
	case c != nil && issuer.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil &&
		slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning) && !r.ProducedAt.After(c.NotAfter):
		return SignedByDelegate
	}
	return SignedByOther
}
