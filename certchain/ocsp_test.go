package certchain

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ocsp"

	issued "github.com/portseal/portseal/internal/tlstest/pki"
)

// stapled is a CA with a leaf, a responder that it certified, and one of another CA.
type stapled struct {
	ca, stranger               *issued.CA
	leaf, delegate, wrongUsage *issued.Identity
}

func newStapled(t testing.TB) stapled {
	t.Helper()
	ca, err := issued.NewCA("Stapling", issued.WithKey(issued.P256))
	require.NoError(t, err)
	stranger, err := issued.NewCA("Stranger", issued.WithKey(issued.P256))
	require.NoError(t, err)
	issue := func(name string, usage ...x509.ExtKeyUsage) *issued.Identity {
		id, err := ca.Leaf(issued.Leaf{CommonName: name, ExtKeyUsage: usage})
		require.NoError(t, err)
		return id
	}
	return stapled{ca, stranger, issue("leaf"), issue("responder", x509.ExtKeyUsageOCSPSigning), issue("server", x509.ExtKeyUsageServerAuth)}
}

func certificateOf(t testing.TB, der []byte) *Certificate {
	t.Helper()
	c, err := Parse(der)
	require.NoError(t, err)
	return c
}

func TestReadOCSP(t *testing.T) {
	s := newStapled(t)
	now := time.Now().Truncate(time.Second).UTC()
	good := ocsp.Response{Status: ocsp.Good, SerialNumber: s.leaf.Leaf.SerialNumber, ThisUpdate: now, NextUpdate: now.Add(time.Hour)}
	response := func(r ocsp.Response, ca *issued.CA, responder *issued.Identity) []byte {
		signer, cert := ca.Key, ca.Cert
		if responder != nil {
			signer, cert, r.Certificate = responder.Key, responder.Leaf, responder.Leaf
		}
		der, err := ocsp.CreateResponse(ca.Cert, cert, r, signer)
		require.NoError(t, err)
		return der
	}
	leaf, issuer := certificateOf(t, s.leaf.DER), certificateOf(t, s.ca.DER)
	other := good
	other.SerialNumber = s.wrongUsage.Leaf.SerialNumber
	revoked := good
	revoked.Status, revoked.RevokedAt, revoked.RevocationReason, revoked.NextUpdate = ocsp.Revoked, now, ocsp.KeyCompromise, time.Time{}
	for name, c := range map[string]struct {
		der    []byte
		issuer *Certificate
		want   OCSP
	}{
		"by the issuer":        {response(good, s.ca, nil), issuer, OCSP{Status: "good", OfLeaf: Yes, SignedBy: SignedByIssuer}},
		"by a delegate":        {response(good, s.ca, s.delegate), issuer, OCSP{Status: "good", OfLeaf: Yes, SignedBy: SignedByDelegate}},
		"by one without usage": {response(good, s.ca, s.wrongUsage), issuer, OCSP{Status: "good", OfLeaf: No, SignedBy: SignedByOther}},
		"by another CA":        {response(good, s.stranger, nil), issuer, OCSP{Status: "good", OfLeaf: No, SignedBy: SignedByOther}},
		"without the issuer":   {response(good, s.ca, nil), nil, OCSP{Status: "good", OfLeaf: Yes, SignedBy: SignedByUnknown}},
		"of another":           {response(other, s.ca, nil), issuer, OCSP{Status: "good", OfLeaf: No, SignedBy: SignedByIssuer}},
		"revoked": {response(revoked, s.ca, nil), issuer, OCSP{Status: "revoked", OfLeaf: Yes, SignedBy: SignedByIssuer,
			Revoked: Revoked{At: now, Reason: "keyCompromise"}}},
		"the responder is busy": {ocsp.TryLaterErrorResponse, issuer, OCSP{Status: "try later"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ReadOCSP(c.der, leaf, c.issuer)
			require.NoError(t, err)
			if c.want.OfLeaf != "" {
				assert.Equal(t, now, got.ThisUpdate)
				assert.Equal(t, Yes, got.InDate(now))
				assert.Equal(t, No, got.InDate(now.Add(-clockSkew-time.Second)))
				assert.Equal(t, AnswerOf(got.NextUpdate.IsZero()), got.InDate(now.Add(2*time.Hour)))
			}
			assert.Equal(t, c.want.SignedBy == SignedByDelegate, got.Delegate != nil)
			got.ProducedAt, got.ThisUpdate, got.NextUpdate, got.Delegate = time.Time{}, time.Time{}, time.Time{}, nil
			assert.Equal(t, c.want, got)
		})
	}
	_, err := ReadOCSP([]byte("no response"), leaf, issuer)
	require.Error(t, err)
	unread, err := ReadOCSP(response(good, s.ca, nil), nil, issuer)
	require.NoError(t, err)
	assert.Equal(t, Unknown, unread.OfLeaf, "without a leaf nothing can be compared")
}

// timestampList is a list of timestamps of a version.
func timestampList(version byte, at ...time.Time) []byte {
	var all []byte
	for _, at := range at {
		one := binary.BigEndian.AppendUint64(append([]byte{version}, make([]byte, 32)...), uint64(at.UnixMilli()))
		one = append(one, 0, 0, 4, 3, 0, 1, 0xFF)
		all = append(binary.BigEndian.AppendUint16(all, uint16(len(one))), one...)
	}
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(all))), all...)
}

func TestReadTimestamps(t *testing.T) {
	at := time.UnixMilli(1_700_000_000_123).UTC()
	got, err := ReadTimestamps(timestampList(0, at, at.Add(time.Hour)))
	require.NoError(t, err)
	require.Len(t, got, 2)
	assert.Equal(t, at, got[0].At)
	assert.Equal(t, "v1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= 2023-11-14T22:13:20Z", got[0].String())
	got, err = ReadTimestamps(timestampList(1, at))
	require.NoError(t, err)
	assert.Equal(t, "v2", got[0].String(), "what a later version holds is not known")
	whole := timestampList(0, at)
	for cut := range len(whole) {
		_, err := ReadTimestamps(whole[:cut])
		require.Error(t, err, "cut at %d", cut)
	}
	short := timestampList(0, at) // one octet of the signature less than it says, in lengths that fit
	short = append([]byte{0, short[1] - 1, 0, short[3] - 1}, short[4:len(short)-1]...)
	_, err = ReadTimestamps(short)
	require.ErrorContains(t, err, "certificate timestamp 1 is malformed")
	_, err = ReadTimestamps([]byte{0, 0})
	require.ErrorContains(t, err, "malformed", "a list has a member at least")
	_, err = ReadTimestamps(timestampList(0, time.UnixMilli(maxMillis+1)))
	require.Error(t, err, "no time that can be written")
}

// TestForTLS reads the extensions that speak of the handshake, critical or not.
func TestForTLS(t *testing.T) {
	s := newStapled(t)
	list := timestampList(0, time.Unix(1, 0))
	value, err := asn1.Marshal(list)
	require.NoError(t, err)
	id, err := s.ca.Leaf(issued.Leaf{CommonName: "must", Template: func(c *x509.Certificate) {
		c.ExtraExtensions = []pkix.Extension{
			{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: []byte{0x30, 6, 2, 1, 5, 2, 1, 17}},
			{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}, Value: value},
		}
	}})
	require.NoError(t, err)
	c := certificateOf(t, id.DER)
	assert.Equal(t, []uint16{5, 17}, c.TLSFeatures)
	assert.Equal(t, list, c.Timestamps)
	assert.Empty(t, c.UnknownCritical)
	assert.Empty(t, certificateOf(t, s.leaf.DER).TLSFeatures)
}

func FuzzReadOCSP(f *testing.F) {
	s := newStapled(f)
	r := ocsp.Response{Status: ocsp.Good, SerialNumber: s.leaf.Leaf.SerialNumber, ThisUpdate: time.Now(), Certificate: s.delegate.Leaf}
	der, err := ocsp.CreateResponse(s.ca.Cert, s.delegate.Leaf, r, s.delegate.Key)
	require.NoError(f, err)
	f.Add(der)
	f.Add(ocsp.UnauthorizedErrorResponse)
	leaf, issuer := certificateOf(f, s.leaf.DER), certificateOf(f, s.ca.DER)
	f.Fuzz(func(t *testing.T, der []byte) {
		for _, issuer := range []*Certificate{nil, issuer} {
			got, err := ReadOCSP(der, leaf, issuer)
			if err != nil {
				assert.Empty(t, got)
				continue
			}
			require.NotEmpty(t, got.Status)
			if got.OfLeaf == Yes {
				require.NotEqual(t, SignedByOther, got.SignedBy)
			}
		}
	})
}

func FuzzReadTimestamps(f *testing.F) {
	f.Add(timestampList(0, time.Unix(1, 0), time.Unix(2, 0)))
	f.Add([]byte{0, 3, 0, 1, 7})
	f.Fuzz(func(t *testing.T, list []byte) {
		got, err := ReadTimestamps(list)
		require.True(t, err != nil || len(got) > 0)
		for _, s := range got {
			require.NotEmpty(t, s.String())
			require.LessOrEqual(t, s.At.Year(), 9999)
		}
	})
}
