package certchain

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	issued "github.com/portseal/portseal/internal/tlstest/pki"
)

func derOf(t testing.TB, v any) []byte {
	t.Helper()
	der, err := asn1.Marshal(v)
	require.NoError(t, err)
	return der
}

// signatureIs is an AlgorithmIdentifier, and how a key signs by it.
type signatureIs struct {
	algorithm pkix.AlgorithmIdentifier
	sign      func(key crypto.Signer, tbs []byte) ([]byte, error)
}

func byECDSA() signatureIs {
	return signatureIs{pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}}, func(key crypto.Signer, tbs []byte) ([]byte, error) {
		digest := sha256.Sum256(tbs)
		return ecdsa.SignASN1(rand.Reader, key.(*ecdsa.PrivateKey), digest[:])
	}}
}

func byEd25519() signatureIs {
	return signatureIs{pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 3, 101, 112}}, func(key crypto.Signer, tbs []byte) ([]byte, error) {
		return ed25519.Sign(key.(ed25519.PrivateKey), tbs), nil
	}}
}

// byMLDSA is by an algorithm that no library here checks (RFC 9881).
func byMLDSA() signatureIs {
	return signatureIs{pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 3, 18}}, func(crypto.Signer, []byte) ([]byte, error) {
		return make([]byte, 3309), nil
	}}
}

// byPSS is RSASSA-PSS with SHA-256 and a salt of 32 octets (RFC 4055 section 3.1).
func byPSS() signatureIs {
	hash := pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}, Parameters: asn1.NullRawValue}
	params, err := asn1.Marshal(struct {
		Hash pkix.AlgorithmIdentifier `asn1:"explicit,tag:0"`
		Mask struct {
			OID  asn1.ObjectIdentifier
			Hash pkix.AlgorithmIdentifier
		} `asn1:"explicit,tag:1"`
		Salt int `asn1:"explicit,tag:2"`
	}{hash, struct {
		OID  asn1.ObjectIdentifier
		Hash pkix.AlgorithmIdentifier
	}{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8}, hash}, 32})
	if err != nil {
		panic(err)
	}
	return signatureIs{pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}, Parameters: asn1.RawValue{FullBytes: params}},
		func(key crypto.Signer, tbs []byte) ([]byte, error) {
			digest := sha256.Sum256(tbs)
			return rsa.SignPSS(rand.Reader, key.(*rsa.PrivateKey), crypto.SHA256, digest[:], &rsa.PSSOptions{SaltLength: 32})
		}}
}

// answered is a response with answers, made as x/crypto's ocsp cannot.
func answered(t testing.TB, by signatureIs, key crypto.Signer, enclosed [][]byte, answers ...ocspSingle) []byte {
	t.Helper()
	data := ocspData{Responder: asn1.RawValue{Class: 2, Tag: 2, IsCompound: true, Bytes: derOf(t, make([]byte, 20))}, Produced: answers[0].ThisUpdate, Responses: answers}
	data.Raw = derOf(t, data)
	signature, err := by.sign(key, data.Raw)
	require.NoError(t, err)
	basic := ocspBasic{Data: data, Algorithm: asn1.RawValue{FullBytes: derOf(t, by.algorithm)}, Signature: asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)}}
	for _, der := range enclosed {
		basic.Certificates = append(basic.Certificates, asn1.RawValue{FullBytes: der})
	}
	outer := ocspResponse{}
	outer.Bytes.Type, outer.Bytes.Response = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 1}, derOf(t, basic)
	return derOf(t, outer)
}

// goodOf says of a serial number of an issuer that it is good.
func goodOf(issuer *Certificate, serial *big.Int, at time.Time) ocspSingle {
	name, key := sha256.Sum256(issuer.RawSubject), sha256.Sum256(issuer.spkiBits)
	return ocspSingle{ID: ocspCertID{Hash: pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}}, NameHash: name[:], KeyHash: key[:], Serial: serial},
		Good: true, ThisUpdate: at, NextUpdate: at.Add(time.Hour)}
}

// A signature of any kind that certificates are checked by is checked, and one that no library here checks is no wrong one.
func TestSignaturesOfOCSP(t *testing.T) {
	now := time.Now().Truncate(time.Second).UTC()
	for name, c := range map[string]struct {
		key  issued.KeyType
		by   signatureIs
		want string
	}{
		"ECDSA":         {issued.P256, byECDSA(), SignedByIssuer},
		"Ed25519":       {issued.Ed25519, byEd25519(), SignedByIssuer},
		"RSASSA-PSS":    {issued.RSA2048, byPSS(), SignedByIssuer},
		"ML-DSA":        {issued.P256, byMLDSA(), SignedByUncheck},
		"of another":    {issued.P256, byEd25519(), SignedByOther},
		"PSS, and not:": {issued.RSA2048, signatureIs{byPSS().algorithm, byMLDSA().sign}, SignedByOther},
	} {
		t.Run(name, func(t *testing.T) {
			ca, err := issued.NewCA("Responder", issued.WithKey(c.key))
			require.NoError(t, err)
			id, err := ca.Leaf(issued.Leaf{CommonName: "leaf"})
			require.NoError(t, err)
			leaf, issuer, key := certificateOf(t, id.DER), certificateOf(t, ca.DER), ca.Key
			if c.want == SignedByOther {
				_, key, err = ed25519.GenerateKey(rand.Reader)
				require.NoError(t, err)
			}
			got, err := ReadOCSP(answered(t, c.by, key, nil, goodOf(issuer, id.Leaf.SerialNumber, now)), leaf, issuer)
			require.NoError(t, err)
			assert.Equal(t, c.want, got.SignedBy)
			assert.Equal(t, AnswerOf(c.want != SignedByOther), got.OfLeaf)
			assert.Equal(t, StatusGood, got.Status)
		})
	}
}

// An answer is about a certificate where it names its issuer too, wherever it stands among others (RFC 6960 section 3.2).
func TestOCSPNamesTheIssuer(t *testing.T) {
	s := newStapled(t)
	now := time.Now().Truncate(time.Second).UTC()
	leaf, issuer, stranger := certificateOf(t, s.leaf.DER), certificateOf(t, s.ca.DER), certificateOf(t, s.stranger.DER)
	mine, theirs := goodOf(issuer, s.leaf.Leaf.SerialNumber, now), goodOf(stranger, s.leaf.Leaf.SerialNumber, now)
	theirs.Good, theirs.Revoked = false, ocspRevoked{At: now, Reason: 1}
	for name, c := range map[string]struct {
		answers []ocspSingle
		want    Answer
		status  string
	}{
		"the issuer":                {[]ocspSingle{mine}, Yes, StatusGood},
		"another, same number":      {[]ocspSingle{theirs}, No, StatusRevoked},
		"another, and then this":    {[]ocspSingle{theirs, mine}, Yes, StatusGood},
		"this one, and then others": {[]ocspSingle{mine, theirs}, Yes, StatusGood},
	} {
		t.Run(name, func(t *testing.T) {
			der := answered(t, byECDSA(), s.ca.Key, nil, c.answers...)
			for _, by := range []*Certificate{issuer, nil} {
				got, err := ReadOCSP(der, leaf, by)
				require.NoError(t, err)
				assert.Equal(t, c.want, got.OfLeaf)
				assert.Equal(t, c.status, got.Status)
			}
		})
	}
}

// A delegate may sign while its certificate is valid, wherever among the enclosed ones that stands.
func TestDelegatesOfOCSP(t *testing.T) {
	s := newStapled(t)
	now := time.Now().Truncate(time.Second).UTC()
	old, err := s.ca.Leaf(issued.Leaf{CommonName: "old responder", ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}, NotBefore: now.Add(-48 * time.Hour), NotAfter: now.Add(-24 * time.Hour)})
	require.NoError(t, err)
	leaf, issuer := certificateOf(t, s.leaf.DER), certificateOf(t, s.ca.DER)
	answer := goodOf(issuer, s.leaf.Leaf.SerialNumber, now.Add(-36*time.Hour))
	answer.NextUpdate = now.Add(time.Hour)
	for name, c := range map[string]struct {
		by         *issued.Identity
		enclosed   [][]byte
		signed     string
		authorized Answer
	}{
		"valid":                 {s.delegate, [][]byte{s.delegate.DER}, SignedByDelegate, Yes},
		"behind another":        {s.delegate, [][]byte{s.ca.DER, s.delegate.DER}, SignedByDelegate, Yes},
		"expired":               {old, [][]byte{old.DER}, SignedByDelegate, No},
		"without the usage":     {s.wrongUsage, [][]byte{s.wrongUsage.DER}, SignedByOther, No},
		"that is not enclosed":  {s.delegate, nil, SignedByOther, No},
		"enclosed, not signing": {old, [][]byte{s.delegate.DER}, "", Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ReadOCSP(answered(t, byECDSA(), c.by.Key, c.enclosed, answer), leaf, issuer)
			if c.signed == "" {
				require.ErrorIs(t, err, ErrOCSPSignature)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.signed, got.SignedBy)
			assert.Equal(t, c.authorized, got.Authorized(now))
		})
	}
}

// A responder's certificate that is signed by way of MD5 vouches for nothing.
func TestDelegateByMD5(t *testing.T) {
	ca, err := issued.NewCA("Old", issued.WithKey(issued.RSA2048))
	require.NoError(t, err)
	id, err := ca.Leaf(issued.Leaf{CommonName: "leaf"})
	require.NoError(t, err)
	responder, err := ca.Leaf(issued.Leaf{CommonName: "responder", Hash: crypto.MD5, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}})
	require.NoError(t, err)
	issuer := certificateOf(t, ca.DER)
	got, err := ReadOCSP(answered(t, byECDSA(), responder.Key, [][]byte{responder.DER}, goodOf(issuer, id.Leaf.SerialNumber, time.Now().UTC())), certificateOf(t, id.DER), issuer)
	require.NoError(t, err)
	assert.Equal(t, SignedByUncheck, got.SignedBy)
}

// What does not say until when it counts does not count for ever.
func TestUnlimitedOCSP(t *testing.T) {
	now := time.Now()
	s := OCSP{ThisUpdate: now}
	assert.Equal(t, Yes, s.InDate(now.Add(24*time.Hour)))
	assert.Equal(t, No, s.InDate(now.Add(30*24*time.Hour)))
}

func TestMalformedOCSP(t *testing.T) {
	s := newStapled(t)
	issuer := certificateOf(t, s.ca.DER)
	critical := goodOf(issuer, big.NewInt(1), time.Now().UTC())
	critical.Extensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3}, Critical: true}}
	whole := answered(t, byECDSA(), s.ca.Key, nil, critical)
	_, err := ReadOCSP(whole, certificateOf(t, s.leaf.DER), issuer)
	require.ErrorContains(t, err, "critical extension 1.2.3")
	for cut := range len(whole) {
		_, err := ReadOCSP(whole[:cut], certificateOf(t, s.leaf.DER), issuer)
		require.Error(t, err, "cut at %d", cut)
	}
}
