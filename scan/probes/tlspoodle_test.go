package probes_test

import (
	"crypto/rsa"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/flawed"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
)

// poodle looks for the TLS-POODLE family alone, and returns what was found and how many connections that took.
func poodle(t *testing.T, address netip.AddrPort, plan scan.Plan) (f scan.Feature, asked int) {
	t.Helper()
	o := lookAs(t, []string{"tls-poodle", "client-auth"}, address, plan, func(r *scan.Runner, _ *scan.Target) { r.Timeout = 10 * time.Second })
	require.Contains(t, features(o), scan.FeatureTLSPOODLE)
	for _, x := range o.Evidence {
		if strings.HasPrefix(x.Question, "tls-poodle/") {
			asked++
		}
	}
	return features(o)[scan.FeatureTLSPOODLE], asked
}

func intrusive() scan.Plan {
	return scan.Plan{Depth: scan.Deep, Vulnerabilities: true, Intrusive: true}
}

// TestTLSPOODLE: each variant is found at a server that has it and nothing else.
func TestTLSPOODLE(t *testing.T) {
	t.Parallel()
	const badRecordMAC, decryptionFailed, closing = 20, 21, flawed.CloseNotify
	calls := 0
	id := tlstest.Localhost(t, pki.RSA2048)
	for name, c := range map[string]struct {
		cbc    func(flawed.Record) (byte, bool)
		want   scan.Fact
		values []string
		asked  int
	}{
		"right":            {func(r flawed.Record) (byte, bool) { return badRecordMAC, r.Right() }, scan.No, nil, 6},
		"right and closes": {func(r flawed.Record) (byte, bool) { return closing, r.Right() }, scan.No, nil, 6},
		"padding not looked at": {func(r flawed.Record) (byte, bool) { return badRecordMAC, r.Fits && r.MACRight },
			scan.Yes, []string{"wrong padding is taken (POODLE)"}, 12},
		"MAC not looked at": {func(r flawed.Record) (byte, bool) { return badRecordMAC, r.Fits && r.PaddingRight },
			scan.Yes, []string{"a wrong MAC is taken"}, 12},
		"nothing looked at": {func(r flawed.Record) (byte, bool) { return badRecordMAC, r.Fits },
			scan.Yes, []string{"wrong padding is taken (POODLE)", "a wrong MAC is taken"}, 12},
		"padding and MAC by alerts": {func(r flawed.Record) (byte, bool) {
			if !r.Fits || !r.PaddingRight {
				return decryptionFailed, false
			}
			return badRecordMAC, r.MACRight
		}, scan.Yes, []string{"wrong padding and wrong MAC are told apart (Zombie POODLE, GOLDENDOODLE)"}, 12},
		"padding and MAC by a close": {func(r flawed.Record) (byte, bool) {
			if !r.Fits || !r.PaddingRight {
				return closing, false
			}
			return badRecordMAC, r.MACRight
		}, scan.Yes, []string{"wrong padding and wrong MAC are told apart (Zombie POODLE, GOLDENDOODLE)"}, 12},
		"empty records": {func(r flawed.Record) (byte, bool) {
			if r.Empty && r.PaddingRight {
				return closing, r.MACRight
			}
			return badRecordMAC, r.Right()
		}, scan.Yes, []string{"wrong empty records are told apart (CVE-2019-1559)"}, 12},
		"at random":         {func(r flawed.Record) (byte, bool) { calls++; return byte(badRecordMAC + calls), r.Right() }, scan.Unknown, nil, 12},
		"refuses all alike": {func(flawed.Record) (byte, bool) { return badRecordMAC, false }, scan.Unknown, nil, 6},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := flawed.Server{Certificate: id.DER, Key: id.Key.(*rsa.PrivateKey), Suites: []uint16{0x002F, 0x009C}, CBC: c.cbc}
			f, asked := poodle(t, tlstest.Bad(t, s.Serve).Addr(), intrusive())
			assert.Equal(t, c.want, f.Answer, f.Basis)
			assert.Equal(t, c.values, f.Values, f.Basis)
			assert.Equal(t, c.asked, asked)
			assert.Len(t, f.Evidence, c.asked)
		})
	}
}

// TestHealthyRecords: servers of today refuse wrong records alike, whatever the version, key exchange and cipher, and nothing is waited for.
func TestHealthyRecords(t *testing.T) {
	t.Parallel()
	id, ec := tlstest.Localhost(t, pki.RSA2048), tlstest.Localhost(t, pki.P256)
	java := func(protocols ...string) *tlstest.Server {
		return tlstest.Java(t, tlstest.JavaConfig{Identities: []*pki.Identity{id}, Protocols: protocols, Ciphers: []string{"ALL"}})
	}
	for name, s := range map[string]*tlstest.Server{
		"OpenSSL":          tlstest.OpenSSL(t, id),
		"OpenSSL 1.0":      tlstest.OpenSSL(t, id, "-tls1"),
		"OpenSSL 1.1":      tlstest.OpenSSL(t, id, "-tls1_1"),
		"OpenSSL 1.0 RSA":  tlstest.OpenSSL(t, id, "-tls1", "-cipher", "AES256-SHA:@SECLEVEL=0"),
		"OpenSSL 1.2 RSA":  tlstest.OpenSSL(t, id, "-tls1_2", "-cipher", "AES256-SHA256:@SECLEVEL=0"),
		"OpenSSL ECDSA":    tlstest.OpenSSL(t, ec, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-SHA384"),
		"GnuTLS":           tlstest.GnuTLS(t, id, "NORMAL"),
		"GnuTLS 1.0 3DES":  tlstest.GnuTLS(t, id, "NORMAL:-VERS-ALL:+VERS-TLS1.0:-CIPHER-ALL:+3DES-CBC"),
		"GnuTLS 1.1":       tlstest.GnuTLS(t, id, "NORMAL:-VERS-ALL:+VERS-TLS1.1"),
		"Java":             java("TLSv1.2", "TLSv1.3"),
		"nginx":            tlstest.Nginx(t, []*pki.Identity{id}, "ssl_protocols TLSv1.2 TLSv1.3;", "ssl_ciphers ALL:@SECLEVEL=0;"),
		"nginx 1.0":        tlstest.Nginx(t, []*pki.Identity{id}, "ssl_protocols TLSv1;", "ssl_ciphers ALL:@SECLEVEL=0;"),
		"without a client": tlstest.OpenSSL(t, id, "-verify", "2"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			f, asked := poodle(t, s.Addr, intrusive())
			t.Log(f.Basis, time.Since(start))
			assert.Equal(t, scan.No, f.Answer, f.Basis)
			assert.Equal(t, "wrong padding and wrong MACs have one answer: alert bad_record_mac (20)", f.Basis)
			assert.Equal(t, 6, asked)
		})
	}
}

// TestNotTestedForPOODLE: nothing is asked, or no more than shows that it cannot be known, and the reason is said.
func TestNotTestedForPOODLE(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	for name, c := range map[string]struct {
		server *tlstest.Server
		plan   scan.Plan
		want   scan.Fact
		basis  string
		asked  int
	}{
		"no CBC":        {tlstest.OpenSSL(t, id, "-tls1_2", "-cipher", "ECDHE+AESGCM"), intrusive(), scan.No, "no CBC suite is accepted from TLS 1.0 to 1.2", 0},
		"1.3":           {tlstest.OpenSSL(t, id, "-tls1_3"), deep(), scan.No, "no CBC suite is accepted from TLS 1.0 to 1.2", 0},
		"not intrusive": {tlstest.OpenSSL(t, id, "-tls1_2"), deep(), scan.Unknown, "not asked without --intrusive", 0},
		"DHE alone": {tlstest.OpenSSL(t, id, "-tls1_2", "-cipher", "DHE-RSA-AES128-SHA"), intrusive(), scan.Unknown,
			"no CBC suite is accepted with which a handshake is gone through by hand", 0},
		"client certificate": {tlstest.OpenSSL(t, id, "-tls1_2", "-Verify", "2"), intrusive(), scan.Unknown,
			"a client certificate is required, and no handshake is gone through by hand with one", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, asked := poodle(t, c.server.Addr, c.plan)
			assert.Equal(t, c.want, f.Answer)
			assert.Equal(t, c.basis, f.Basis)
			assert.Equal(t, c.asked, asked)
		})
	}
}
