package probes_test

import (
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/internal/tlstest/truth"
	"github.com/portseal/portseal/scan"
)

func opensslTruth(t *testing.T, c tlstest.OpenSSLConfig, versions ...uint16) map[uint16][]uint16 {
	t.Helper()
	want := map[uint16][]uint16{}
	for _, v := range versions {
		want[v] = tlstest.OpenSSLSuites(t, v, c)
	}
	return want
}

// TestOpenSSL has a version missing between two others: OpenSSL answers TLS 1.1 with a TLS 1.0 ServerHello, which is no support.
func TestOpenSSL(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	s := tlstest.OpenSSL(t, id, "-no_tls1_1")
	o := look(t, s.Addr, scan.Plan{})
	requireTruth(t, opensslTruth(t, tlstest.OpenSSLConfig{Ciphers: tlstest.OpenSSLAll, Keys: []pki.KeyType{id.KeyType}},
		truth.TLS10, truth.TLS12, truth.TLS13), o)
	assert.Equal(t, "version", o.Protocol(cipher.TLSv11).Refused.Basis)
	assert.Equal(t, "client", o.Protocol(cipher.TLSv12).Preference)
	assert.Contains(t, groupsOf(o, cipher.TLSv13), "x25519")
	assert.Contains(t, groupsOf(o, cipher.TLSv13), "ffdhe2048")
	assert.NotEmpty(t, o.DH)
	require.NotNil(t, o.ClientAuth)
	assert.Equal(t, scan.No, o.ClientAuth.Requested)
	assert.Equal(t, scan.No, o.ClientAuth.Required)
	assert.Equal(t, len(o.Evidence), o.Cost.Connections)
}

// TestGnuTLS has TLS 1.1 off between 1.0 and 1.2, RC4, 3DES, NULL and anonymous suites on, 1024-bit DHE, and demands safe
// renegotiation: a hello without renegotiation_info would be refused whatever it lists.
func TestGnuTLS(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	for _, priority := range []string{tlstest.GnuTLSLegacy, tlstest.GnuTLSGap} {
		s := tlstest.GnuTLS(t, id, priority)
		o := look(t, s.Addr, scan.Plan{})
		requireTruth(t, s.Suites, o)
		require.NotEmpty(t, o.DH)
		for _, dh := range o.DH {
			assert.Equal(t, 1024, dh.Bits)
		}
	}
}

// TestJava is what a CAE server is to a scanner: JSSE with nothing disabled.
func TestJava(t *testing.T) {
	t.Parallel()
	ids := []*pki.Identity{tlstest.Localhost(t, pki.RSA2048), tlstest.Localhost(t, pki.P256)}
	s := tlstest.Java(t, tlstest.JavaConfig{Identities: ids, Protocols: tlstest.JavaAllProtocols, Ciphers: []string{"ALL"}})
	o := look(t, s.Addr, scan.Plan{})
	requireTruth(t, s.Suites, o)
	assert.LessOrEqual(t, o.Cost.Connections, 260)
	assert.ElementsMatch(t, []string{sha(ids[0]), sha(ids[1])}, leaves(o))
}

// TestNginx has two certificates; both are found under each version.
func TestNginx(t *testing.T) {
	t.Parallel()
	ids := []*pki.Identity{tlstest.Localhost(t, pki.RSA2048), tlstest.Localhost(t, pki.P256)}
	const ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20:@SECLEVEL=0"
	s := tlstest.Nginx(t, ids, "ssl_protocols TLSv1.2 TLSv1.3;", "ssl_prefer_server_ciphers on;", "ssl_ciphers "+ciphers+";")
	o := look(t, s.Addr, scan.Plan{})
	requireTruth(t, opensslTruth(t, tlstest.OpenSSLConfig{Ciphers: ciphers, Keys: []pki.KeyType{pki.RSA2048, pki.P256}, NoDHE: true},
		truth.TLS12, truth.TLS13), o)
	assert.Equal(t, "server", o.Protocol(cipher.TLSv12).Preference)
	assert.ElementsMatch(t, []string{sha(ids[0]), sha(ids[1])}, leaves(o))
	for _, p := range o.Presented {
		if p.SNI != "" {
			assert.Equal(t, []cipher.Version{cipher.TLSv12, cipher.TLSv13}, p.Versions)
		}
	}
	assert.LessOrEqual(t, o.Cost.Connections, 40)
}

func sha(id *pki.Identity) string { return fingerprint(id.DER) }

func fingerprint(der []byte) string {
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:])
}

func leaves(o scan.Observation) []string {
	var out []string
	for _, p := range o.Presented {
		if p.SNI != "" {
			out = append(out, p.Leaf)
		}
	}
	return out
}

// TestClientAuthentication: none, wanted and needed, of a Java server (the CAE server is one) and of OpenSSL.
func TestClientAuthentication(t *testing.T) {
	t.Parallel()
	ca := tlstest.NewCA(t, "Clients")
	id := tlstest.Localhost(t, pki.RSA2048)
	java := func(version string, want, need bool) *tlstest.Server {
		return tlstest.Java(t, tlstest.JavaConfig{Identities: []*pki.Identity{id}, Protocols: []string{version},
			WantClientAuth: want, NeedClientAuth: need, TrustPEM: ca.PEM})
	}
	for name, c := range map[string]struct {
		server              *tlstest.Server
		requested, required scan.Fact
	}{
		"Java 1.2 none":        {java("TLSv1.2", false, false), scan.No, scan.No},
		"Java 1.2 wanted":      {java("TLSv1.2", true, false), scan.Yes, scan.No},
		"Java 1.2 needed":      {java("TLSv1.2", false, true), scan.Yes, scan.Yes},
		"Java 1.3 wanted":      {java("TLSv1.3", true, false), scan.Yes, scan.No},
		"Java 1.3 needed":      {java("TLSv1.3", false, true), scan.Yes, scan.Yes},
		"OpenSSL 1.3 verify":   {tlstest.OpenSSL(t, id, "-verify", "2"), scan.Yes, scan.No},
		"OpenSSL 1.3 Verify":   {tlstest.OpenSSL(t, id, "-Verify", "2"), scan.Yes, scan.Yes},
		"OpenSSL 1.2 Verify":   {tlstest.OpenSSL(t, id, "-Verify", "2", "-no_tls1_3"), scan.Yes, scan.Yes},
		"OpenSSL 1.2 no certs": {tlstest.OpenSSL(t, id, "-no_tls1_3"), scan.No, scan.No},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := look(t, c.server.Addr, scan.Plan{})
			require.NotNil(t, o.ClientAuth)
			assert.Equal(t, c.requested, o.ClientAuth.Requested)
			assert.Equal(t, c.required, o.ClientAuth.Required, "%+v %v", o.ClientAuth, o.NotTested)
		})
	}
	o := look(t, java("TLSv1.3", false, true).Addr, scan.Plan{})
	assert.Equal(t, []string{"CN=Clients,O=portseal test"}, o.ClientAuth.Authorities)
}

// TestOddCertificates are those that no library takes: they are facts all the same.
func TestOddCertificates(t *testing.T) {
	t.Parallel()
	ca := tlstest.NewCA(t, "Root")
	for name, s := range map[string]*tlstest.Server{
		"negative serial":   tlstest.OpenSSL(t, tlstest.Issue(t, ca, pki.Leaf{CommonName: "localhost", Serial: big.NewInt(-1)})),
		"Ed448":             tlstest.OpenSSL(t, tlstest.Issue(t, ca, pki.Leaf{CommonName: "localhost", KeyType: pki.Ed448})),
		"TLS 1.3 with CCM":  tlstest.TLS13CCMOnly(t, tlstest.Localhost(t, pki.P256)),
		"TLS 1.3, P-521":    tlstest.OpenSSL(t, tlstest.Localhost(t, pki.RSA2048), "-tls1_3", "-groups", "P-521"),
		"TLS 1.3, X448":     tlstest.OpenSSL(t, tlstest.Localhost(t, pki.RSA2048), "-tls1_3", "-groups", "X448"),
		"TLS 1.3, FFDHE":    tlstest.OpenSSL(t, tlstest.Localhost(t, pki.P256), "-tls1_3", "-groups", "ffdhe3072"),
		"TLS 1.3, FFDHE 8K": tlstest.GnuTLS(t, tlstest.Localhost(t, pki.P256), "NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-FFDHE8192"),
		"TLS 1.2, only DHE": tlstest.OpenSSL(t, tlstest.Localhost(t, pki.RSA2048), "-tls1_2", "-cipher", "DHE+AESGCM"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := look(t, s.Addr, scan.Plan{})
			require.Equal(t, scan.StateTLS, o.State)
			if name == "TLS 1.3, X448" {
				assert.Equal(t, []string{"x448"}, groupsOf(o, cipher.TLSv13))
			}
			require.NotEmpty(t, o.Presented)
			assert.Len(t, o.Chain(o.Presented[0]), len(o.Presented[0].Sent))
		})
	}
}

// TestStunnel is what AT-TLS is to an application: TLS in front of a service that speaks clear text and knows nothing of it.
func TestStunnel(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	const ciphers = "ECDHE+AESGCM:RSA+AES:RC4:@SECLEVEL=0"
	s := tlstest.Stunnel(t, id, "ciphers = "+ciphers, "sslVersionMin = TLSv1.2")
	o := look(t, s.Addr, scan.Plan{})
	requireTruth(t, opensslTruth(t, tlstest.OpenSSLConfig{Ciphers: ciphers, Keys: []pki.KeyType{id.KeyType}}, truth.TLS12, truth.TLS13), o)
	assert.Equal(t, []string{sha(id)}, leaves(o))
	assert.Equal(t, scan.No, o.ClientAuth.Requested)
}

// TestRefusedName: a listener that serves named hosts only says nothing of its versions to who names none, or another.
func TestRefusedName(t *testing.T) {
	t.Parallel()
	s := tlstest.Nginx(t, []*pki.Identity{tlstest.Localhost(t, pki.P256)}, "ssl_protocols TLSv1.2 TLSv1.3;", "ssl_reject_handshake on;")
	o := look(t, s.Addr, scan.Plan{})
	assert.Equal(t, scan.StateTLS, o.State)
	assert.Equal(t, scan.Unknown, o.Protocol(cipher.TLSv12).Supported, "it speaks TLS 1.2 to those who know its name")
	assert.Contains(t, notTested(o)["versions/TLSv1.2"], "refuses the server name")
	assert.Equal(t, scan.No, o.Protocol(cipher.SSLv3).Supported, "that was refused for its version")
}
