package certchain

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	issued "github.com/portseal/portseal/internal/tlstest/pki"
)

// listOf is a list of a CA that has some serial numbers.
func listOf(t testing.TB, ca *issued.CA, change func(*x509.RevocationList), serials ...*big.Int) []byte {
	t.Helper()
	now := time.Now().Truncate(time.Second).UTC()
	l := &x509.RevocationList{Number: big.NewInt(7), ThisUpdate: now, NextUpdate: now.Add(time.Hour)}
	for _, n := range serials {
		l.RevokedCertificateEntries = append(l.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: n, RevocationTime: now, ReasonCode: 1})
	}
	if change != nil {
		change(l)
	}
	der, err := x509.CreateRevocationList(rand.Reader, l, ca.Cert, ca.Key)
	require.NoError(t, err)
	return der
}

func distributionPoint(t testing.TB, inner ...byte) func(*x509.RevocationList) {
	t.Helper()
	return func(l *x509.RevocationList) {
		l.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 28}, Critical: true, Value: append([]byte{0x30, byte(len(inner))}, inner...)}}
	}
}

func TestReadCRL(t *testing.T) {
	s := newStapled(t)
	leaf, issuer := certificateOf(t, s.leaf.DER), certificateOf(t, s.ca.DER)
	leaf.CRLURLs = []string{"http://a/1", "http://a/2"}
	serial := s.leaf.Leaf.SerialNumber
	critical := func(l *x509.RevocationList) {
		l.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3}, Critical: true, Value: []byte{5, 0}}}
	}
	delta := func(l *x509.RevocationList) {
		l.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 27}, Critical: true, Value: []byte{2, 1, 6}}}
	}
	for name, c := range map[string]struct {
		der    []byte
		signed Answer
		status string
	}{
		"without it":             {listOf(t, s.ca, nil, big.NewInt(5)), Yes, StatusGood},
		"with it":                {listOf(t, s.ca, nil, big.NewInt(5), serial), Yes, StatusRevoked},
		"empty":                  {listOf(t, s.ca, nil), Yes, StatusGood},
		"of another CA":          {listOf(t, s.stranger, nil, serial), No, StatusRevoked},
		"of changes":             {listOf(t, s.ca, delta, serial), Yes, StatusUnknown},
		"with an odd extension":  {listOf(t, s.ca, critical), Yes, StatusUnknown},
		"of end entities":        {listOf(t, s.ca, distributionPoint(t, 0x81, 1, 0xFF)), Yes, StatusGood},
		"of authorities":         {listOf(t, s.ca, distributionPoint(t, 0x82, 1, 0xFF), serial), Yes, StatusUnknown},
		"of some reasons":        {listOf(t, s.ca, distributionPoint(t, 0x83, 2, 1, 0x40)), Yes, StatusUnknown},
		"of some reasons, in it": {listOf(t, s.ca, distributionPoint(t, 0x83, 2, 1, 0x40), serial), Yes, StatusRevoked},
		"of its point":           {listOf(t, s.ca, distributionPoint(t, pointOf("http://a/2")...)), Yes, StatusGood},
		"of another point":       {listOf(t, s.ca, distributionPoint(t, pointOf("http://a/3")...)), Yes, StatusUnknown},
		"of another, and in it":  {listOf(t, s.ca, distributionPoint(t, pointOf("http://a/3")...), serial), Yes, StatusRevoked},
		"indirect":               {listOf(t, s.ca, distributionPoint(t, 0x84, 1, 0xFF)), Unknown, StatusGood},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := ReadCRL(c.der)
			require.NoError(t, err)
			signed, why := l.SignedBy(issuer)
			assert.Equal(t, c.signed, signed, why)
			status, revoked, _ := l.Says(leaf)
			assert.Equal(t, c.status, status)
			assert.Equal(t, status == StatusRevoked, revoked.Reason == "keyCompromise")
			assert.Equal(t, "7", l.Number)
			assert.Equal(t, Yes, l.InDate(l.ThisUpdate))
			assert.Equal(t, No, l.InDate(l.NextUpdate.Add(2*clockSkew)))
		})
	}
	forged := listOf(t, s.ca, nil)
	forged[len(forged)-1] ^= 1
	l, err := ReadCRL(forged)
	require.NoError(t, err)
	signed, why := l.SignedBy(issuer)
	assert.Equal(t, No, signed)
	assert.Equal(t, "its signature is wrong", why)
	_, err = ReadCRL(pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: forged}))
	require.ErrorContains(t, err, "wants DER")
	_, err = ReadCRL(listOf(t, s.ca, distributionPoint(t, 0x81, 9)))
	require.ErrorContains(t, err, "malformed")
}

// pointOf is the distributionPoint of an IssuingDistributionPoint, by its URL.
func pointOf(url string) []byte {
	n := byte(len(url))
	return append([]byte{0xA0, n + 4, 0xA0, n + 2, 0x86, n}, url...)
}

// TestVersion1: OpenSSL makes lists of version 1, unless its configuration names extensions for them.
func TestVersion1(t *testing.T) {
	s := newStapled(t)
	issuer := certificateOf(t, s.ca.DER)
	second, err := x509.ParseRevocationList(listOf(t, s.ca, nil, s.leaf.Leaf.SerialNumber))
	require.NoError(t, err)
	var v2 struct {
		Version             int
		Signature           pkix.AlgorithmIdentifier
		Issuer, This, Next  asn1.RawValue
		Revoked, Extensions asn1.RawValue
	}
	_, err = asn1.Unmarshal(second.RawTBSRevocationList, &v2)
	require.NoError(t, err)
	type entry struct {
		Serial *big.Int
		At     time.Time
	}
	tbs := derOf(t, struct {
		Signature          pkix.AlgorithmIdentifier
		Issuer, This, Next asn1.RawValue
		Revoked            []entry
	}{v2.Signature, v2.Issuer, v2.This, v2.Next, []entry{{s.leaf.Leaf.SerialNumber, second.ThisUpdate}}})
	signature, err := byECDSA().sign(s.ca.Key, tbs)
	require.NoError(t, err)
	for _, want := range []Answer{Yes, No} {
		if want == No {
			signature[len(signature)-1] ^= 1
		}
		l, err := ReadCRL(derOf(t, struct {
			TBS       asn1.RawValue
			Algorithm pkix.AlgorithmIdentifier
			Signature asn1.BitString
		}{asn1.RawValue{FullBytes: tbs}, v2.Signature, asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)}}))
		require.NoError(t, err)
		signed, why := l.SignedBy(issuer)
		assert.Equal(t, want, signed, why)
		status, revoked, _ := l.Says(certificateOf(t, s.leaf.DER))
		assert.Equal(t, StatusRevoked, status)
		assert.Equal(t, "unspecified", revoked.Reason)
		assert.Empty(t, l.Number)
	}
}

func FuzzReadCRL(f *testing.F) {
	s := newStapled(f)
	leaf, issuer := certificateOf(f, s.leaf.DER), certificateOf(f, s.ca.DER)
	f.Add(listOf(f, s.ca, nil, s.leaf.Leaf.SerialNumber))
	f.Add(listOf(f, s.ca, distributionPoint(f, 0x83, 2, 1, 0x40, 0x84, 1, 0xFF)))
	f.Fuzz(func(t *testing.T, der []byte) {
		l, err := ReadCRL(der)
		if err != nil {
			return
		}
		if signed, why := l.SignedBy(issuer); signed != Yes {
			require.NotEmpty(t, why)
		}
		if status, _, why := l.Says(leaf); status == StatusUnknown {
			require.NotEmpty(t, why)
		}
		require.LessOrEqual(t, l.NextUpdate.Year(), 9999)
	})
}
