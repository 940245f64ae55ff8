package diff_test

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/diff"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/handshake"
	"github.com/portseal/portseal/scan/probes"
)

// looker looks at real listeners as verify does.
type looker struct {
	settings run.Settings
	expect   report.Expectation
	rings    []*certchain.Ring
}

func newLooker(t *testing.T, timeout time.Duration, issuers ...*pki.CA) *looker {
	t.Helper()
	stages, err := probes.Stages(nil)
	require.NoError(t, err)
	pace, err := scan.ParsePace("fast")
	require.NoError(t, err)
	l := &looker{settings: run.Settings{FailOn: report.Medium, Runner: scan.Runner{Stages: stages, Handshaker: handshake.Handshaker{},
		StartTLS: run.StartTLS(), Pace: pace, Timeout: timeout, Vantage: "local"}},
		expect: report.Expectation{Endpoint: "SYSA/web", System: "SYSA", Listener: "web", Role: report.RoleGeneric, Expect: report.ExpectTLS,
			Versions: []cipher.Version{cipher.TLSv12, cipher.TLSv13}, ServedBy: "r", TrustedBy: []string{"r"}, ClientAuth: "none", MinDaysLeft: 30}}
	ring := &certchain.Ring{Name: "r", Consumer: certchain.SystemSSL}
	for _, ca := range issuers {
		cert, err := certchain.Parse(ca.DER)
		require.NoError(t, err)
		ring.Entries = append(ring.Entries, certchain.Entry{Certificate: cert})
	}
	l.rings = []*certchain.Ring{ring}
	return l
}

// look makes a report of one listener.
func (l *looker) look(t *testing.T, addr netip.AddrPort, name string, plan scan.Plan) *report.Report {
	t.Helper()
	s := l.settings
	s.Probes = fmt.Sprint(plan.Depth)
	rep, err := run.Do(context.Background(), run.Work{Estate: "prod", Rings: l.rings, Expectations: []report.Expectation{l.expect}, Targets: []scan.Target{{
		ID: l.expect.Endpoint, Host: "localhost", Address: addr.Addr(), Port: addr.Port(), ServerName: name, Plan: plan}}}, s)
	require.NoError(t, err)
	return rep
}

// plans are the depths that a listener may be looked at with: what verify and scan ask.
func (l *looker) plans() map[string]scan.Plan {
	frugal := scan.Plan{Depth: scan.Prove, Versions: l.expect.Versions, Suites: []cipher.ID{}}
	for _, v := range cipher.Versions()[1:] {
		for _, id := range cipher.Enumerable(v) {
			s := cipher.Describe(id)
			allowed := len(l.expect.CipherSuites) == 0 || slices.Contains(l.expect.CipherSuites, id)
			if allowed && !s.In("rc4") && !s.In("insecure") && !slices.Contains(frugal.Suites, id) {
				frugal.Suites = append(frugal.Suites, id)
			}
		}
	}
	grouped := frugal
	grouped.Groups = true
	return map[string]scan.Plan{"frugal": frugal, "again": frugal, "groups": grouped, "quick": {Depth: scan.Quick}, "standard": {}, "deep": {Depth: scan.Deep}}
}

// requireNoDrift looks at a listener in every depth, or in some where a server is slow: no two reports differ, in either order.
func (l *looker) requireNoDrift(t *testing.T, addr netip.AddrPort, name string, some ...string) {
	t.Helper()
	reports := map[string]*report.Report{}
	for depth, plan := range l.plans() {
		if len(some) == 0 || slices.Contains(some, depth) {
			reports[depth] = l.look(t, addr, name, plan)
		}
	}
	compared := 0
	for _, a := range slices.Sorted(maps.Keys(reports)) {
		for _, b := range slices.Sorted(maps.Keys(reports)) {
			drift := diff.Compare(reports[a], reports[b])
			assert.Empty(t, drift.Changes, "%s, then %s", a, b)
			assert.LessOrEqual(t, len(drift.NotCompared), 30, "%s, then %s: %v", a, b, drift.NotCompared)
			compared++
		}
	}
	if len(some) == 0 {
		some = slices.Collect(maps.Keys(l.plans()))
	}
	assert.Equal(t, len(some)*len(some), compared)
}

func TestNoDriftOpenSSL(t *testing.T) {
	ca := tlstest.NewCA(t, "root")
	id := tlstest.Issue(t, ca, pki.Leaf{CommonName: "localhost", DNS: []string{"localhost"}, KeyType: pki.RSA2048})
	for _, args := range [][]string{{"-serverpref", "-no_tls1_1"}, {"-Verify", "1"}, {"-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256"}} {
		s := tlstest.OpenSSL(t, id, args...)
		newLooker(t, time.Minute, ca).requireNoDrift(t, s.Addr, "localhost")
	}
}

// Two key types, with and without a server name, and an estate that allows some suites only.
func TestNoDriftNginx(t *testing.T) {
	ca := tlstest.NewCA(t, "root")
	ids := []*pki.Identity{tlstest.Issue(t, ca, pki.Leaf{CommonName: "localhost", DNS: []string{"localhost"}, KeyType: pki.RSA2048}),
		tlstest.Issue(t, ca, pki.Leaf{CommonName: "localhost", DNS: []string{"localhost"}, KeyType: pki.P256})}
	s := tlstest.Nginx(t, ids, "ssl_protocols TLSv1 TLSv1.2 TLSv1.3;", "ssl_prefer_server_ciphers on;", "ssl_ciphers ALL:@SECLEVEL=0;")
	l := newLooker(t, time.Minute, ca)
	one, err := certchain.Parse(ids[1].DER) // the ring has only the certificate that a quick look sees
	require.NoError(t, err)
	l.rings[0].Entries = append(l.rings[0].Entries, certchain.Entry{Certificate: one})
	l.requireNoDrift(t, s.Addr, "localhost")
	some := newLooker(t, time.Minute, ca)
	some.expect.CipherSuites = []cipher.ID{0xC02B, 0xC02F, 0x1301, 0x1302}
	some.requireNoDrift(t, s.Addr, "")
}

func TestNoDriftJava(t *testing.T) {
	ids := []*pki.Identity{tlstest.Localhost(t, pki.RSA2048), tlstest.Localhost(t, pki.P256)}
	s := tlstest.Java(t, tlstest.JavaConfig{Identities: ids, Protocols: []string{"TLSv1.2", "TLSv1.3"}})
	newLooker(t, 5*time.Second, ids[0].Issuer).requireNoDrift(t, s.Addr, "", "frugal", "quick", "deep")
}

func TestNoDriftGnuTLS(t *testing.T) {
	id := tlstest.Localhost(t, pki.RSA2048)
	for _, priority := range []string{tlstest.GnuTLSLegacy, tlstest.GnuTLSGap} {
		newLooker(t, time.Minute, id.Issuer).requireNoDrift(t, tlstest.GnuTLS(t, id, priority).Addr, "localhost")
	}
}

// What is no TLS, or TLS that breaks, is not known by halves: no two looks contradict each other.
func TestNoDriftMisbehaving(t *testing.T) {
	inner := tlstest.OpenSSL(t, tlstest.Localhost(t, pki.RSA2048), "-no_tls1_1").Addr
	for name, handler := range map[string]badserver.Handler{
		"closes": badserver.ClosesOnHello(), "resets": badserver.ResetsOnHello(), "at once": badserver.ClosesAtOnce(), "http": badserver.HTTPPlain(),
		"banner": badserver.Banner("220 ready\r\n"), "opaque": badserver.Opaque(1), "garbage": badserver.Garbage(1), "alerts": badserver.AlertsAll(40),
		"huge": badserver.HugeFlight(), "mid-flight": badserver.ClosesMidFlight(inner), "reset only": badserver.ResetOnly(inner),
	} {
		t.Run(name, func(t *testing.T) {
			newLooker(t, time.Minute).requireNoDrift(t, tlstest.Bad(t, handler).Addr(), "localhost")
		})
	}
	t.Run("random", func(t *testing.T) { // not quick: its few questions may all be reset, as by a listener that is no TLS
		random := tlstest.Bad(t, badserver.ResetsAtRandom(inner, 0.2, 7))
		newLooker(t, time.Minute).requireNoDrift(t, random.Addr(), "localhost", "frugal", "again", "groups", "standard", "deep")
	})
}

// One listener after the other on real servers: what became of the certificate is told by key, names and dates.
func TestCertificatesOnServers(t *testing.T) {
	ca, other := tlstest.NewCA(t, "root"), tlstest.NewCA(t, "other")
	between := tlstest.Intermediate(t, ca, "between")
	leaf := func(ca *pki.CA, kind pki.KeyType, days int, name, key string) *pki.Identity {
		return tlstest.Issue(t, ca, pki.Leaf{CommonName: name, DNS: []string{"localhost"}, KeyType: kind, KeyID: key, NotAfter: time.Now().AddDate(0, 0, days)})
	}
	serve := func(ids ...*pki.Identity) *report.Report {
		s := tlstest.Nginx(t, ids, "ssl_protocols TLSv1.2 TLSv1.3;")
		l := newLooker(t, time.Minute, ca)
		l.expect.ServedBy = ""
		rep := l.look(t, s.Addr, "localhost", scan.Plan{})
		s.Stop()
		rep.Endpoints[0].Target.Port = 443 // the same listener, though each server has a port of its own
		return rep
	}
	base := leaf(ca, pki.RSA2048, 30, "web", "a")
	first := serve(base)
	for name, c := range map[string]struct {
		ids        []*pki.Identity
		want, back []string
	}{
		"new key, later":  {[]*pki.Identity{leaf(ca, pki.RSA2048, 300, "web", "b")}, []string{"certificate-renewed RSA"}, []string{"certificate-rolled-back RSA"}},
		"same key, later": {[]*pki.Identity{leaf(ca, pki.RSA2048, 300, "web", "a")}, []string{"certificate-renewed RSA"}, []string{"certificate-rolled-back RSA"}},
		"another subject": {[]*pki.Identity{leaf(ca, pki.RSA2048, 300, "www", "b")}, []string{"certificate-replaced RSA"}, []string{"certificate-replaced RSA"}},
		"another issuer": {[]*pki.Identity{leaf(other, pki.RSA2048, 300, "web", "b")}, []string{"certificate-replaced RSA", "trust-changed r/RSA"},
			[]string{"certificate-replaced RSA", "trust-changed r/RSA"}},
		"another key type": {[]*pki.Identity{leaf(ca, pki.P256, 300, "web", "")}, []string{"certificate-added ECDSA", "certificate-gone RSA"},
			[]string{"certificate-added RSA", "certificate-gone ECDSA"}},
		"one more": {[]*pki.Identity{base, leaf(ca, pki.P256, 300, "web", "")}, []string{"certificate-added ECDSA"}, []string{"certificate-gone ECDSA"}},
		"through an intermediate": {[]*pki.Identity{leaf(between, pki.RSA2048, 300, "web", "b")}, []string{"certificate-replaced RSA"},
			[]string{"certificate-replaced RSA"}},
	} {
		now := serve(c.ids...)
		there, back := diff.Compare(first, now), diff.Compare(now, first)
		assert.Equal(t, c.want, certificateChanges(there), "%s: %+v", name, there.Changes)
		assert.Equal(t, c.back, certificateChanges(back), name)
		requireOpposite(t, there, back)
	}
}

// certificateChanges are the changes of certificates and trust, as "kind what".
func certificateChanges(d *report.Drift) []string {
	var out []string
	for _, c := range d.Changes {
		if strings.HasPrefix(c.Kind, "certificate-") || c.Kind == report.TrustChanged || c.Kind == report.ChainChanged {
			out = append(out, c.Kind+" "+c.What)
		}
	}
	return out
}
