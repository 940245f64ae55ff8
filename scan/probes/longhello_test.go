package probes_test

import (
	"context"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

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

// helloLimit is in octets of the first record. A hello of New has at least 512.
const helloLimit = 700

// shortHellos is a listener that cannot take a first record over helloLimit: refuse says what it does then. All else goes to inner.
func shortHellos(inner netip.AddrPort, refuse badserver.Handler) badserver.Handler {
	return func(ctx context.Context, client *net.TCPConn) {
		head := make([]byte, 5)
		if _, err := io.ReadFull(client, head); err != nil {
			return
		}
		if head[0] == 22 && int(head[3])<<8|int(head[4]) > helloLimit {
			refuse(ctx, client)
			return
		}
		server, err := net.Dial("tcp", inner.String())
		if err != nil {
			return
		}
		defer server.Close()
		stop := context.AfterFunc(ctx, func() { _ = server.Close() })
		defer stop()
		if _, err := server.Write(head); err != nil {
			return
		}
		var up sync.WaitGroup
		up.Go(func() {
			_, _ = io.Copy(server, client)
			_ = server.(*net.TCPConn).CloseWrite() //nolint:forcetypeassert // network "tcp"
		})
		_, _ = io.Copy(client, server)
		_ = client.CloseWrite()
		up.Wait()
	}
}

// TestLongHelloIntolerance: an old stack or a middlebox that chokes on long hellos must not look like a listener that speaks
// nothing. All is found with short ones, in parts.
func TestLongHelloIntolerance(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	inner := tlstest.OpenSSL(t, id, "-no_tls1_1").Addr
	want := opensslTruth(t, tlstest.OpenSSLConfig{Ciphers: tlstest.OpenSSLAll, Keys: []pki.KeyType{id.KeyType}},
		truth.TLS10, truth.TLS12, truth.TLS13)
	for name, refuse := range map[string]badserver.Handler{
		"resets": badserver.ResetsAtOnce(), "closes": badserver.ClosesAtOnce(), "silent": badserver.Silent(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := tlstest.Bad(t, shortHellos(inner, refuse))
			o := look(t, s.Addr(), scan.Plan{}, within(time.Second))
			if answersLate(o) { // on a slow machine
				o = look(t, s.Addr(), scan.Plan{}, within(20*time.Second))
			}
			requireTruth(t, want, o)
			for _, x := range o.Evidence {
				if h, err := hello.ParseClientHello(x.Sent); err == nil && strings.HasPrefix(x.Question, "suites/") {
					assert.LessOrEqual(t, len(h.Suites), 100, x.Question)
				}
			}
			require.NotEmpty(t, o.Presented)
			assert.Equal(t, sha(id), o.Presented[0].Leaf)
		})
	}
}

// answersLate says whether a short hello was not answered in time.
func answersLate(o scan.Observation) bool {
	return slices.ContainsFunc(o.Evidence, func(x scan.Exchange) bool { return x.End == scan.EndTimeout && len(x.Sent) <= helloLimit })
}

// TestLongHelloIntoleranceProven: the reset of a long hello with the suites outside the named set is no refusal of them.
func TestLongHelloIntoleranceProven(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	inner := tlstest.OpenSSL(t, id, "-tls1_2", "-cipher", "AES128-SHA:ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0").Addr
	plan := scan.Plan{Depth: scan.Prove, Versions: []cipher.Version{cipher.TLSv12}, Suites: []cipher.ID{0xC02F}}
	for _, refuse := range []badserver.Handler{badserver.ResetsAtOnce(), badserver.AlertsAll(50)} {
		o := look(t, tlstest.Bad(t, shortHellos(inner, refuse)).Addr(), plan)
		requireTruth(t, map[uint16][]uint16{truth.TLS12: {0x002F, 0xC02F}}, o)
		for _, x := range o.Evidence {
			assert.NotEqual(t, "suites/TLSv1.2/outside", x.Question, "too long to be worth a connection")
		}
	}
}

// TestLongHelloIntoleranceWithRareSuites: a version whose suites are all far down the list is not taken for absent because its first
// short hello is refused.
func TestLongHelloIntoleranceWithRareSuites(t *testing.T) {
	t.Parallel()
	common, rare := cipher.ID(0xC02F), cipher.Enumerable(cipher.TLSv10)[150]
	server := tlstest.Bad(t, answers(func(h hello.ClientHello) (cipher.Version, cipher.ID) {
		switch {
		case h.Version == cipher.TLSv12 && slices.Contains(h.Suites, common):
			return h.Version, common
		case h.Version == cipher.TLSv10 && slices.Contains(h.Suites, rare):
			return h.Version, rare
		}
		return 0, 0
	}))
	o := look(t, tlstest.Bad(t, shortHellos(server.Addr(), badserver.ResetsAtOnce())).Addr(), scan.Plan{})
	requireTruth(t, map[uint16][]uint16{truth.TLS10: {uint16(rare.Code())}, truth.TLS12: {0xC02F}}, o)
	refused := o.Protocol(cipher.TLSv11).Refused
	assert.Equal(t, len(cipher.Enumerable(cipher.TLSv11)), refused.Count)
	assert.Equal(t, (refused.Count+99)/100, len(refused.Evidence), "each part was refused")
}
