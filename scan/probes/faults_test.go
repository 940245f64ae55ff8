package probes_test

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/scan"
)

// faultSeeds is how many bad networks each server is looked at through: go test ./scan/probes -run FaultyNetwork -args -fault-seeds 200
var faultSeeds = flag.Uint64("fault-seeds", 0, "seeds that TestFaultyNetwork makes every bad network of, for each server and depth; 0: one, of one network")

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
	servers := faultyServers(t)
	for n, name := range slices.Sorted(maps.Keys(servers)) {
		s := servers[name]
		for p, plan := range s.plans {
			t.Run(fmt.Sprintf("%s, depth %d", name, plan.Depth), func(t *testing.T) {
				t.Parallel()
				good := look(t, s.addr, plan, s.change)
				for i, network := range badNetworks {
					for seed := range max(*faultSeeds, 1) {
						if *faultSeeds == 0 && i != (n+p)%len(badNetworks) {
							continue // a short run has one network for each
						}
						t.Run(fmt.Sprintf("network %d, seed %d", i, seed), func(t *testing.T) {
							bad := tlstest.Bad(t, s.network(s.addr, network, seed))
							o := look(t, bad.Addr(), plan, s.change, within(brief))
							requireNothingInvented(t, good, o)
							requireNothingInventedBehindTLS(t, good, o)
							requireGapsAreSaid(t, good, o)
						})
					}
				}
			})
		}
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
		if want.Supported == scan.Yes && want.Enumeration != scan.EnumerationFull {
			continue // a proof shows one suite, and not always the same
		}
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
		if f.Answer == scan.Yes && slices.Contains([]string{"alpn", "certificate-compression", "signature-algorithms"}, f.Name) {
			assert.ElementsMatch(t, want.Values, f.Values, "feature %s of %s: what is found by elimination is all there is", f.Name, f.Version)
		}
	}
}

// requireNothingInventedBehindTLS is requireNothingInvented for what becomes of client certificates, and for the ways to begin.
func requireNothingInventedBehindTLS(t *testing.T, good, o scan.Observation) {
	t.Helper()
	if o.ClientAuth != nil {
		for name, got := range outcomes(o) {
			if got != scan.OutcomeUnknown {
				assert.Equal(t, outcomes(good)[name], got, "client certificate %s: %+v", name, o.ClientAuth.Outcomes)
			}
		}
	}
	for _, s := range o.StartUps {
		if s.Accepted != scan.Unknown {
			assert.Equal(t, ways(good)[s.Way], s.Accepted, "%+v", s)
		}
	}
	for _, p := range o.Protocols {
		for _, s := range p.RefusedSuites {
			assert.Contains(t, good.Protocol(p.Version).RefusedSuites, s, "%s", p.Version)
		}
	}
}

// requireGapsAreSaid wants whatever good has and o has not to be said to be unknown.
func requireGapsAreSaid(t *testing.T, good, o scan.Observation) {
	t.Helper()
	if o.State != good.State {
		assert.NotEqual(t, scan.StateClosed, o.State)
		for _, x := range o.Evidence {
			if strings.HasPrefix(x.Question, "start-up/") {
				continue // the state is that of the target's own start-up
			}
			assert.False(t, len(x.Received) > 5 && x.Received[0] == 22, "%s: a handshake record came, and the state is %s", x.Question, o.State)
		}
		return
	}
	for _, v := range cipher.Versions() {
		want, got := good.Protocol(v), o.Protocol(v)
		if got.Supported == scan.Unknown && want.Supported != scan.Unknown {
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
