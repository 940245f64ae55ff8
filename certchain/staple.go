package certchain

import (
	"crypto/x509"
	"errors"
	"slices"
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

// Staple is what an OCSP response says about a certificate that it was sent with (RFC 6960).
type Staple struct {
	Status     string // "good", "revoked", "unknown"; of a response that is no answer "try later", "unauthorized" and so on
	OfLeaf     Answer // it is about the certificate that it was sent with: the serial number is compared, and the signer
	SignedBy   string // empty where there is no answer
	ProducedAt time.Time
	ThisUpdate time.Time
	NextUpdate time.Time // zero where newer information is always to be had
	Timestamps []byte    // the SignedCertificateTimestampList in it (RFC 6962 section 3.3); nil for none
}

// InDate says whether the response's information was the current one at a time (RFC 6960 section 4.2.2.1).
func (s Staple) InDate(at time.Time) Answer {
	if s.ThisUpdate.IsZero() {
		return Unknown
	}
	return AnswerOf(!at.Before(s.ThisUpdate) && (s.NextUpdate.IsZero() || !at.After(s.NextUpdate)))
}

// ReadStaple reads the DER of an OCSP response that was sent with a leaf. The issuer is nil where it is not known. It is an error when the response
// cannot be read; one that says that the responder has no answer can be.
func ReadStaple(der []byte, leaf, issuer *Certificate) (Staple, error) {
	var std *x509.Certificate
	if leaf != nil {
		std = leaf.std
	}
	r, err := ocsp.ParseResponseForCert(der, std, nil)
	ofLeaf := AnswerOf(std != nil && err == nil)
	if err != nil && std != nil {
		if other, otherErr := ocsp.ParseResponse(der, nil); otherErr == nil {
			r, err = other, nil
		}
	}
	var noAnswer ocsp.ResponseError
	switch {
	case errors.As(err, &noAnswer):
		return Staple{Status: noAnswer.Status.String()}, nil
	case err != nil:
		return Staple{}, err
	case std == nil:
		ofLeaf = Unknown
	}
	s := Staple{OfLeaf: ofLeaf, Status: stapleStatus(r.Status), SignedBy: SignedByUnknown,
		ProducedAt: r.ProducedAt.UTC(), ThisUpdate: r.ThisUpdate.UTC(), NextUpdate: r.NextUpdate.UTC()}
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

func stapleStatus(status int) string {
	switch status {
	case ocsp.Good:
		return "good"
	case ocsp.Revoked:
		return "revoked"
	}
	return "unknown"
}

// signer says who signed a response about a certificate of that issuer. That the key of an enclosed certificate made the signature is known by then.
func signer(r *ocsp.Response, issuer *x509.Certificate) string {
	switch c := r.Certificate; {
	case r.CheckSignatureFrom(issuer) == nil:
		return SignedByIssuer
	case c != nil && issuer.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil &&
		slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning):
		return SignedByDelegate
	}
	return SignedByOther
}
