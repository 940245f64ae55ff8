package certchain

import (
	"bytes"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/portseal/portseal/certchain/internal/ber"
)

// The structures of RFC 6960 section 4.2.1.
type (
	ocspResponse struct {
		Status asn1.Enumerated
		Bytes  struct {
			Type     asn1.ObjectIdentifier
			Response []byte
		} `asn1:"explicit,tag:0,optional"`
	}
	ocspBasic struct {
		Data         ocspData
		Algorithm    asn1.RawValue
		Signature    asn1.BitString
		Certificates []asn1.RawValue `asn1:"explicit,tag:0,optional"`
	}
	ocspData struct {
		Raw        asn1.RawContent
		Version    int `asn1:"explicit,tag:0,optional"`
		Responder  asn1.RawValue
		Produced   time.Time `asn1:"generalized"`
		Responses  []ocspSingle
		Extensions []pkix.Extension `asn1:"explicit,tag:1,optional"`
	}
	ocspSingle struct {
		ID         ocspCertID
		Good       asn1.Flag        `asn1:"tag:0,optional"`
		Revoked    ocspRevoked      `asn1:"tag:1,optional"`
		Unknown    asn1.Flag        `asn1:"tag:2,optional"`
		ThisUpdate time.Time        `asn1:"generalized"`
		NextUpdate time.Time        `asn1:"generalized,explicit,tag:0,optional"`
		Extensions []pkix.Extension `asn1:"explicit,tag:1,optional"`
	}
	ocspCertID struct {
		Hash              pkix.AlgorithmIdentifier
		NameHash, KeyHash []byte
		Serial            *big.Int
	}
	ocspRevoked struct {
		At     time.Time       `asn1:"generalized"`
		Reason asn1.Enumerated `asn1:"explicit,tag:0,optional"`
	}
)

// mostEnclosed is how many certificates of a response are tried: it has that of its signer, and perhaps of a CA above it.
const mostEnclosed = 8

// openOCSP reads a response down to what is signed. Of one that is no answer there is the status alone.
func openOCSP(der []byte) (ocsp.ResponseStatus, *ocspBasic, error) {
	var outer ocspResponse
	var basic ocspBasic
	if rest, err := asn1.Unmarshal(der, &outer); err != nil || len(rest) > 0 {
		return 0, nil, errors.New("the response is malformed")
	}
	if status := ocsp.ResponseStatus(outer.Status); status != ocsp.Success {
		return status, nil, nil
	}
	if outer.Bytes.Type.String() != "1.3.6.1.5.5.7.48.1.1" { // id-pkix-ocsp-basic
		return 0, nil, errors.New("the response is of a type that is not known")
	}
	if rest, err := asn1.Unmarshal(outer.Bytes.Response, &basic); err != nil || len(rest) > 0 {
		return 0, nil, errors.New("the basic response is malformed")
	}
	if len(basic.Data.Responses) == 0 {
		return 0, nil, errors.New("the response is about no certificate")
	}
	for _, single := range basic.Data.Responses {
		for _, x := range single.Extensions {
			if x.Critical {
				return 0, nil, fmt.Errorf("the response has the critical extension %s, which is not known", x.Id)
			}
		}
	}
	return ocsp.Success, &basic, nil
}

func (s ocspSingle) status() string {
	switch {
	case bool(s.Good):
		return StatusGood
	case !s.Revoked.At.IsZero():
		return StatusRevoked
	}
	return StatusUnknown
}

// about is what the response says of a certificate, and else the first of what it says of others.
func (d ocspData) about(c, issuer *Certificate) (ocspSingle, Answer) {
	serial, ok := serialOf(c)
	if !ok {
		return d.Responses[0], Unknown
	}
	for _, single := range d.Responses {
		if single.ID.Serial.Cmp(serial) == 0 && single.ID.issuedBy(c, issuer) {
			return single, Yes
		}
	}
	return d.Responses[0], No
}

// issuedBy says whether the response names the issuer of a certificate (RFC 6960 section 4.1.1): by its key where that is known, else by its name.
// One that is named by an unknown hash is not told from another.
func (id ocspCertID) issuedBy(c, issuer *Certificate) bool {
	hash, ok := hashFunc(hashOf(id.Hash.Algorithm.String()))
	if !ok {
		return true
	}
	h, want := hash.New(), id.NameHash
	if issuer != nil && len(issuer.spkiBits) > 0 {
		h.Write(issuer.spkiBits)
		want = id.KeyHash
	} else {
		h.Write(c.RawIssuer)
	}
	return bytes.Equal(h.Sum(nil), want)
}

// signer says who signed the response about a certificate of that issuer (RFC 6960 section 4.2.2.2).
func (b *ocspBasic) signer(issuer *Certificate) (by string, delegate *Certificate, err error) {
	signed := b.signed()
	direct := Unknown
	if issuer != nil {
		if direct = vouched(signed, issuer); direct == Yes {
			return SignedByIssuer, nil, nil
		}
	}
	unchecked := issuer != nil && direct == Unknown
	for _, raw := range b.Certificates[:min(mostEnclosed, len(b.Certificates))] {
		c, _ := Parse(raw.FullBytes)
		switch vouched(signed, c) {
		case Unknown:
			unchecked = true
		case Yes:
			return c.delegatedBy(issuer)
		}
	}
	switch {
	case unchecked:
		return SignedByUncheck, nil, nil
	case len(b.Certificates) > 0:
		return "", nil, ErrOCSPSignature
	case issuer == nil:
		return SignedByUnknown, nil, nil
	}
	return SignedByOther, nil, nil
}

// delegatedBy says whether an issuer lets the key of c sign for it.
func (c *Certificate) delegatedBy(issuer *Certificate) (by string, delegate *Certificate, err error) {
	if issuer == nil {
		return SignedByUnknown, nil, nil
	}
	switch certified := vouched(c, issuer); {
	case certified == No || !slices.Contains(c.ExtKeyUsage, "OCSPSigning"):
		return SignedByOther, nil, nil
	case certified == Unknown:
		return SignedByUncheck, nil, nil
	}
	return SignedByDelegate, c, nil
}

// vouched is checkSignature, but for MD5: anybody can make two that have the same.
func vouched(signed, key *Certificate) Answer {
	if signed.Signature.Hash == "MD5" {
		return Unknown
	}
	answer, _ := checkSignature(signed, key)
	return answer
}

// signed is the response as what checkSignature checks.
func (b *ocspBasic) signed() *Certificate {
	c := &Certificate{tbs: b.Data.Raw, signatureValue: b.Signature.Bytes, signatureInner: b.Algorithm.FullBytes, signatureOuter: b.Algorithm.FullBytes}
	if alg := children(ber.Element{Body: b.Algorithm.Bytes}); len(alg) > 0 {
		c.signatureParam, c.Signature = alg[1:], signatureOf(alg[0].OID(), alg[1:])
	}
	return c
}
