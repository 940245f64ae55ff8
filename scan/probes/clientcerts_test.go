package probes_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/handshake"
)

// clients are the certificates of one CA that the servers trust, and a foreign one.
type clients struct {
	ca         *pki.CA
	identities map[string]*handshake.Identity
	keys       [][]byte // PEM
}

func newClients(t *testing.T) clients { return newClientsOf(t, "") }

func newClientsOf(t *testing.T, kind pki.KeyType) clients {
	t.Helper()
	c := clients{ca: tlstest.NewCA(t, "Clients"), identities: map[string]*handshake.Identity{}}
	now := time.Now()
	for name, leaf := range map[string]pki.Leaf{
		scan.ClientGood:    {CommonName: "good", KeyType: kind},
		scan.ClientExpired: {CommonName: "expired", KeyType: kind, NotBefore: now.AddDate(0, 0, -20), NotAfter: now.AddDate(0, 0, -10)},
	} {
		id := tlstest.Issue(t, c.ca, leaf)
		identity, err := handshake.NewIdentity(id.ChainPEM, id.KeyPEM)
		require.NoError(t, err)
		c.identities[name], c.keys = identity, append(c.keys, id.KeyPEM)
	}
	var err error
	c.identities[scan.ClientForeign], err = handshake.SelfSigned("foreign", c.identities[scan.ClientGood], now)
	require.NoError(t, err)
	return c
}

// present gives the scan the named certificates.
func (c clients) present(names ...string) func(*scan.Runner, *scan.Target) {
	return func(r *scan.Runner, target *scan.Target) {
		r.Handshaker = handshake.Handshaker{Identities: c.identities}
		target.Plan.ClientCertificates = names
	}
}

var everyClient = []string{scan.ClientGood, scan.ClientExpired, scan.ClientForeign}

func outcomes(o scan.Observation) map[string]scan.Outcome {
	out := map[string]scan.Outcome{}
	for _, c := range o.ClientAuth.Outcomes {
		out[c.Certificate] = c.Outcome
	}
	return out
}

// pattern is the outcomes of none, foreign, expired and good.
func pattern(none, foreign, expired, good scan.Outcome) map[string]scan.Outcome {
	return map[string]scan.Outcome{scan.ClientNone: none, scan.ClientForeign: foreign, scan.ClientExpired: expired, scan.ClientGood: good}
}

const (
	accepted = scan.OutcomeAccepted
	refused  = scan.OutcomeRefused
)

// TestClientCertificates: what is configured is what is seen, of five implementations, with and without TLS 1.2.
func TestClientCertificates(t *testing.T) {
	t.Parallel()
	c := newClients(t)
	id := tlstest.Localhost(t, pki.RSA2048)
	trust := tlstest.File(t, "clients.pem", c.ca.PEM)
	java := func(want, need bool, protocols ...string) *tlstest.Server {
		return tlstest.Java(t, tlstest.JavaConfig{Identities: []*pki.Identity{id}, Protocols: protocols, WantClientAuth: want,
			NeedClientAuth: need, TrustPEM: c.ca.PEM})
	}
	config := func(auth tls.ClientAuthType, version uint16) *tls.Config {
		return &tls.Config{Certificates: []tls.Certificate{id.Certificate()}, ClientAuth: auth, ClientCAs: c.ca.Pool(), MinVersion: version}
	}
	required := pattern(refused, refused, refused, accepted)
	full := pattern(accepted, refused, refused, accepted)
	for name, want := range map[string]struct {
		server   *tlstest.Server
		outcomes map[string]scan.Outcome
	}{
		"OpenSSL Verify":     {tlstest.OpenSSL(t, id, "-Verify", "2", "-CAfile", trust, "-verify_return_error"), required},
		"OpenSSL Verify 1.3": {tlstest.OpenSSL(t, id, "-Verify", "2", "-CAfile", trust, "-verify_return_error", "-tls1_3"), required},
		"OpenSSL verify":     {tlstest.OpenSSL(t, id, "-verify", "2", "-CAfile", trust, "-verify_return_error"), full},
		"OpenSSL verify, errors ignored": {tlstest.OpenSSL(t, id, "-verify", "2", "-CAfile", trust),
			pattern(accepted, accepted, accepted, accepted)},
		"GnuTLS required": {tlstest.GnuTLS(t, id, "NORMAL", "--require-client-cert", "--verify-client-cert", "--x509cafile", trust), required},
		"stunnel":         {tlstest.Stunnel(t, id, "verifyChain = yes", "CAfile = "+trust), required},
		"Java need":       {java(false, true, "TLSv1.2", "TLSv1.3"), required},
		"Java need 1.3":   {java(false, true, "TLSv1.3"), required},
		"Java want":       {java(true, false, "TLSv1.2"), full},
		"Go passthru":     {tlstest.Go(t, config(tls.RequestClientCert, tls.VersionTLS12)), pattern(accepted, accepted, accepted, accepted)},
		"Go passthru 1.3": {tlstest.Go(t, config(tls.RequestClientCert, tls.VersionTLS13)), pattern(accepted, accepted, accepted, accepted)},
		"Go full":         {tlstest.Go(t, config(tls.VerifyClientCertIfGiven, tls.VersionTLS13)), full},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := look(t, want.server.Addr, scan.Plan{Depth: scan.Deep}, c.present(everyClient...))
			require.NotNil(t, o.ClientAuth)
			assert.Equal(t, want.outcomes, outcomes(o), "%+v %v", o.ClientAuth.Outcomes, o.NotTested)
			for _, outcome := range o.ClientAuth.Outcomes {
				assert.NotEmpty(t, outcome.Basis)
				assert.Len(t, outcome.Evidence, 1)
				if outcome.Certificate != scan.ClientNone {
					assert.Equal(t, c.identities[outcome.Certificate].Fingerprint(), outcome.SHA256)
				}
			}
			c.requireNoKey(t, o)
		})
	}
}

// requireNoKey looks for each key in all that leaves the scan, and in the Handshaker as Go prints it.
func (c clients) requireNoKey(t *testing.T, o scan.Observation) {
	t.Helper()
	stored, err := json.Marshal(o)
	require.NoError(t, err)
	hs := handshake.Handshaker{Identities: c.identities}
	texts := [][]byte{stored, fmt.Appendf(nil, "%v %+v %#v", hs, hs, hs)}
	for _, x := range o.Evidence {
		texts = append(texts, x.Sent, x.Received)
	}
	for _, key := range c.keys {
		for _, text := range texts {
			held, err := tlstest.HoldsKey(text, key)
			require.NoError(t, err)
			assert.False(t, held)
		}
	}
	assert.NotContains(t, string(stored), "PRIVATE KEY")
}

// TestClientCertificatesOnlyWhenGiven: without one nothing more is asked, and one that was not given is said to be not tested.
func TestClientCertificatesOnlyWhenGiven(t *testing.T) {
	t.Parallel()
	c := newClients(t)
	config := &tls.Config{Certificates: []tls.Certificate{tlstest.Localhost(t, pki.P256).Certificate()}, ClientAuth: tls.RequestClientCert}
	s := tlstest.Go(t, config)
	without := look(t, s.Addr, scan.Plan{Depth: scan.Deep})
	assert.Empty(t, without.ClientAuth.Outcomes)
	o := look(t, s.Addr, scan.Plan{Depth: scan.Deep}, c.present(scan.ClientGood))
	assert.Equal(t, map[string]scan.Outcome{scan.ClientNone: accepted, scan.ClientGood: accepted}, outcomes(o))
	assert.Equal(t, "no such certificate was given", notTested(o)["client-certificates/expired"])
	assert.Equal(t, without.Cost.Connections+2, o.Cost.Connections)
	standard := look(t, s.Addr, scan.Plan{}, c.present(everyClient...))
	assert.Empty(t, standard.ClientAuth.Outcomes)
	config = &tls.Config{Certificates: config.Certificates}
	o = look(t, tlstest.Go(t, config).Addr, scan.Plan{Depth: scan.Deep}, c.present(everyClient...))
	assert.Empty(t, o.ClientAuth.Outcomes)
	assert.Equal(t, "the listener asks for no client certificate", notTested(o)["client-certificates/all"])
}

// TestClientCertificatesByReset is AT-TLS in most of its failures: it checks when the handshake is over, and resets. A reset counts when
// it repeats; one that does not is an accident.
func TestClientCertificatesByReset(t *testing.T) {
	t.Parallel()
	c := newClients(t)
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		config := &tls.Config{Certificates: []tls.Certificate{tlstest.Localhost(t, pki.P256).Certificate()}, ClientAuth: tls.RequestClientCert,
			MinVersion: version, MaxVersion: version}
		good := c.identities[scan.ClientGood].Fingerprint()
		s := tlstest.Bad(t, func(ctx context.Context, conn *net.TCPConn) {
			server := tls.Server(conn, config)
			if server.HandshakeContext(ctx) != nil {
				return
			}
			if certs := server.ConnectionState().PeerCertificates; len(certs) == 0 || fingerprint(certs[0].Raw) != good {
				_ = conn.SetLinger(0)
				return
			}
			_, _ = server.Read(make([]byte, 1))
		})
		o := look(t, s.Addr(), scan.Plan{Depth: scan.Deep}, c.present(everyClient...))
		reset := scan.OutcomeReset
		assert.Equal(t, pattern(reset, reset, reset, accepted), outcomes(o), "%+v", o.ClientAuth.Outcomes)
		assert.Equal(t, scan.Yes, o.ClientAuth.Required, "%+v", o.ClientAuth)
		without := known(look(t, s.Addr(), scan.Plan{Depth: scan.Deep}))
		assert.Contains(t, without, cipher.Version(version).String()+" session-ticket")
		for name, f := range without {
			if f.Name != scan.FeatureTicketbleed {
				assert.Equal(t, scan.Unknown, f.Answer, "%s: %q", name, f.Basis)
				assert.Equal(t, whyNoCertificate, f.Basis, name)
			}
		}
	}
}
