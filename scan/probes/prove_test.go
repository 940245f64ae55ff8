package probes_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/internal/tlstest/truth"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// modern is what the listeners of these tests are configured for, and what is expected of them.
var modern = scan.Plan{
	Depth: scan.Prove, Versions: []cipher.Version{cipher.TLSv12, cipher.TLSv13},
	Suites: []cipher.ID{0xC030, 0xC02F, 0xC02C, 0xC02B, 0xCCA8, 0x1301, 0x1302, 0x1303},
}

const (
	modernOpenSSL = "ECDHE+AESGCM:!AESCCM"
	modernGnuTLS  = "NORMAL:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.3:-CIPHER-ALL:+AES-256-GCM:+AES-128-GCM:+CHACHA20-POLY1305" +
		":-KX-ALL:+ECDHE-RSA"
)

var modernJSSE = []string{
	"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
	"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
}

// chainOfThree is an RSA certificate below two intermediate CAs, all of 2048 bits.
func chainOfThree(t *testing.T) *pki.Identity {
	root := tlstest.NewCA(t, "Root", pki.WithKey(pki.RSA2048))
	policy := tlstest.Intermediate(t, root, "Policy", pki.WithKey(pki.RSA2048))
	issuing := tlstest.Intermediate(t, policy, "Issuing", pki.WithKey(pki.RSA2048))
	return tlstest.Issue(t, issuing, pki.Leaf{CommonName: "localhost", DNS: []string{"localhost"}, KeyType: pki.RSA2048})
}

// counted looks at addr through a proxy that counts, and returns what it counted.
func counted(t *testing.T, addr netip.AddrPort, plan scan.Plan) (scan.Observation, int) {
	t.Helper()
	proxy := tlstest.Bad(t, badserver.Forward(addr))
	o := look(t, proxy.Addr(), plan)
	connections := int(proxy.Stats().Connections)
	assert.Equal(t, connections, o.Cost.Connections, "the tool's own count")
	return o, connections
}

// evidenceSize is what a report keeps: all bytes but the certificates that were sent in the clear, which it names by hash, and hellos that
// were sent before, which it names by their exchange.
func evidenceSize(o scan.Observation) (n int) {
	seen := map[string]bool{}
	for _, x := range o.Evidence {
		n += len(x.Received)
		if !seen[string(x.Sent)] {
			n += len(x.Sent)
		}
		seen[string(x.Sent)] = true
		f := hello.Parse(x.Received)
		for i, der := range f.Certificates {
			if f.CertificatesAt[i] >= 0 {
				n -= len(der)
			}
		}
	}
	return n
}

// requireProven wants the plan proven: each named version with its outside refused, every other version refused.
func requireProven(t *testing.T, plan scan.Plan, o scan.Observation) {
	t.Helper()
	require.Equal(t, scan.StateTLS, o.State)
	for _, v := range cipher.Versions() {
		p := o.Protocol(v)
		assert.Equal(t, scan.FactOf(plan.Names(v)), p.Supported, "%s: %v", v, o.NotTested)
		if plan.Names(v) {
			assert.Equal(t, scan.EnumerationOutsideRefused, p.Enumeration, "%s: %v", v, o.NotTested)
			for _, s := range p.CipherSuites {
				assert.Contains(t, plan.Suites, s.Code)
			}
		}
	}
}

// TestProveCosts: a conforming listener is proven in 10 connections, and its evidence is small.
func TestProveCosts(t *testing.T) {
	t.Parallel()
	chain, ec := chainOfThree(t), tlstest.Localhost(t, pki.P256)
	both := []*pki.Identity{chain, ec}
	for name, s := range map[string]*tlstest.Server{
		"OpenSSL":         tlstest.OpenSSL(t, chain, "-no_tls1", "-no_tls1_1", "-cipher", modernOpenSSL),
		"OpenSSL, ECDSA":  tlstest.OpenSSL(t, ec, "-no_tls1", "-no_tls1_1", "-cipher", modernOpenSSL),
		"GnuTLS":          tlstest.GnuTLS(t, chain, modernGnuTLS),
		"nginx, two keys": tlstest.Nginx(t, both, "ssl_protocols TLSv1.2 TLSv1.3;", "ssl_ciphers "+modernOpenSSL+";"),
		"Java, two keys":  tlstest.Java(t, tlstest.JavaConfig{Identities: both, Protocols: []string{"TLSv1.2", "TLSv1.3"}, Ciphers: modernJSSE}),
		"Java, one key": tlstest.Java(t, tlstest.JavaConfig{Identities: both[:1], Protocols: []string{"TLSv1.2", "TLSv1.3"},
			Ciphers: slices.Concat(modernJSSE[:2], modernJSSE[4:])}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, connections := counted(t, s.Addr, modern)
			requireProven(t, modern, o)
			assert.LessOrEqual(t, connections, 10)
			assert.LessOrEqual(t, evidenceSize(o), 16<<10)
			assert.Empty(t, o.NotTested)
			require.NotNil(t, o.ClientAuth)
			assert.Equal(t, scan.No, o.ClientAuth.Required)
			if strings.HasSuffix(name, "two keys") {
				assert.ElementsMatch(t, []string{sha(chain), sha(ec)}, unique(leaves(o)))
			}

			plan := modern
			plan.Required = []cipher.ID{0x1301, 0x1302, 0x1303}
			o, more := counted(t, s.Addr, plan)
			requireProven(t, plan, o)
			assert.LessOrEqual(t, more, 10+len(plan.Required))
			assert.Subset(t, suitesOf(o, cipher.TLSv13), []uint16{0x1301, 0x1302, 0x1303})
			assert.Empty(t, o.Protocol(cipher.TLSv13).RefusedSuites)

			plan = modern
			plan.Groups = true
			o, more = counted(t, s.Addr, plan)
			const ends, order = 2, 1 // of both versions; whose order of groups counts, with an ECDSA certificate
			assert.LessOrEqual(t, more, 10+len(groupsOf(o, cipher.TLSv12))+len(groupsOf(o, cipher.TLSv13))+ends+order)
			assert.Contains(t, groupsOf(o, cipher.TLSv13), "secp256r1")

			quick, one := counted(t, s.Addr, scan.Plan{Depth: scan.Quick})
			requireQuick(t, quick, cipher.TLSv13)
			assert.Equal(t, 1, one)
		})
	}
}

func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// requireQuick wants what one complete handshake shows.
func requireQuick(t *testing.T, o scan.Observation, v cipher.Version) {
	t.Helper()
	require.Equal(t, scan.StateTLS, o.State)
	last := o.Evidence[len(o.Evidence)-1]
	require.NotNil(t, last.Handshake)
	assert.Equal(t, scan.Yes, last.Handshake.Completed, last.Handshake.Error)
	for _, p := range o.Protocols {
		assert.NotEqual(t, scan.No, p.Supported, "one handshake refuses nothing")
		assert.Equal(t, p.Version == v, p.Supported == scan.Yes, p.Version.String())
	}
	assert.Len(t, o.Protocol(v).CipherSuites, 1)
	assert.NotEmpty(t, o.Presented)
	assert.NotEmpty(t, o.Certificates)
}

// TestProveRequiredButRefused: a suite that must be there and is not is a fact of its own.
func TestProveRequiredButRefused(t *testing.T) {
	t.Parallel()
	s := tlstest.OpenSSL(t, tlstest.Localhost(t, pki.RSA2048), "-no_tls1", "-no_tls1_1", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384")
	plan := modern
	plan.Required = []cipher.ID{0xC02F, 0xC030}
	o, _ := counted(t, s.Addr, plan)
	requireProven(t, plan, o)
	p := o.Protocol(cipher.TLSv12)
	assert.Equal(t, []uint16{0xC030}, suitesOf(o, cipher.TLSv12))
	require.Len(t, p.RefusedSuites, 1)
	assert.Equal(t, cipher.ID(0xC02F), p.RefusedSuites[0].Code)
}

// TestProveByReset: each refusal by reset costs one connection more, and each round of them a hello between.
func TestProveByReset(t *testing.T) {
	t.Parallel()
	chain := chainOfThree(t)
	inner := tlstest.OpenSSL(t, chain, "-no_tls1", "-no_tls1_1", "-cipher", modernOpenSSL).Addr
	resets := tlstest.Bad(t, badserver.ResetOnly(inner))
	o, connections := counted(t, resets.Addr(), modern)
	requireProven(t, modern, o)
	refusals := 0
	for _, x := range o.Evidence {
		if x.End == scan.EndReset && !strings.HasSuffix(x.Question, "#2") {
			refusals++
		}
	}
	assert.GreaterOrEqual(t, refusals, 6, "four versions and two outside questions")
	assert.LessOrEqual(t, connections, 10+refusals+2)
	assert.LessOrEqual(t, evidenceSize(o), 16<<10)
	for _, v := range []cipher.Version{cipher.SSLv2, cipher.SSLv3, cipher.TLSv10, cipher.TLSv11} {
		assert.Equal(t, "reset", o.Protocol(v).Refused.Basis, v.String())
	}
}

// TestProveOneVersion has TLS 1.2 alone, and TLS 1.3 alone.
func TestProveOneVersion(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	for v, arg := range map[cipher.Version]string{cipher.TLSv12: "-tls1_2", cipher.TLSv13: "-tls1_3"} {
		s := tlstest.OpenSSL(t, id, arg, "-cipher", modernOpenSSL)
		plan := modern
		plan.Versions = []cipher.Version{v}
		o, connections := counted(t, s.Addr, plan)
		requireProven(t, plan, o)
		assert.LessOrEqual(t, connections, 9, "one refused version more, and one expected version less")
	}
}

// TestProveDeviations: what should not be there is enumerated in full, and the list is the truth; what conforms is still proven.
func TestProveDeviations(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	t.Run("RC4 accepted in TLS 1.2", func(t *testing.T) {
		t.Parallel()
		s := tlstest.GnuTLS(t, id, modernGnuTLS+":+ARCFOUR-128:+SHA1")
		require.Contains(t, s.Suites[truth.TLS12], uint16(0xC011))
		o, _ := counted(t, s.Addr, modern)
		assert.Equal(t, scan.EnumerationFull, o.Protocol(cipher.TLSv12).Enumeration)
		assert.ElementsMatch(t, s.Suites[truth.TLS12], suitesOf(o, cipher.TLSv12))
		assert.Equal(t, scan.EnumerationOutsideRefused, o.Protocol(cipher.TLSv13).Enumeration)
	})
	t.Run("TLS 1.0 on", func(t *testing.T) {
		t.Parallel()
		s := tlstest.OpenSSL(t, id, "-no_tls1_1", "-cipher", modernOpenSSL+":AES128-SHA:AES256-SHA:@SECLEVEL=0")
		plan := modern
		plan.Suites = append(slices.Clone(plan.Suites), 0x002F, 0x0035)
		o, _ := counted(t, s.Addr, plan)
		assert.Equal(t, scan.Yes, o.Protocol(cipher.TLSv10).Supported)
		assert.Equal(t, scan.EnumerationFull, o.Protocol(cipher.TLSv10).Enumeration)
		assert.Equal(t, []uint16{0x002F, 0x0035}, suitesOf(o, cipher.TLSv10))
		assert.Equal(t, scan.No, o.Protocol(cipher.TLSv11).Supported)
		assert.Equal(t, scan.EnumerationOutsideRefused, o.Protocol(cipher.TLSv12).Enumeration)
	})
	t.Run("no named version", func(t *testing.T) {
		t.Parallel()
		s := tlstest.OpenSSL(t, id, "-tls1_1", "-cipher", "AES128-SHA:@SECLEVEL=0")
		o, _ := counted(t, s.Addr, modern)
		requireTruth(t, map[uint16][]uint16{truth.TLS11: {0x002F}}, o)
	})
}

// TestQuick is one connection, and nothing refused; DHE alone, which only one library speaks, costs a second one.
func TestQuick(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	for name, c := range map[string]struct {
		server      *tlstest.Server
		version     cipher.Version
		connections int
		library     string
	}{
		"OpenSSL":           {tlstest.OpenSSL(t, id), cipher.TLSv13, 1, "crypto/tls"},
		"OpenSSL, TLS 1.0":  {tlstest.OpenSSL(t, id, "-tls1", "-cipher", "AES128-SHA:@SECLEVEL=0"), cipher.TLSv10, 1, "crypto/tls"},
		"GnuTLS, TLS 1.2":   {tlstest.GnuTLS(t, id, tlstest.GnuTLSGap), cipher.TLSv12, 1, "crypto/tls"},
		"TLS 1.2, DHE only": {tlstest.OpenSSL(t, id, "-tls1_2", "-cipher", "DHE+AESGCM"), cipher.TLSv12, 2, "zcrypto"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, connections := counted(t, c.server.Addr, scan.Plan{Depth: scan.Quick})
			requireQuick(t, o, c.version)
			assert.Equal(t, c.connections, connections)
			assert.Equal(t, c.library, o.Evidence[len(o.Evidence)-1].Handshake.Library)
		})
	}
}
