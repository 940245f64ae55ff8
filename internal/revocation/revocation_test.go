package revocation_test

import (
	"crypto/x509"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ocsp"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/revocation"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// presenting is an endpoint that sends certificates, and all that is known.
func presenting(t *testing.T, ders ...[]byte) ([]report.Endpoint, map[string]*certchain.Certificate) {
	t.Helper()
	known := map[string]*certchain.Certificate{}
	var p scan.Presented
	for _, der := range ders {
		c, _ := certchain.Parse(der)
		known[c.SHA256] = c
		p.Sent = append(p.Sent, c.SHA256)
	}
	p.Leaf = p.Sent[0]
	return []report.Endpoint{{Observation: scan.Observation{ID: "x", Presented: []scan.Presented{p}, Certificates: known}}}, known
}

func naming(c *x509.Certificate) { c.OCSPServer = []string{"http://ocsp.example.com"} }

// A certificate that crypto/x509 refuses is asked about all the same: its serial number is known, and its issuer.
func TestOddCertificate(t *testing.T) {
	ca, err := pki.NewCA("Root")
	require.NoError(t, err)
	odd, err := ca.Leaf(pki.Leaf{CommonName: "odd", Serial: big.NewInt(-77), Template: naming})
	require.NoError(t, err)
	require.Nil(t, odd.Leaf, "crypto/x509 refuses it")
	endpoints, known := presenting(t, odd.DER, ca.DER)
	questions := revocation.Questions(endpoints, known)
	require.Len(t, questions, 1, "of the root nobody is asked")
	require.Nil(t, questions[0].Problem)
	q, err := ocsp.ParseRequest(questions[0].Request)
	require.NoError(t, err)
	assert.Equal(t, int64(-77), q.SerialNumber.Int64())
	now := time.Now().Truncate(time.Second).UTC()
	der, err := ocsp.CreateResponse(ca.Cert, ca.Cert, ocsp.Response{Status: ocsp.Revoked, SerialNumber: q.SerialNumber, ThisUpdate: now, RevokedAt: now}, ca.Key)
	require.NoError(t, err)
	got := questions[0].Answer(now, der)
	assert.Nil(t, got.Failure)
	assert.Equal(t, scan.Yes, got.Revoked)
	assert.Equal(t, []report.RevocationCheck{got}, revocation.Again([]report.RevocationCheck{got}, endpoints, known))
}

// Of a certificate whose issuer's cannot be read, and of one that cannot be read at all, it is unknown, and why.
func TestUnreadable(t *testing.T) {
	ca, err := pki.NewCA("Root")
	require.NoError(t, err)
	between, err := ca.Intermediate("Odd")
	require.NoError(t, err)
	leaf, err := between.Leaf(pki.Leaf{CommonName: "leaf", Template: naming})
	require.NoError(t, err)
	endpoints, known := presenting(t, leaf.DER, []byte{0x30, 0x03, 0x02, 0x01, 0x01})
	questions := revocation.Questions(endpoints, known)
	kinds := map[string]int{}
	for _, q := range questions {
		require.NotNil(t, q.Problem)
		kinds[q.Problem.Kind]++
		check, unasked := q.Unasked(time.Unix(1, 0))
		assert.True(t, unasked)
		assert.Equal(t, scan.Unknown, check.Revoked)
		assert.NotEmpty(t, check.Failure.Message)
	}
	assert.Equal(t, map[string]int{"issuer-unknown": 1, "no-source": 1}, kinds)
}

func TestHosts(t *testing.T) {
	ca, err := pki.NewCA("Root")
	require.NoError(t, err)
	leaf, err := ca.Leaf(pki.Leaf{CommonName: "leaf", Template: func(c *x509.Certificate) {
		c.OCSPServer, c.CRLDistributionPoints = []string{"http://ocsp.example.com/x"}, []string{"ldap://directory.example.com/cn=x", "https://crl.example.com:8443/l", "http://ocsp.example.com/l"}
	}})
	require.NoError(t, err)
	c, err := certchain.Parse(leaf.DER)
	require.NoError(t, err)
	assert.Equal(t, []string{"crl.example.com:8443", "ocsp.example.com"}, revocation.Hosts([]*certchain.Certificate{c}))
	assert.Empty(t, revocation.Hosts(nil))
}

// An answer counts while the responder's certificate does, and one that does not say until when it is the current one does not count for ever.
func TestWhatNoLongerCounts(t *testing.T) {
	ca, err := pki.NewCA("Root")
	require.NoError(t, err)
	leaf, err := ca.Leaf(pki.Leaf{CommonName: "leaf", Template: naming})
	require.NoError(t, err)
	now := time.Now().Truncate(time.Second).UTC()
	responder, err := ca.Leaf(pki.Leaf{CommonName: "responder", ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}, NotBefore: now.Add(-48 * time.Hour), NotAfter: now.Add(time.Hour)})
	require.NoError(t, err)
	endpoints, known := presenting(t, leaf.DER, ca.DER)
	questions := revocation.Questions(endpoints, known)
	require.Len(t, questions, 1)
	answer := func(next time.Time) []byte {
		der, err := ocsp.CreateResponse(ca.Cert, responder.Leaf, ocsp.Response{Status: ocsp.Good, SerialNumber: leaf.Leaf.SerialNumber,
			ThisUpdate: now, NextUpdate: next, Certificate: responder.Leaf}, responder.Key)
		require.NoError(t, err)
		return der
	}
	for name, c := range map[string]struct {
		next time.Time
		at   time.Time
		kind string // of the failure
	}{
		"now":                        {now.Add(72 * time.Hour), now, ""},
		"behind the responder's end": {now.Add(72 * time.Hour), now.Add(2 * time.Hour), "unauthorized"},
		"without a next update":      {time.Time{}, now, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := questions[0].Answer(c.at, answer(c.next))
			if c.kind == "" {
				assert.Nil(t, got.Failure)
				assert.Equal(t, scan.No, got.Revoked)
				return
			}
			require.NotNil(t, got.Failure)
			assert.Equal(t, c.kind, got.Failure.Kind)
			assert.Equal(t, scan.Unknown, got.Revoked)
			assert.Equal(t, []report.RevocationCheck{got}, revocation.Again([]report.RevocationCheck{got}, endpoints, known))
		})
	}
	direct, err := ocsp.CreateResponse(ca.Cert, ca.Cert, ocsp.Response{Status: ocsp.Good, SerialNumber: leaf.Leaf.SerialNumber, ThisUpdate: now}, ca.Key)
	require.NoError(t, err)
	got := questions[0].Answer(now.Add(30*24*time.Hour), direct)
	require.NotNil(t, got.Failure)
	assert.Equal(t, "stale", got.Failure.Kind)
	assert.Contains(t, got.Failure.Message, "does not say until when")
}
