package certchain

import (
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"time"

	"golang.org/x/crypto/ocsp"
)

// Who may have signed an OCSP response (RFC 6960 section 4.2.2.2).
const (
	SignedByIssuer   = "the issuer"            // of the certificate that it is about
	SignedByDelegate = "a delegate"            // a responder that the issuer certified for it
	SignedByOther    = "nobody who may"        // a key that the issuer has not certified for it, or the signature is wrong
	SignedByUnknown  = "the issuer is unknown" // whose certificate is needed to tell
	SignedByUncheck  = "it is not checked"     // no library here checks such a signature
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
	NextUpdate time.Time // zero where newer information is to be had at any time
	Revoked    Revoked
	Delegate   *Certificate // of the delegate that signed it
	Timestamps []byte       // the SignedCertificateTimestampList in it (RFC 6962 section 3.3); nil for none
}

// InDate says whether the response's information was the current one at a time (RFC 6960 sections 3.2 and 4.2.2.1).
func (s OCSP) InDate(at time.Time) Answer { return inDate(s.ThisUpdate, s.NextUpdate, at) }

// Authorized says whether who signed the response might do so at a time: a delegate whose certificate has expired may not (RFC 6960 section 3.2).
// It is Unknown where it is not known who signed it.
func (s OCSP) Authorized(at time.Time) Answer {
	switch s.SignedBy {
	case SignedByIssuer:
		return Yes
	case SignedByDelegate:
		return inDate(s.Delegate.NotBefore, s.Delegate.NotAfter, at)
	case SignedByOther:
		return No
	}
	return Unknown
}

// inUTC is a time that can be written: with an offset to UTC a year may be none of four digits.
func inUTC(t time.Time) time.Time {
	if t = t.UTC(); t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}
	}
	return t
}

// longestUnlimited is how long an answer or a list counts that does not say until when it does, which RFC 6960 section 3.2 wants "sufficiently
// recent": as long as one of a public CA's may count at most (CA/Browser Forum Baseline Requirements sections 4.9.7 and 4.9.10).
const longestUnlimited = 10 * 24 * time.Hour

func inDate(from, to, at time.Time) Answer {
	if from.IsZero() {
		return Unknown
	}
	if to.IsZero() {
		to = from.Add(longestUnlimited)
	}
	return AnswerOf(!at.Add(clockSkew).Before(from) && !at.Add(-clockSkew).After(to))
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
	status, basic, err := openOCSP(der)
	switch {
	case err != nil:
		return OCSP{}, err
	case status != ocsp.Success:
		return OCSP{Status: status.String()}, nil
	}
	single, ofLeaf := basic.Data.about(c, issuer)
	s := OCSP{Status: single.status(), OfLeaf: ofLeaf, ProducedAt: inUTC(basic.Data.Produced), ThisUpdate: inUTC(single.ThisUpdate), NextUpdate: inUTC(single.NextUpdate)}
	if s.Status == StatusRevoked {
		s.Revoked = Revoked{At: inUTC(single.Revoked.At), Reason: reasonName(int(single.Revoked.Reason))}
	}
	if s.SignedBy, s.Delegate, err = basic.signer(issuer); err != nil {
		return OCSP{}, err
	}
	if s.SignedBy == SignedByOther && ofLeaf == Yes {
		s.OfLeaf = No // a serial number is unique to its issuer alone
	}
	for _, x := range single.Extensions {
		if x.Id.String() == oidOCSPTimestamps {
			s.Timestamps = octets(x.Value)
		}
	}
	return s, nil
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
