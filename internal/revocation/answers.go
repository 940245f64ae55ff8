package revocation

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

func (q Question) check(at time.Time) report.RevocationCheck {
	c := report.RevocationCheck{Certificate: q.Certificate.SHA256, By: q.By, URL: q.URL, At: at}
	if q.Issuer != nil {
		c.Issuer = q.Issuer.SHA256
	}
	return c
}

// Failed is the check of a question that has no answer.
func (q Question) Failed(at time.Time, why report.RevocationFailure) report.RevocationCheck {
	c := q.check(at)
	c.Failure = &why
	return c
}

// Answer reads a responder's answer. One that is none is not kept: whoever presents a certificate decides whose octets these are.
func (q Question) Answer(at time.Time, der []byte) report.RevocationCheck {
	c := q.check(at)
	sized(&c, der)
	said, err := certchain.ReadOCSP(der, q.Certificate, q.Issuer)
	if err != nil && !errors.Is(err, certchain.ErrOCSPSignature) {
		c.Failure = &report.RevocationFailure{Stage: report.RevocationAnswer, Kind: "malformed", Message: "it is no OCSP response: " + err.Error(), Hard: true}
		return c
	}
	c.DER = der
	if err != nil {
		c.Failure = &report.RevocationFailure{Stage: report.RevocationSignature, Kind: "wrong", Message: err.Error(), Hard: true}
		return c
	}
	c.Status, c.SignedBy = said.Status, said.SignedBy
	c.Produced, c.ThisUpdate, c.NextUpdate = given(said.ProducedAt), given(said.ThisUpdate), given(said.NextUpdate)
	c.RevokedAt, c.Reason = given(said.Revoked.At), said.Revoked.Reason
	switch {
	case said.SignedBy == "":
		c.Failure = &report.RevocationFailure{Stage: report.RevocationAnswer, Kind: "no-answer", Message: "the responder has no answer: " + said.Status}
	case said.SignedBy == certchain.SignedByDelegate && said.Authorized(at) == certchain.No:
		c.Failure = &report.RevocationFailure{Stage: report.RevocationSignature, Kind: "unauthorized", Hard: true,
			Message: "the certificate of the responder that signed it is valid from " + stamp(said.Delegate.NotBefore) + " to " + stamp(said.Delegate.NotAfter)}
	case said.SignedBy != certchain.SignedByOther && said.OfLeaf == certchain.No:
		c.Failure = &report.RevocationFailure{Stage: report.RevocationAnswer, Kind: "other-certificate", Message: "it is about another certificate", Hard: true}
	}
	conclude(&c)
	return c
}

// List is what has come from where a list should be.
type List struct {
	crl *certchain.CRL
	err error
	of  report.RevocationCheck // size and digest
}

// ReadList reads a list, once for all certificates that are looked for in it.
func ReadList(der []byte) List {
	var l List
	sized(&l.of, der)
	l.crl, l.err = certchain.ReadCRL(der)
	return l
}

// Listed looks a certificate up in a list.
func (q Question) Listed(at time.Time, l List) report.RevocationCheck {
	c := q.check(at)
	c.Size, c.SHA256 = l.of.Size, l.of.SHA256
	if l.err != nil {
		c.Failure = &report.RevocationFailure{Stage: report.RevocationAnswer, Kind: "malformed", Message: "it is no list: " + l.err.Error(), Hard: true}
		return c
	}
	c.Number, c.Entries, c.ThisUpdate, c.NextUpdate = l.crl.Number, l.crl.Entries, given(l.crl.ThisUpdate), given(l.crl.NextUpdate)
	status, revoked, why := l.crl.Says(q.Certificate)
	c.Status, c.RevokedAt, c.Reason = status, given(revoked.At), revoked.Reason
	signed, unsigned := l.crl.SignedBy(q.Issuer)
	switch {
	case signed == certchain.Yes:
		c.SignedBy = certchain.SignedByIssuer
	case signed == certchain.No:
		c.SignedBy = certchain.SignedByOther
		c.Failure = &report.RevocationFailure{Stage: report.RevocationSignature, Kind: "wrong", Message: unsigned, Hard: true}
	default:
		c.Failure = &report.RevocationFailure{Stage: report.RevocationSignature, Kind: "unchecked", Message: unsigned}
	}
	if c.Failure == nil && status == certchain.StatusUnknown {
		c.Failure = &report.RevocationFailure{Stage: report.RevocationAnswer, Kind: "not-covered", Message: why}
	}
	conclude(&c)
	return c
}

// conclude says what follows from what an answer says, who signed it and when. A revocation stands also in an old answer, unless it can be
// taken back.
func conclude(c *report.RevocationCheck) {
	c.Revoked = scan.Unknown
	if c.Failure != nil && c.Failure.Stage != report.RevocationFreshness {
		return
	}
	c.Failure = nil
	switch c.SignedBy {
	case certchain.SignedByIssuer, certchain.SignedByDelegate:
	case certchain.SignedByOther:
		c.Failure = &report.RevocationFailure{Stage: report.RevocationSignature, Kind: "unauthorized", Message: "it is not signed by the issuer, nor by a responder that the issuer certified for it",
			Hard: true}
		return
	default:
		c.Failure = &report.RevocationFailure{Stage: report.RevocationSignature, Kind: "unchecked", Message: "its signature cannot be checked: the issuer's certificate is not known or cannot be read, or no library here checks its algorithm"}
		return
	}
	c.Failure = untimely(c)
	switch c.Status {
	case certchain.StatusRevoked:
		if c.Failure == nil || !certchain.TakenBack(c.Reason) {
			c.Revoked = scan.Yes
		}
	case certchain.StatusGood:
		if c.Failure == nil {
			c.Revoked = scan.No
		}
	}
}

// untimely says whether an answer was not the current one when it came.
func untimely(c *report.RevocationCheck) *report.RevocationFailure {
	var times certchain.OCSP
	if c.ThisUpdate != nil {
		times.ThisUpdate = *c.ThisUpdate
	}
	if c.NextUpdate != nil {
		times.NextUpdate = *c.NextUpdate
	}
	switch f := (report.RevocationFailure{Stage: report.RevocationFreshness}); {
	case times.InDate(c.At) == certchain.Yes:
		return nil
	case c.ThisUpdate == nil:
		f.Kind, f.Message = "undated", "it does not say of when it is"
		return &f
	case c.NextUpdate != nil && c.NextUpdate.Before(c.At):
		f.Kind, f.Message = "stale", "it was the current one until "+stamp(times.NextUpdate)
		return &f
	case c.NextUpdate == nil && c.ThisUpdate.Before(c.At):
		f.Kind, f.Message = "stale", "it is of "+stamp(times.ThisUpdate)+", and does not say until when it is the current one"
		return &f
	default:
		f.Kind, f.Message = "not-yet", "it is the current one from "+stamp(times.ThisUpdate)+" on"
		return &f
	}
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func given(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func sized(c *report.RevocationCheck, der []byte) {
	sum := sha256.Sum256(der)
	c.Size, c.SHA256 = len(der), hex.EncodeToString(sum[:])
}
