package probes_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/binary"
	"encoding/pem"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ocsp"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
)

// deeply looks at everything, and returns the features too, as "version name: answer values".
func deeply(t *testing.T, s *tlstest.Server) (scan.Observation, []string) {
	t.Helper()
	o := look(t, s.Addr, scan.Plan{Depth: scan.Deep})
	return o, featureLines(o)
}

func featureLines(o scan.Observation) []string {
	var out []string
	for _, f := range o.Features {
		text := f.Name + ": " + f.Answer.String()
		if f.Version != 0 {
			text = f.Version.String() + " " + text
		}
		out = append(out, strings.TrimSpace(text+" "+strings.Join(f.Values, ", ")))
	}
	return out
}

// authority issues leaves of a name, with what change adds, and OCSP responses about them.
func authority(t *testing.T, change func(*x509.Certificate)) (*pki.CA, *pki.Identity) {
	t.Helper()
	ca := tlstest.NewCA(t, "Stapling", pki.WithKey(pki.RSA2048))
	between, err := ca.Intermediate("Stapling below", pki.WithKey(pki.RSA2048))
	require.NoError(t, err)
	if change == nil {
		change = func(*x509.Certificate) {}
	}
	id, err := between.Leaf(pki.Leaf{CommonName: "localhost", DNS: []string{"localhost"}, KeyType: pki.RSA2048, Template: change})
	require.NoError(t, err)
	return between, id
}

func staple(t *testing.T, ca *pki.CA, leaf *pki.Identity, change func(*ocsp.Response)) []byte {
	t.Helper()
	c, err := x509.ParseCertificate(leaf.DER)
	require.NoError(t, err)
	r := ocsp.Response{Status: ocsp.Good, SerialNumber: c.SerialNumber, ThisUpdate: time.Now().Add(-time.Hour), NextUpdate: time.Now().Add(time.Hour)}
	if change != nil {
		change(&r)
	}
	der, err := ocsp.CreateResponse(ca.Cert, ca.Cert, r, ca.Key)
	require.NoError(t, err)
	return der
}

// timestamps is a list of one certificate timestamp of a time, and what it reads as.
func timestamps(at time.Time) (list []byte, text string) {
	log := make([]byte, 32)
	log[0] = 0xAB
	one := append([]byte{0}, log...)
	one = binary.BigEndian.AppendUint64(one, uint64(at.UnixMilli()))
	one = append(one, 0, 0, 4, 3, 0, 2, 0xCA, 0xFE)
	list = binary.BigEndian.AppendUint16(nil, uint16(len(one)+2))
	list = binary.BigEndian.AppendUint16(list, uint16(len(one)))
	return append(list, one...), "v1 " + base64.StdEncoding.EncodeToString(log) + " " + at.UTC().Format(time.RFC3339)
}

func octetString(t *testing.T, b []byte) []byte {
	t.Helper()
	der, err := asn1.Marshal(b)
	require.NoError(t, err)
	return der
}

// TestFeaturesOfNginx has a staple from a file, timestamps in the staple and in the certificate, must-staple, and its own order. The budget is that of
// the questions about features alone.
func TestFeaturesOfNginx(t *testing.T) {
	t.Parallel()
	list, stamp := timestamps(time.Unix(1_700_000_000, 0))
	ca, id := authority(t, func(c *x509.Certificate) {
		c.ExtraExtensions = append(c.ExtraExtensions,
			pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: []byte{0x30, 3, 2, 1, 5}},
			pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}, Value: octetString(t, list)})
	})
	root := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.Root().DER})
	id.ChainPEM = slices.Concat(id.CertPEM, root, ca.ChainPEM()) // the issuer stands last
	file := tlstest.File(t, "staple.der", staple(t, ca, id, func(r *ocsp.Response) {
		r.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 5}, Value: octetString(t, list)}}
	}))
	s := tlstest.Nginx(t, []*pki.Identity{id}, "ssl_protocols TLSv1.2 TLSv1.3;", "ssl_prefer_server_ciphers on;", "ssl_session_tickets off;",
		"ssl_stapling on;", "ssl_stapling_file "+file+";", "ssl_ciphers ECDHE+AES:@SECLEVEL=0;")
	o, features := deeply(t, s)
	good := "ocsp-staple: yes in date: yes, of the leaf: yes, signed by: the issuer, status: good"
	assert.Subset(t, features, []string{
		"TLSv1.2 " + good, "TLSv1.3 " + good, "must-staple: yes",
		"certificate-timestamps-in-certificate: yes " + stamp, "TLSv1.2 certificate-timestamps-in-ocsp: yes " + stamp,
		"TLSv1.3 certificate-timestamps-in-ocsp: yes " + stamp, "TLSv1.2 certificate-timestamps-in-handshake: no",
		"alpn: yes http/1.1, http/1.0, http/0.9", "TLSv1.2 session-id: yes", "TLSv1.2 compression: no", "TLSv1.2 heartbeat: no",
		"TLSv1.2 encrypt-then-mac: yes", "TLSv1.2 max-fragment-length: yes", "TLSv1.2 downgrade-sentinel: yes", "clock-in-random: no",
		"TLSv1.2 signature-algorithms: yes rsa_pss_rsae_sha256, rsa_pss_rsae_sha384, rsa_pss_rsae_sha512, rsa_pkcs1_sha256, rsa_pkcs1_sha384, rsa_pkcs1_sha512, " +
			"rsa_pkcs1_sha224, rsa_pkcs1_sha1",
		"TLSv1.3 signature-algorithms: yes rsa_pss_rsae_sha256, rsa_pss_rsae_sha384, rsa_pss_rsae_sha512",
		"TLSv1.2 signature-algorithms-by-server-order: yes", "TLSv1.2 groups-by-server-order: yes", "TLSv1.3 groups-by-server-order: yes",
		"grease-tolerance: yes", "version-tolerance: yes", "record-version-tolerance: yes", "record-fragmentation: yes", "long-hello-tolerance: yes",
		"TLSv1.3 certificate-compression: no", "TLSv1.2 ecdhe-key-reuse: no", "TLSv1.3 ecdhe-key-reuse: no",
	})
	asked := 0
	for _, x := range o.Evidence {
		if kind, _, _ := strings.Cut(x.Question, "/"); slices.Contains([]string{
			"extensions", "alpn", "certificate-compression", "signatures", "grease", "tolerance"}, kind) || strings.HasSuffix(x.Question, "/preference") {
			asked++
		}
	}
	assert.LessOrEqual(t, asked, 30)
	assert.LessOrEqual(t, o.Cost.Connections, 120)
}

// TestFeaturesOfOpenSSL has them as its options say.
func TestFeaturesOfOpenSSL(t *testing.T) {
	t.Parallel()
	list, stamp := timestamps(time.Unix(1_600_000_000, 0))
	// In which messages the extension stands: ClientHello, the ServerHello below TLS 1.3, and the Certificate message of that.
	info := pem.EncodeToMemory(&pem.Block{Type: "SERVERINFOV2 FOR CT", Bytes: append([]byte{0, 0, 0x11, 0x80, 0, 18, 0, byte(len(list))}, list...)})
	ca, id := authority(t, nil)
	_, other := authority(t, nil)
	s := tlstest.OpenSSL(t, id, "-alpn", "postgresql,http/1.1", "-no_etm", "-no_ticket", "-sigalgs", "RSA+SHA384:RSA-PSS+SHA256", "-groups", "P-384:X25519",
		"-serverinfo", tlstest.File(t, "info.pem", info), "-status", "-status_file", tlstest.File(t, "staple.der", staple(t, ca, other, nil)), "-no_tls1", "-no_tls1_1")
	_, features := deeply(t, s)
	wrong := "ocsp-staple: yes in date: yes, of the leaf: no, signed by: the issuer, status: good"
	assert.Subset(t, features, []string{
		"alpn: yes postgresql, http/1.1", "TLSv1.2 encrypt-then-mac: no", "TLSv1.2 " + wrong, "TLSv1.3 " + wrong,
		"TLSv1.2 certificate-timestamps-in-handshake: yes " + stamp, "TLSv1.3 certificate-timestamps-in-handshake: yes " + stamp,
		"TLSv1.2 signature-algorithms: yes rsa_pss_rsae_sha256, rsa_pkcs1_sha384", "TLSv1.3 signature-algorithms: yes rsa_pss_rsae_sha256",
		"TLSv1.2 signature-algorithms-by-server-order: no", "TLSv1.2 groups-by-server-order: no", "must-staple: no",
		"dhe-safe-prime: yes 1024 bits: yes, 2048 bits: yes, 3072 bits: yes", "TLSv1.2 dhe-key-reuse: no",
		"dhe-shared-group: yes 1024 bits: Oakley group 2 (RFC 2409 section 6.2), 2048 bits: MODP group 14 (RFC 3526 section 3), " +
			"3072 bits: MODP group 15 (RFC 3526 section 4)",
	})
}

// TestFeaturesOfGnuTLS answers heartbeats and staples a response that has run out.
func TestFeaturesOfGnuTLS(t *testing.T) {
	t.Parallel()
	ca, id := authority(t, nil)
	old := staple(t, ca, id, func(r *ocsp.Response) {
		r.ThisUpdate, r.NextUpdate, r.Status = time.Now().Add(-48*time.Hour), time.Now().Add(-24*time.Hour), ocsp.Revoked
		r.RevokedAt = r.ThisUpdate
	})
	s := tlstest.GnuTLS(t, id, tlstest.GnuTLSLegacy+":%NO_ETM", "--heartbeat", "--alpn", "h2", "--noticket", "--ignore-ocsp-response-errors",
		"--ocsp-response", tlstest.File(t, "staple.der", old))
	_, features := deeply(t, s)
	run := "ocsp-staple: yes in date: no, of the leaf: yes, signed by: the issuer, status: revoked"
	assert.Subset(t, features, []string{
		"TLSv1.2 heartbeat: yes", "alpn: yes h2", "TLSv1.2 encrypt-then-mac: no",
		"TLSv1.2 " + run, "TLSv1.3 " + run, "dhe-shared-group: yes 1024 bits: Oakley group 2 (RFC 2409 section 6.2)", "TLSv1.0 downgrade-sentinel: yes",
	})
}

// TestFeaturesOfJava: JSSE fails where the schemes do not suit the certificate that it has chosen first, so each kind of key is asked about by itself.
func TestFeaturesOfJava(t *testing.T) {
	t.Parallel()
	ids := []*pki.Identity{tlstest.Localhost(t, pki.RSA2048), tlstest.Localhost(t, pki.P256)}
	o, features := deeply(t, tlstest.Java(t, tlstest.JavaConfig{Identities: ids, Protocols: []string{"TLSv1.2", "TLSv1.3"}}))
	assert.Subset(t, features, []string{
		"alpn: no", "TLSv1.2 max-fragment-length: yes", "TLSv1.2 encrypt-then-mac: no", "TLSv1.2 downgrade-sentinel: yes", "record-fragmentation: yes",
		"TLSv1.3 signature-algorithms: yes rsa_pss_rsae_sha256, rsa_pss_rsae_sha384, rsa_pss_rsae_sha512, ecdsa_secp256r1_sha256, ecdsa_sha1",
		"TLSv1.2 dhe-key-reuse: no", "dhe-safe-prime: yes 2048 bits: yes",
	})
	f := o.Feature("signature-algorithms", cipher.TLSv12)
	assert.Equal(t, scan.Yes, f.Answer)
	assert.Subset(t, f.Values, []string{"rsa_pss_rsae_sha512", "rsa_pkcs1_sha256", "ecdsa_secp256r1_sha256"})
	assert.ElementsMatch(t, []string{sha(ids[0]), sha(ids[1])}, leaves(o))
	assert.LessOrEqual(t, o.Cost.Connections, 120)
}
