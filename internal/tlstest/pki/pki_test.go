package pki_test

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
)

func TestLeafVerifiesThroughIntermediates(t *testing.T) {
	at := time.Date(2030, 5, 1, 12, 0, 0, 0, time.UTC)
	for _, caKey := range []pki.KeyType{pki.P256, pki.P384, pki.P521, pki.Ed25519, pki.RSA2048} {
		t.Run(string(caKey), func(t *testing.T) {
			root, err := pki.NewCA("Root "+string(caKey), pki.WithKey(caKey), pki.WithTime(at))
			require.NoError(t, err)
			sub, err := root.Intermediate("Sub", pki.WithKey(caKey))
			require.NoError(t, err)
			id, err := sub.Leaf(pki.Leaf{CommonName: "x", DNS: []string{"x.test"}, IPs: []netip.Addr{netip.MustParseAddr("127.0.0.1")}})
			require.NoError(t, err)

			between := x509.NewCertPool()
			between.AddCert(sub.Cert)
			for _, name := range []string{"x.test", "127.0.0.1"} {
				_, err = id.Leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: root.Pool(), Intermediates: between, CurrentTime: at})
				require.NoError(t, err)
			}
			_, err = id.Leaf.Verify(x509.VerifyOptions{Roots: root.Pool(), Intermediates: between, CurrentTime: at.AddDate(0, 0, 91)})
			require.ErrorContains(t, err, "expired")
			assert.Len(t, blocks(id.ChainPEM), 2, "leaf and intermediate, no root")
			assert.Len(t, id.Certificate().Certificate, 2)
			assert.Empty(t, root.ChainPEM())
		})
	}
}

func TestCrossSignGivesASecondPath(t *testing.T) {
	a, err := pki.NewCA("A")
	require.NoError(t, err)
	b, err := pki.NewCA("B")
	require.NoError(t, err)
	id, err := b.Leaf(pki.Leaf{CommonName: "x"})
	require.NoError(t, err)
	der, err := a.CrossSign(b)
	require.NoError(t, err)
	bridge, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	between := x509.NewCertPool()
	between.AddCert(bridge)
	_, err = id.Leaf.Verify(x509.VerifyOptions{Roots: a.Pool(), Intermediates: between})
	require.NoError(t, err)
}

func TestOddCertificates(t *testing.T) {
	rsaCA, err := pki.NewCA("RSA", pki.WithKey(pki.RSA2048))
	require.NoError(t, err)
	ecCA, err := pki.NewCA("EC")
	require.NoError(t, err)

	t.Run("negative serial", func(t *testing.T) {
		id, err := ecCA.Leaf(pki.Leaf{CommonName: "x", Serial: big.NewInt(-5)})
		require.NoError(t, err)
		assert.Nil(t, id.Leaf)
		_, err = x509.ParseCertificate(id.DER)
		require.ErrorContains(t, err, "negative serial")
	})
	for hash, want := range map[crypto.Hash]x509.SignatureAlgorithm{crypto.SHA1: x509.SHA1WithRSA, crypto.MD5: x509.MD5WithRSA} {
		t.Run(hash.String(), func(t *testing.T) {
			id, err := rsaCA.Leaf(pki.Leaf{CommonName: "x", Hash: hash})
			require.NoError(t, err)
			require.NotNil(t, id.Leaf)
			assert.Equal(t, want, id.Leaf.SignatureAlgorithm)
		})
	}
	t.Run("ECDSA with SHA-1", func(t *testing.T) {
		id, err := ecCA.Leaf(pki.Leaf{CommonName: "x", Hash: crypto.SHA1})
		require.NoError(t, err)
		assert.Equal(t, x509.ECDSAWithSHA1, id.Leaf.SignatureAlgorithm)
	})
	t.Run("RSA 1024", func(t *testing.T) {
		id, err := ecCA.Leaf(pki.Leaf{CommonName: "x", KeyType: pki.RSA1024})
		require.NoError(t, err)
		assert.Equal(t, x509.RSA, id.Leaf.PublicKeyAlgorithm)
		again, err := ecCA.Leaf(pki.Leaf{CommonName: "x", KeyType: pki.RSA1024})
		require.NoError(t, err)
		assert.Equal(t, id.KeyPEM, again.KeyPEM, "RSA keys come from the cache")
		other, err := ecCA.Leaf(pki.Leaf{CommonName: "x", KeyType: pki.RSA1024, KeyID: "2"})
		require.NoError(t, err)
		assert.NotEqual(t, id.KeyPEM, other.KeyPEM)
	})
	t.Run("a CA cannot have an Ed448 key", func(t *testing.T) {
		tlstest.Require(t, "openssl", "openssl")
		_, err := pki.NewCA("x", pki.WithKey(pki.Ed448))
		require.EqualError(t, err, `CA "x": a key of type ed448 cannot sign here, use it for a leaf`)
	})
	t.Run("unknown key type", func(t *testing.T) {
		_, err := ecCA.Leaf(pki.Leaf{CommonName: "x", KeyType: "p257"})
		require.EqualError(t, err, `key of "x": unknown key type "p257"`)
	})
	for _, kind := range []pki.KeyType{pki.Ed448, pki.DSA2048} {
		t.Run(string(kind), func(t *testing.T) {
			tlstest.Require(t, "openssl", "openssl")
			id, err := ecCA.Leaf(pki.Leaf{CommonName: "x", KeyType: kind})
			require.NoError(t, err)
			require.NotNil(t, id.Leaf)
			assert.Nil(t, id.Key)
			require.NoError(t, id.Leaf.CheckSignatureFrom(ecCA.Cert))
			assert.NotEmpty(t, blocks(id.KeyPEM))
		})
	}
}

func blocks(data []byte) []*pem.Block {
	var all []*pem.Block
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		all = append(all, block)
	}
	return all
}
