package profile_test

import (
	"context"
	"crypto"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/handshake"
	"github.com/portseal/portseal/scan/probes"
)

// TestRealServers scans real servers and judges what they really do: a conforming one passes, others fail in the very items that
// their configuration breaches.
func TestRealServers(t *testing.T) {
	id := localhost(t, pki.P384)
	rsa := localhost(t, pki.RSA2048)
	nist := []string{"-no_ssl3", "-no_tls1", "-no_tls1_1", "-cipher", "ECDHE+AESGCM:@SECLEVEL=0", "-groups", "P-256:P-384",
		"-ciphersuites", "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256"}
	cnsa := []string{"-no_ssl3", "-no_tls1", "-no_tls1_1", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384:@SECLEVEL=0", "-groups", "P-384",
		"-ciphersuites", "TLS_AES_256_GCM_SHA384"}
	unseen := []string{"revocation", "extensions", "certificate-status"}
	for name, c := range map[string]struct {
		server  *tlstest.Server
		profile string
		fails   []string
		later   []string // not in force
		open    []string // not assessed
	}{
		"NIST": {tlstest.OpenSSL(t, rsa, nist...), "nist-800-52r2", nil, nil, unseen},
		"NIST, TLS 1.1": {tlstest.OpenSSL(t, rsa, "-no_tls1", "-cipher", "ECDHE+AESGCM:ECDHE-RSA-AES128-SHA:@SECLEVEL=0", "-groups", "P-256",
			"-ciphersuites", "TLS_AES_256_GCM_SHA384"), "nist-800-52r2", []string{"tls11"}, nil, unseen},
		"NIST, RSA key exchange": {tlstest.OpenSSL(t, rsa, "-no_tls1", "-no_tls1_1", "-cipher", "ECDHE+AESGCM:AES256-GCM-SHA384:@SECLEVEL=0",
			"-groups", "P-256", "-ciphersuites", "TLS_AES_128_GCM_SHA256"), "nist-800-52r2", []string{"suites-tls12"}, nil, unseen},
		"NIST, OpenSSL's own choice": {tlstest.OpenSSL(t, rsa, "-no_tls1", "-no_tls1_1", "-cipher", "DEFAULT"), "nist-800-52r2",
			[]string{"suites-tls12", "suites-tls13", "groups-other"}, nil, unseen},
		// Below TLS 1.3 a listener with an ECDSA certificate hides which other groups it has: see scan/probes.
		"CNSA 1.0": {tlstest.OpenSSL(t, id, cnsa...), "cnsa-1.0", nil, nil, []string{"groups", "psk-early-data"}},
		"CNSA 2.0": {tlstest.OpenSSL(t, id, cnsa...), "cnsa-2.0", nil,
			[]string{"key-exchange-new", "key-exchange-fielded", "key-exchange-only", "version", "suite", "key", "signature"}, []string{"products"}},
		"FIPS": {tlstest.OpenSSL(t, rsa, nist...), "fips-140-3", nil, nil, []string{"module"}},
		"FIPS, ChaCha20": {tlstest.OpenSSL(t, rsa, "-no_tls1", "-no_tls1_1", "-cipher", "ECDHE+AESGCM:@SECLEVEL=0", "-groups", "P-256",
			"-ciphersuites", "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256"), "fips-140-3", []string{"ciphers"}, nil,
			[]string{"module"}},
		"BSI": {tlstest.OpenSSL(t, rsa, nist...), "bsi-tr-02102-2", []string{"key"}, []string{"tls12-end", "groups-hybrid"},
			[]string{"extensions", "early-data"}},
		"PCI, TLS 1.0": {tlstest.OpenSSL(t, id, "-cipher", "ECDHE+AESGCM:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"), "pci-dss-4.0.1",
			[]string{"old-versions"}, nil, []string{"revoked", "trusted", "key-inventory", "review"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := scanned(t, c.server.Addr, c.profile)
			assert.ElementsMatch(t, c.fails, got[report.OutcomeFail])
			assert.ElementsMatch(t, c.later, got[report.OutcomeNotInForce])
			assert.ElementsMatch(t, c.open, got[report.OutcomeNotAssessed])
			assert.NotEmpty(t, got[report.OutcomePass])
		})
	}
}

// localhost is a certificate that is in date when the profiles are judged, whenever the test runs.
func localhost(t *testing.T, kind pki.KeyType) *pki.Identity {
	t.Helper()
	return tlstest.Issue(t, tlstest.NewCA(t, "Test Root", pki.WithTime(judgedAt), pki.WithKey(pki.P384)),
		pki.Leaf{CommonName: "localhost", DNS: []string{"localhost"}, KeyType: kind, Hash: crypto.SHA384})
}

// scanned asks a server all, and returns the items of a profile by outcome.
func scanned(t *testing.T, addr netip.AddrPort, id string) map[report.Outcome][]string {
	t.Helper()
	p, err := profile.Named(id)
	require.NoError(t, err)
	p.Everywhere = true
	stages, err := probes.Stages(nil)
	require.NoError(t, err)
	pace, err := scan.ParsePace("fast")
	require.NoError(t, err)
	rep, err := run.Do(context.Background(), run.Work{Targets: []scan.Target{{ID: "server", Host: "localhost", ServerName: "localhost",
		Address: addr.Addr(), Port: addr.Port()}}}, run.Settings{FailOn: report.Medium, Tool: func() report.Tool { return report.Tool{} },
		Runner: scan.Runner{Stages: stages, Handshaker: handshake.Handshaker{}, StartTLS: run.StartTLS(), Pace: pace, Timeout: time.Minute, Vantage: "local"}})
	require.NoError(t, err)
	require.Equal(t, scan.StateTLS, rep.Endpoints[0].State)
	certificates := map[string]*certchain.Certificate{}
	for _, c := range rep.Certificates {
		parsed, err := certchain.Parse(c.DER)
		require.NoError(t, err)
		certificates[c.SHA256] = parsed
	}
	got, _ := profile.Judge([]report.Profile{p}, profile.Input{Endpoints: rep.Endpoints, Certificates: certificates, At: judgedAt})
	out := map[report.Outcome][]string{}
	for _, r := range got[0].Results {
		out[r.Outcome] = append(out[r.Outcome], r.Item)
	}
	return out
}
