package probes_test

import (
	"context"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
)

// inTurn makes one connection at a time, so that the repeats of a question are dealt to all members.
func inTurn(r *scan.Runner, _ *scan.Target) { r.Pace.PerPort = 1 }

// distributor deals connections out to servers in turn, as a distributed DVIPA does with round robin.
func distributor(t *testing.T, members ...netip.AddrPort) netip.AddrPort {
	t.Helper()
	var n atomic.Uint32
	return tlstest.Bad(t, func(ctx context.Context, conn *net.TCPConn) {
		badserver.Forward(members[int(n.Add(1)-1)%len(members)])(ctx, conn)
	}).Addr()
}

func questionsThatDiffer(o scan.Observation) map[string]int {
	out := map[string]int{}
	for _, a := range o.Members {
		out[a.Question]++
	}
	for q, n := range out {
		if n < 2 {
			delete(out, q)
		}
	}
	return out
}

// TestMembersThatDifferInKeyTypeAndVersion: RSA and TLS 1.2 here, ECDSA and TLS 1.3 there.
func TestMembersThatDifferInKeyTypeAndVersion(t *testing.T) {
	t.Parallel()
	rsa := tlstest.OpenSSL(t, tlstest.Localhost(t, pki.RSA2048), "-no_tls1_3")
	ecdsa := tlstest.Java(t, tlstest.JavaConfig{Identities: []*pki.Identity{tlstest.Localhost(t, pki.P256)}, Protocols: []string{"TLSv1.2", "TLSv1.3"}})
	for name, plan := range map[string]scan.Plan{
		"distributed": {Depth: scan.Prove, Versions: []cipher.Version{cipher.TLSv12, cipher.TLSv13}, Members: 5},
		"standard":    {}, "deep": {Depth: scan.Deep},
	} {
		t.Run(name, func(t *testing.T) {
			o := look(t, distributor(t, rsa.Addr, ecdsa.Addr), plan, inTurn)
			require.True(t, o.MembersDiffer(), "%v", o.Members)
			differ := questionsThatDiffer(o)
			assert.Contains(t, differ, "versions/TLSv1.2")
			assert.Contains(t, differ, "versions/TLSv1.3")
			assert.Equal(t, scan.Yes, o.Protocol(cipher.TLSv13).Supported, "one member speaks it")
			assert.Contains(t, notTested(o), "members")
			for _, p := range o.Protocols {
				assert.NotEqual(t, scan.EnumerationFull, p.Enumeration, "the suites of two members are no list of one")
				assert.Nil(t, p.RefusedSuites)
			}
			for _, g := range o.Groups {
				assert.NotEqual(t, scan.No, g.Supported, "one member's refusal")
			}
			if plan.Depth == scan.Standard || plan.Depth == scan.Deep {
				assert.LessOrEqual(t, o.Cost.Connections, 160)
			}
		})
	}
}

// TestMembersThatDifferInTheirCertificates: two keys of one kind are sign enough to ask again. A distributor that deals in turn hands each version of a
// standard look to one member alone: without it TLS 1.3 would be refused.
func TestMembersThatDifferInTheirCertificates(t *testing.T) {
	old := tlstest.OpenSSL(t, tlstest.Localhost(t, pki.RSA2048), "-no_tls1_3")
	modern := tlstest.OpenSSL(t, tlstest.Issue(t, tlstest.NewCA(t, "other"), pki.Leaf{CommonName: "other", KeyType: pki.RSA2048}))
	for name, first := range map[string][]netip.AddrPort{"old first": {old.Addr, modern.Addr}, "modern first": {modern.Addr, old.Addr}} {
		t.Run(name, func(t *testing.T) {
			o := look(t, distributor(t, first...), scan.Plan{}, inTurn)
			require.True(t, o.MembersDiffer(), "%v", o.Members)
			assert.Equal(t, scan.Yes, o.Protocol(cipher.TLSv13).Supported)
			assert.NotEqual(t, scan.EnumerationFull, o.Protocol(cipher.TLSv12).Enumeration)
			assert.LessOrEqual(t, o.Cost.Connections, 160)
		})
	}
}

// TestMembersThatDifferInAWeakSuite: the hello that one member refuses another takes.
func TestMembersThatDifferInAWeakSuite(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	strong := tlstest.OpenSSL(t, id, "-no_tls1_3", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384")
	weak := tlstest.OpenSSL(t, id, "-no_tls1_3", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384:AES128-SHA")
	plan := scan.Plan{Depth: scan.Prove, Versions: []cipher.Version{cipher.TLSv12}, Suites: []cipher.ID{0xC030}, Members: 5}
	o := look(t, distributor(t, strong.Addr, strong.Addr, weak.Addr), plan, inTurn)
	assert.NotEmpty(t, questionsThatDiffer(o))
	assert.Contains(t, suitesOf(o, cipher.TLSv12), uint16(0x002F), "a member takes it")
	assert.Equal(t, scan.EnumerationPartial, o.Protocol(cipher.TLSv12).Enumeration)
}

// TestMembersThatAreAlike: two servers of one configuration, and one with two types of key.
func TestMembersThatAreAlike(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	a, b := tlstest.OpenSSL(t, id), tlstest.OpenSSL(t, id)
	o := look(t, distributor(t, a.Addr, b.Addr), scan.Plan{Depth: scan.Deep}, inTurn)
	assert.False(t, o.MembersDiffer(), "%v", o.Members)
	assert.Len(t, o.Members, 4, "TLS 1.0 to 1.3: an answer each")
	assert.Equal(t, scan.EnumerationFull, o.Protocol(cipher.TLSv12).Enumeration)
	assert.NotContains(t, notTested(o), "members")

	two := tlstest.Java(t, tlstest.JavaConfig{Identities: []*pki.Identity{id, tlstest.Localhost(t, pki.P256)}, Protocols: []string{"TLSv1.2", "TLSv1.3"}})
	o = look(t, two.Addr, scan.Plan{})
	assert.False(t, o.MembersDiffer(), "%v", o.Members)
	assert.NotEmpty(t, o.Members, "two types of key are a sign of several servers")
	assert.Equal(t, scan.EnumerationFull, o.Protocol(cipher.TLSv12).Enumeration)

	o = look(t, tlstest.OpenSSL(t, id).Addr, scan.Plan{})
	assert.Empty(t, o.Members, "nothing is repeated without a sign")
}
