package probes_test

import (
	"bytes"
	"crypto/rsa"
	"encoding/json"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/flawed"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
)

// deep is the plan of a scan with all probes.
func deep() scan.Plan { return scan.Plan{Depth: scan.Deep, Vulnerabilities: true} }

// vulnerabilityProbes are asked by name, so that the tests take no longer than they must.
var vulnerabilityProbes = []string{"suites", "heartbleed", "ccs-injection", "ticketbleed", "robot"}

// flaws scans a server with flaws, and returns what was found by feature.
func flaws(t *testing.T, change func(*flawed.Server)) map[string]scan.Feature {
	t.Helper()
	id := tlstest.Localhost(t, pki.RSA2048)
	s := flawed.Server{Certificate: id.DER, Key: id.Key.(*rsa.PrivateKey), Suites: []uint16{0x002F, 0x009C}}
	change(&s)
	o := lookAs(t, vulnerabilityProbes, tlstest.Bad(t, s.Serve).Addr(), deep(), func(r *scan.Runner, _ *scan.Target) { r.Timeout = 10 * time.Second })
	require.Equal(t, scan.Yes, o.Protocol(cipher.TLSv12).Supported)
	stored, err := json.Marshal(o)
	require.NoError(t, err)
	assert.NotContains(t, string(stored), "never leave")
	for _, x := range o.Evidence {
		assert.False(t, bytes.Contains(x.Received, []byte("-----BEGIN")), "memory of the peer is kept in %s", x.ID)
	}
	return features(o)
}

func features(o scan.Observation) map[string]scan.Feature {
	out := map[string]scan.Feature{}
	for _, f := range o.Features {
		out[f.Name] = f
	}
	return out
}

func TestHeartbleed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*flawed.Server)
		want   scan.Fact
		basis  string
	}{
		"no extension":   {func(*flawed.Server) {}, scan.No, "not negotiated"},
		"discards":       {func(s *flawed.Server) { s.Heartbeat = true }, scan.No, "is not answered: close"},
		"vulnerable":     {func(s *flawed.Server) { s.Heartbeat, s.Heartbleed = true, true }, scan.Yes, "a record of 8211 octets"},
		"never mentions": {func(s *flawed.Server) { s.Heartbleed = true }, scan.No, "not negotiated"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := flaws(t, c.change)[scan.FeatureHeartbleed]
			assert.Equal(t, c.want, f.Answer, f.Basis)
			assert.Contains(t, f.Basis, c.basis)
			assert.Len(t, f.Evidence, 1+strings.Count(c.basis, "close"), "a close is asked about twice")
		})
	}
}

func TestCCSInjection(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*flawed.Server)
		want   scan.Fact
		basis  string
	}{
		"refused":              {func(*flawed.Server) {}, scan.No, "unexpected_message"},
		"refused by a close":   {func(s *flawed.Server) { s.Drops = true }, scan.No, "a single early ChangeCipherSpec is refused: close"},
		"taken":                {func(s *flawed.Server) { s.EarlyCCS = true }, scan.Yes, "bad_record_mac"},
		"taken, then silently": {func(s *flawed.Server) { s.EarlyCCS, s.Drops = true, true }, scan.Unknown, "a single one has no answer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := flaws(t, c.change)[scan.FeatureCCSInjection]
			assert.Equal(t, c.want, f.Answer, f.Basis)
			assert.Contains(t, f.Basis, c.basis)
		})
	}
}

func TestTicketbleed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*flawed.Server)
		want   scan.Fact
		basis  string
	}{
		"no ticket":  {func(*flawed.Server) {}, scan.Unknown, "no handshake was completed to get a ticket"},
		"echoes":     {func(s *flawed.Server) { s.Tickets = true }, scan.No, "echoed as it was sent"},
		"vulnerable": {func(s *flawed.Server) { s.Tickets, s.Ticketbleed = true, true }, scan.Yes, "a session id of 16 octets is echoed with 32"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := flaws(t, c.change)[scan.FeatureTicketbleed]
			assert.Equal(t, c.want, f.Answer, f.Basis)
			assert.Contains(t, f.Basis, c.basis)
		})
	}
	s := tlstest.OpenSSL(t, tlstest.Localhost(t, pki.P256), "-no_ticket")
	f := features(lookAs(t, vulnerabilityProbes, s.Addr, deep()))[scan.FeatureTicketbleed]
	assert.Equal(t, scan.No, f.Answer)
	assert.Equal(t, "no session ticket is issued", f.Basis)
}

func TestROBOT(t *testing.T) {
	t.Parallel()
	const decryptError, badRecordMAC, illegalParameter = 51, 20, 47
	var calls atomic.Int64 // the server answers each connection in a goroutine of its own
	for name, c := range map[string]struct {
		oracle func(flawed.Fault) (byte, bool)
		want   scan.Fact
		values []string
	}{
		"all alike":       {nil, scan.No, nil},
		"alike and early": {func(flawed.Fault) (byte, bool) { return decryptError, true }, scan.No, nil},
		"first octets": {func(f flawed.Fault) (byte, bool) { return decryptError, f == flawed.FaultType },
			scan.Yes, []string{"strong oracle"}},
		"separator": {func(f flawed.Fault) (byte, bool) { return illegalParameter, f == flawed.FaultNoZero },
			scan.Yes, []string{"strong oracle"}},
		"anything but right": {func(f flawed.Fault) (byte, bool) { return decryptError, f != flawed.NoFault },
			scan.Yes, []string{"weak oracle"}},
		"at random": {func(flawed.Fault) (byte, bool) { return byte(badRecordMAC + calls.Add(1)%7), true }, scan.Unknown, nil},
	} {
		t.Run(name, func(t *testing.T) {
			f := flaws(t, func(s *flawed.Server) { s.RSA = c.oracle })[scan.FeatureROBOT]
			assert.Equal(t, c.want, f.Answer, f.Basis)
			assert.Equal(t, c.values, f.Values)
		})
	}
}

// TestROBOTWithoutFinished: who answers a wrong block as it answers a wrong Finished tells by when it does.
func TestROBOTWithoutFinished(t *testing.T) {
	for name, c := range map[string]struct {
		flawed.Server
		fault flawed.Fault // that is answered at once
		want  scan.Fact
		basis string
	}{
		"an alert":             {flawed.Server{Vague: true}, flawed.FaultType, scan.Yes, "without a Finished behind them are answered differently, twice: close, alert handshake_failure"},
		"an alert, to none":    {flawed.Server{Vague: true}, -1, scan.No, "one without a Finished behind them: close"},
		"an end":               {flawed.Server{Curt: true}, flawed.FaultNoZero, scan.Yes, "answered differently, twice"},
		"an end, to none":      {flawed.Server{Curt: true}, -1, scan.No, "one without a Finished behind them: timeout"},
		"an alert, of records": {flawed.Server{}, -1, scan.No, "one answer: alert bad_record_mac (20)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id := tlstest.Localhost(t, pki.RSA2048)
			s := c.Server
			s.Certificate, s.Key, s.Suites = id.DER, id.Key.(*rsa.PrivateKey), []uint16{0x002F}
			s.RSA = func(f flawed.Fault) (byte, bool) { return 40, f == c.fault }
			o := lookAs(t, []string{"suites", "robot"}, tlstest.Bad(t, s.Serve).Addr(), deep(), func(r *scan.Runner, _ *scan.Target) { r.Timeout = 3 * time.Second })
			f := features(o)[scan.FeatureROBOT]
			assert.Equal(t, c.want, f.Answer, f.Basis)
			assert.Contains(t, f.Basis, c.basis)
		})
	}
}

// TestNoRSA: a listener without RSA key exchange is not asked.
func TestNoRSA(t *testing.T) {
	t.Parallel()
	s := tlstest.OpenSSL(t, tlstest.Localhost(t, pki.RSA2048), "-cipher", "ECDHE+AESGCM")
	o := lookAs(t, vulnerabilityProbes, s.Addr, deep())
	f := features(o)
	assert.Equal(t, scan.Feature{Name: "robot", Answer: scan.No, Basis: "no suite with RSA key exchange is accepted"}, f["robot"])
}

// TestRSAInSSL3Alone: what is not asked in SSLv3 is not ruled out.
func TestRSAInSSL3Alone(t *testing.T) {
	s := tlstest.Java(t, tlstest.JavaConfig{Identities: []*pki.Identity{tlstest.Localhost(t, pki.RSA2048)}, Protocols: []string{"SSLv3", "TLSv1.2"},
		Ciphers: []string{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "SSL_RSA_WITH_DES_CBC_SHA"}}) // DES only below TLS 1.2
	o := lookAs(t, []string{"suites", "robot"}, s.Addr, deep())
	require.Equal(t, scan.Yes, o.Protocol(cipher.SSLv3).Supported)
	f := features(o)[scan.FeatureROBOT]
	assert.Equal(t, scan.Unknown, f.Answer)
	assert.Contains(t, f.Basis, "in SSLv3 alone")
}

// TestSpared: nothing is asked where the plan does not allow it, and nothing is claimed.
func TestSpared(t *testing.T) {
	t.Parallel()
	s := tlstest.OpenSSL(t, tlstest.Localhost(t, pki.RSA2048), "-cipher", "AES128-GCM-SHA256")
	o := lookAs(t, vulnerabilityProbes, s.Addr, scan.Plan{Depth: scan.Deep})
	for _, x := range o.Evidence {
		assert.NotContains(t, vulnerabilityProbes[1:], x.Question)
	}
	for _, name := range vulnerabilityProbes[1:] {
		assert.Equal(t, scan.Unknown, features(o)[name].Answer)
		assert.Contains(t, features(o)[name].Basis, "without --intrusive")
	}
}

// TestHealthy: servers of today are vulnerable to none of these, and no answer is waited for until the time is up.
func TestHealthy(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	for name, s := range map[string]*tlstest.Server{
		"OpenSSL": tlstest.OpenSSL(t, id, "-cipher", "ALL:@SECLEVEL=0"),
		"GnuTLS":  tlstest.GnuTLS(t, id, "NORMAL"),
		"Java":    tlstest.Java(t, tlstest.JavaConfig{Identities: []*pki.Identity{id}, Protocols: []string{"TLSv1.2", "TLSv1.3"}, Ciphers: []string{"ALL"}}),
		"nginx":   tlstest.Nginx(t, []*pki.Identity{id}, "ssl_protocols TLSv1.2 TLSv1.3;", "ssl_ciphers ALL:@SECLEVEL=0;"),
		"1.3":     tlstest.OpenSSL(t, id, "-tls1_3"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := lookAs(t, vulnerabilityProbes, s.Addr, deep())
			for _, n := range vulnerabilityProbes[1:] {
				assert.Equal(t, scan.No, features(o)[n].Answer, "%s: %s", n, features(o)[n].Basis)
				t.Log(features(o)[n])
			}
		})
	}
}
