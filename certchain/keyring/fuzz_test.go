package keyring

import (
	"bytes"
	"crypto/x509"
	"testing"

	"github.com/pavlo-v-chernykh/keystore-go/v4"
	"github.com/smallstep/pkcs7"
	"github.com/stretchr/testify/require"
	"software.sslmate.com/src/go-pkcs12"
)

// FuzzRead feeds any octets to the reader: it must end, without a panic, and give entries that have a certificate.
func FuzzRead(f *testing.F) {
	x := newFixture(f)
	certs := []*x509.Certificate{x.root.Cert, x.ca.Cert}
	f.Add(append(x.root.PEM(), x.leaf.KeyPEM(f)...))
	f.Add(x.leaf.DER)
	p7, err := pkcs7.DegenerateCertificate(x.root.DER)
	require.NoError(f, err)
	f.Add(p7)
	for _, encoder := range []*pkcs12.Encoder{pkcs12.LegacyRC2, pkcs12.Modern2023, pkcs12.Modern2026, pkcs12.Passwordless} {
		password := "x"
		if encoder == pkcs12.Passwordless {
			password = ""
		}
		store, err := encoder.WithIterations(2).EncodeTrustStore(certs, password)
		require.NoError(f, err)
		f.Add(store)
	}
	ks := keystore.New()
	require.NoError(f, ks.SetTrustedCertificateEntry("a", keystore.TrustedCertificateEntry{Certificate: keystore.Certificate{Type: "X509", Content: x.root.DER}}))
	var buf bytes.Buffer
	require.NoError(f, ks.Store(&buf, []byte("changeit")))
	f.Add(buf.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, given := range []bool{true, false} {
			r := reader{file: "x", password: func() (string, bool, error) { return "x", given, nil }}
			_ = r.read(data)
			for _, e := range r.found {
				require.NotNil(t, e.Certificate)
			}
		}
	})
}
