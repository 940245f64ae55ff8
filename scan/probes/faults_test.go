package probes_test

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
)

// faultSeeds is how many bad networks each server is looked at through: go test ./scan/probes -run FaultyNetwork -args -fault-seeds 200
var faultSeeds = flag.Uint64("fault-seeds", 0, "seeds that TestFaultyNetwork makes every bad network of, for each server and depth; 0: one, at one depth")

// badNetworks are the kinds of it: everything at once, one fault alone, and more faults than answers.
var badNetworks = []badserver.Faults{
	{Drop: 0.01, Reset: 0.06, Close: 0.06, Cut: 0.06, CutReset: 0.04, Stall: 0.01, Delay: 0.1, MaxDelay: 2 * time.Millisecond},
	{Cut: 0.3, CutReset: 0.1},
	{Reset: 0.4},
	{Close: 0.4},
	{Drop: 0.02, Stall: 0.06, Delay: 0.3, MaxDelay: 2 * time.Millisecond},
	{Reset: 0.3, Close: 0.2, Cut: 0.2, CutReset: 0.1},
}

// TestFaultyNetwork holds scans through bad networks against one through none: they may be incomplete and say so, never different.
func TestFaultyNetwork(t *testing.T) {
	t.Parallel()
	rsa, ecdsa := tlstest.Localhost(t, pki.RSA2048), tlstest.Localhost(t, pki.P256)
	for name, server := range map[string]*tlstest.Server{
		"OpenSSL":           tlstest.OpenSSL(t, rsa, "-no_tls1_1"),
		"OpenSSL, optional": tlstest.OpenSSL(t, ecdsa, "-verify", "2", "-cipher", "ECDHE+AESGCM:@SECLEVEL=0"),
		"OpenSSL, 1.2":      tlstest.OpenSSL(t, ecdsa, "-tls1_2", "-cipher", "ECDHE+AES:@SECLEVEL=0"),
		"GnuTLS":            tlstest.GnuTLS(t, rsa, tlstest.GnuTLSLegacy),
		"nginx":             tlstest.Nginx(t, []*pki.Identity{rsa, ecdsa}, "ssl_protocols TLSv1.2 TLSv1.3;", "ssl_ciphers ECDHE+AESGCM:@SECLEVEL=0;"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // its networks in turn: openssl s_server serves one connection at a time
			for d, depth := range []scan.Depth{scan.Standard, scan.Deep} {
				good := look(t, server.Addr, scan.Plan{Depth: depth})
				for i, network := range badNetworks {
					for seed := range max(*faultSeeds, 1) {
						if *faultSeeds == 0 && i%2 != d {
							continue // a short run has each network at one of the depths
						}
						t.Run(fmt.Sprintf("depth %d, network %d, seed %d", depth, i, seed), func(t *testing.T) {
							bad := tlstest.Bad(t, badserver.FaultsAtRandom(server.Addr, network, seed))
							o := look(t, bad.Addr(), scan.Plan{Depth: depth}, within(brief))
							requireNothingInvented(t, good, o)
							requireGapsAreSaid(t, good, o)
						})
					}
				}
			}
		})
	}
}

// requireNothingInvented wants every fact of o to be one of good, or unknown.
func requireNothingInvented(t *testing.T, good, o scan.Observation) {
	t.Helper()
	same := func(what string, want, got scan.Fact) {
		if got != scan.Unknown {
			assert.Equal(t, want, got, what)
		}
	}
	for _, v := range cipher.Versions() {
		want, got := good.Protocol(v), o.Protocol(v)
		same(v.String(), want.Supported, got.Supported)
		assert.Subset(t, append(suitesOf(good, v), 0xFFFF), append(suitesOf(o, v), 0xFFFF), "%s", v)
		if got.Enumeration == scan.EnumerationFull {
			assert.Equal(t, suitesOf(good, v), suitesOf(o, v), "%s: full is full", v)
		}
		if got.Preference != "" && got.Preference != "unknown" {
			assert.Equal(t, want.Preference, got.Preference, "%s", v)
		}
	}
	for _, g := range o.Groups {
		same("group "+g.Name+" of "+g.Version.String(), groupFact(good, g), g.Supported)
	}
	for _, p := range o.Presented {
		assert.True(t, slices.ContainsFunc(good.Presented, func(w scan.Presented) bool {
			return slices.Equal(w.Sent, p.Sent) // under another name or version, where the newest one did not get through
		}), "presented: %+v", p)
		for _, v := range p.Versions {
			assert.Equal(t, scan.Yes, good.Protocol(v).Supported, "presented in %s", v)
		}
	}
	for _, d := range o.DH {
		assert.True(t, slices.ContainsFunc(good.DH, func(w scan.DHParameters) bool {
			return w.Version == d.Version && w.Bits == d.Bits && w.Generator == d.Generator
		}), "DH: %+v", d)
	}
	if o.ClientAuth != nil {
		same("client certificate requested", good.ClientAuth.Requested, o.ClientAuth.Requested)
		same("client certificate required", good.ClientAuth.Required, o.ClientAuth.Required)
	}
	for _, f := range o.Features {
		want := good.Feature(f.Name, f.Version)
		if want.Answer == scan.Unknown {
			continue // asked of the newest version that got through
		}
		same("feature "+f.Name+" of "+f.Version.String()+": "+f.Basis, want.Answer, f.Answer)
		if f.Answer != scan.Unknown {
			assert.Subset(t, append(want.Values, ""), append(f.Values, ""), "feature %s of %s", f.Name, f.Version)
		}
	}
}

// requireGapsAreSaid wants whatever good has and o has not to be said to be unknown.
func requireGapsAreSaid(t *testing.T, good, o scan.Observation) {
	t.Helper()
	if o.State != good.State {
		assert.NotEqual(t, scan.StateClosed, o.State)
		for _, x := range o.Evidence {
			assert.False(t, len(x.Received) > 5 && x.Received[0] == 22, "%s: a handshake record came, and the state is %s", x.Question, o.State)
		}
		return
	}
	for _, v := range cipher.Versions() {
		want, got := good.Protocol(v), o.Protocol(v)
		if got.Supported == scan.Unknown {
			assertSaid(t, o, "versions/"+v.String())
		}
		if got.Supported == scan.Yes && got.Enumeration != want.Enumeration {
			assertSaid(t, o, "suites/"+v.String())
		}
		if want.Supported == scan.Yes && got.Supported == scan.Yes && slices.ContainsFunc(o.Groups, func(g scan.GroupFact) bool {
			return g.Version == v && g.Supported == scan.Unknown && groupFact(good, g) != scan.Unknown
		}) {
			assertSaid(t, o, "groups/"+v.String())
		}
	}
	for _, w := range good.Presented {
		if !slices.ContainsFunc(o.Presented, func(p scan.Presented) bool { return p.SNI == w.SNI && p.Leaf == w.Leaf }) {
			assertSaid(t, o, "certificates/", "suites/", "versions/", scan.All)
		}
	}
	if good.ClientAuth != nil && (o.ClientAuth == nil || good.ClientAuth.Required != o.ClientAuth.Required) {
		assertSaid(t, o, "client-auth/", "handshake", "versions/", scan.All)
	}
	for _, f := range o.Features {
		if f.Answer == scan.Unknown && good.Feature(f.Name, f.Version).Answer != scan.Unknown {
			assert.NotEmpty(t, f.Basis, "feature %s of %s is unknown, and why is not said", f.Name, f.Version)
		}
	}
}

func assertSaid(t *testing.T, o scan.Observation, questions ...string) {
	t.Helper()
	assert.True(t, slices.ContainsFunc(o.NotTested, func(n scan.NotTested) bool {
		return slices.ContainsFunc(questions, func(q string) bool { return strings.HasPrefix(n.Question, q) })
	}), "none of %v is said to be unknown: %+v", questions, o.NotTested)
}

func groupFact(o scan.Observation, like scan.GroupFact) scan.Fact {
	for _, g := range o.Groups {
		if g.Version == like.Version && g.Code == like.Code {
			return g.Supported
		}
	}
	return scan.Unknown
}
