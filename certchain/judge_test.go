package certchain

import (
	"crypto/x509"
	"testing"
	"time"

	"github.com/portseal/portseal/certchain/internal/testpki"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func parsed(t testing.TB, nodes ...*testpki.Node) (out []*Certificate) {
	t.Helper()
	for _, n := range nodes {
		c, err := Parse(n.DER)
		require.NoError(t, err)
		out = append(out, c)
	}
	return out
}

func parseDER(t testing.TB, der []byte) *Certificate {
	t.Helper()
	c, err := Parse(der)
	require.NoError(t, err)
	return c
}

func ringOf(consumer Consumer, certs ...*Certificate) *Ring {
	r := &Ring{Name: "R", Consumer: consumer}
	for _, c := range certs {
		r.Entries = append(r.Entries, Entry{Certificate: c})
	}
	return r
}

// pki is a root, two intermediates below it and a leaf.
type pki struct{ root, one, two, leaf *testpki.Node }

func newPKI(t testing.TB) pki {
	root := testpki.Root(t, "Root", nil)
	one := root.CA(t, "One", nil)
	two := one.CA(t, "Two", nil)
	return pki{root, one, two, two.Leaf(t, "host.example", nil)}
}

func TestJudgeConsumers(t *testing.T) {
	p := newPKI(t)
	root, one, two, leaf := parsed(t, p.root)[0], parsed(t, p.one)[0], parsed(t, p.two)[0], parsed(t, p.leaf)[0]
	type answers struct{ asSent, trusted Answer }
	cases := []struct {
		name string
		sent []*Certificate
		ring []*Certificate
		want map[Consumer]answers
		code Reason
	}{
		{"whole chain, root on the ring", []*Certificate{leaf, two, one}, []*Certificate{root},
			map[Consumer]answers{SystemSSL: {Yes, Yes}, JSSE: {Yes, Yes}, Strict: {Yes, Yes}}, ""},
		{"in any order, with the root and a stranger", []*Certificate{leaf, root, one, parsed(t, testpki.Root(t, "Stranger", nil))[0], two},
			[]*Certificate{root}, map[Consumer]answers{SystemSSL: {Yes, Yes}, JSSE: {Yes, Yes}, Strict: {Yes, Yes}}, ""},
		{"intermediate alone on the ring", []*Certificate{leaf, two}, []*Certificate{one},
			map[Consumer]answers{SystemSSL: {Yes, Yes}, JSSE: {Yes, Yes}, Strict: {No, No}}, ReasonNoAnchor},
		{"leaf alone, the ring has the rest", []*Certificate{leaf}, []*Certificate{root, one, two},
			map[Consumer]answers{SystemSSL: {Yes, Yes}, JSSE: {Yes, Yes}, Strict: {No, Yes}}, ReasonNoAnchor},
		{"an intermediate is missing everywhere", []*Certificate{leaf, two}, []*Certificate{root},
			map[Consumer]answers{SystemSSL: {No, No}, JSSE: {No, No}, Strict: {No, No}}, ReasonNoAnchor},
		{"the ring has a personal certificate only", []*Certificate{leaf, two, one}, []*Certificate{leaf},
			map[Consumer]answers{SystemSSL: {No, No}, JSSE: {No, No}, Strict: {No, No}}, ReasonNoAnchor},
		{"empty ring", []*Certificate{leaf, two, one}, nil,
			map[Consumer]answers{SystemSSL: {No, No}, JSSE: {No, No}, Strict: {No, No}}, ReasonNoAnchor},
	}
	for _, tc := range cases {
		for consumer, want := range tc.want {
			t.Run(tc.name+"/"+string(consumer), func(t *testing.T) {
				v := Judge(tc.sent, ringOf(consumer, tc.ring...), testpki.At())
				assert.Equal(t, want, answers{v.AsSent.Value, v.Trusted.Value}, "%s", v.AsSent.Detail)
				if want.asSent == No {
					assert.Equal(t, tc.code, v.AsSent.Code)
				}
			})
		}
	}
}

func TestJudgePathAndMissing(t *testing.T) {
	p := newPKI(t)
	all := parsed(t, p.leaf, p.two, p.one, p.root)
	v := Judge(all[:1], ringOf(Strict, all[1:]...), testpki.At())
	assert.Equal(t, all, v.Trusted.Path)
	assert.Equal(t, all[1:3], v.Missing)
	assert.Equal(t, `ends at "CN=Root,O=Test" of ring R`, v.Trusted.Detail)
	assert.Equal(t, `the issuer "CN=Two,O=Test" of "CN=host.example" was not sent, and on ring R it is no anchor for strict`, v.AsSent.Detail)

	v = Judge(all[:2], ringOf(SystemSSL, all[3]), testpki.At())
	assert.Equal(t, `the issuer "CN=One,O=Test" of "CN=Two,O=Test" is neither sent nor an anchor of ring R`, v.AsSent.Detail)
	assert.Equal(t, all[:2], v.AsSent.Path)

	v = Judge(all, ringOf(SystemSSL, parsed(t, testpki.Root(t, "Other", nil))...), testpki.At())
	assert.Equal(t, `the root "CN=Root,O=Test" was sent, but is not on ring R`, v.AsSent.Detail)
}

func TestJudgeUnknown(t *testing.T) {
	p := newPKI(t)
	leaf := parsed(t, p.leaf)
	v := Judge(nil, ringOf(SystemSSL), testpki.At())
	assert.Equal(t, Unknown, v.Trusted.Value)
	assert.Equal(t, ReasonNothingSent, v.AsSent.Code)
	v = Judge(leaf, nil, testpki.At())
	assert.Equal(t, ReasonNoRing, v.Trusted.Code)
	garbage, err := Parse([]byte("no certificate"))
	require.Error(t, err)
	v = Judge([]*Certificate{garbage}, ringOf(SystemSSL, parsed(t, p.root)...), testpki.At())
	assert.Equal(t, Unknown, v.AsSent.Value)
	assert.Equal(t, ReasonUnparseable, v.AsSent.Code)
}

// stdVerify is the independent word of crypto/x509 on what was sent.
func stdVerify(sent []*Certificate, ring *Ring, at time.Time) error {
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	for _, a := range ring.Anchors() {
		c, err := x509.ParseCertificate(a.Raw)
		if err != nil {
			continue
		}
		roots.AddCert(c)
	}
	for _, s := range sent[1:] {
		if c, err := x509.ParseCertificate(s.Raw); err == nil {
			between.AddCert(c)
		}
	}
	leaf, err := x509.ParseCertificate(sent[0].Raw)
	if err != nil {
		return err
	}
	_, err = leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: at})
	return err
}

func TestJudgeSignatures(t *testing.T) {
	key := testpki.ECKey(t)
	root := testpki.Root(t, "Root", key)
	leaf := root.Leaf(t, "host.example", nil)
	// the same name and the same key identifier with another key is a forgery; without identifiers, a renewed key
	id := func(c *x509.Certificate) { c.SubjectKeyId = root.Cert.SubjectKeyId }
	forged := testpki.Root(t, "Root", nil, id)
	v := Judge(parsed(t, leaf), ringOf(SystemSSL, parsed(t, forged)...), testpki.At())
	assert.Equal(t, ReasonBadSignature, v.Trusted.Code)
	renewed := testpki.Root(t, "Root", nil)
	v = Judge(parsed(t, leaf), ringOf(SystemSSL, parsed(t, renewed)...), testpki.At())
	assert.Equal(t, ReasonNoAnchor, v.Trusted.Code)
	assert.Contains(t, v.Trusted.Detail, "with another key")
	// the old and the new certificate of one key are worth the same
	again := testpki.Root(t, "Root", key)
	v = Judge(parsed(t, leaf), ringOf(SystemSSL, parsed(t, again)...), testpki.At())
	assert.Equal(t, Yes, v.Trusted.Value, v.Trusted.Detail)
}

func TestJudgeCrossSigned(t *testing.T) {
	a, b := testpki.Root(t, "Root A", nil), testpki.Root(t, "Root B", nil)
	key := testpki.ECKey(t)
	old := testpki.Valid(testpki.Start().Add(-48*time.Hour), testpki.Start().Add(-24*time.Hour))
	underA, underB := a.CA(t, "Cross", key), b.CA(t, "Cross", key)
	underAOld := a.CA(t, "Cross", key, old)
	aUnderB := b.CA(t, "Root A", a.Key)
	bUnderA := a.CA(t, "Root B", b.Key)
	leaf := underA.Leaf(t, "host.example", nil)
	cases := []struct {
		name string
		sent []*testpki.Node
		ring []*testpki.Node
		want Reason
	}{
		{"only the other root's", []*testpki.Node{leaf, underA}, []*testpki.Node{b}, ReasonNoAnchor},
		{"both crosses, root B", []*testpki.Node{leaf, underA, underB}, []*testpki.Node{b}, ""},
		{"root A crossed by B", []*testpki.Node{leaf, underA, aUnderB}, []*testpki.Node{b}, ""},
		{"expired alternative first", []*testpki.Node{leaf, underAOld, underA}, []*testpki.Node{a}, ""},
		{"only the expired one", []*testpki.Node{leaf, underAOld}, []*testpki.Node{a}, ReasonExpired},
		{"expired one, but another way to B", []*testpki.Node{leaf, underAOld, underB}, []*testpki.Node{a, b}, ""},
		{"a loop without an anchor", []*testpki.Node{leaf, underA, aUnderB, bUnderA}, []*testpki.Node{testpki.Root(t, "C", nil)}, ReasonNoAnchor},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			sent, anchors := parsed(t, tc.sent...), parsed(t, tc.ring...)
			for _, consumer := range []Consumer{SystemSSL, JSSE, Strict} {
				ring := ringOf(consumer, anchors...)
				v := Judge(sent, ring, testpki.At())
				assert.Equal(t, tc.want, v.AsSent.Code, "%s: %s", consumer, v.AsSent.Detail)
				assert.Equal(t, tc.want == "", stdVerify(sent, ring, testpki.At()) == nil)
			}
		})
	}
}

func TestJudgeDepthAndWork(t *testing.T) {
	root := testpki.Root(t, "Root", nil)
	chain := []*testpki.Node{root}
	for i := range maxDepth {
		chain = append(chain, chain[len(chain)-1].CA(t, "CA "+string(rune('a'+i)), nil))
	}
	leaf := chain[len(chain)-1].Leaf(t, "host.example", nil)
	sent := parsed(t, leaf)
	for i := len(chain) - 1; i > 0; i-- {
		sent = append(sent, parsed(t, chain[i])[0])
	}
	v := Judge(sent, ringOf(SystemSSL, parsed(t, root)...), testpki.At())
	assert.Equal(t, Unknown, v.Trusted.Value)
	assert.Equal(t, ReasonTooMuchWork, v.Trusted.Code)

	// layers of CAs where each of five signs each of the five below: 5^6 paths, none to the ring's root
	layer := []*testpki.Node{testpki.Root(t, "L0", nil)}
	var hostile []*Certificate
	for depth := range 6 {
		name, key := "L"+string(rune('1'+depth)), testpki.ECKey(t)
		var next []*testpki.Node
		for i := range 5 {
			above := layer[i%len(layer)]
			next = append(next, above.CA(t, name, key))
		}
		hostile = append(hostile, parsed(t, next...)...)
		layer = next
	}
	bottom := parsed(t, layer[0].Leaf(t, "host.example", nil))
	v = Judge(append(bottom, hostile...), ringOf(SystemSSL, parsed(t, root)...), testpki.At())
	assert.Equal(t, ReasonTooMuchWork, v.Trusted.Code, v.Trusted.Detail)
	assert.Equal(t, Unknown, v.Trusted.Value)
}

func TestJudgeClientPurpose(t *testing.T) {
	root := testpki.Root(t, "Root", nil)
	leaf := root.Leaf(t, "user", nil, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })
	for _, consumer := range []Consumer{SystemSSL, JSSE, Strict} {
		ring := ringOf(consumer, parsed(t, root)...)
		assert.Equal(t, Yes, JudgeFor(parsed(t, leaf), ring, testpki.At(), ClientAuth).Trusted.Value)
		assert.Equal(t, ReasonExtKeyUsage, Judge(parsed(t, leaf), ring, testpki.At()).Trusted.Code)
	}
}

func TestJudgeLeafOnTheRing(t *testing.T) {
	self := testpki.Root(t, "self.example", nil, func(c *x509.Certificate) {
		c.IsCA, c.KeyUsage = false, x509.KeyUsageDigitalSignature
		c.NotAfter = testpki.At().Add(-time.Hour)
	})
	sent := parsed(t, self)
	trusted := func(consumer Consumer, e Entry) *Ring {
		e.Certificate = sent[0]
		return &Ring{Name: "R", Consumer: consumer, Entries: []Entry{e}}
	}
	v := Judge(sent, trusted(JSSE, Entry{Trusted: Yes}), testpki.At())
	assert.Equal(t, Yes, v.Trusted.Value, "Java looks at nothing in a trusted leaf, not even its dates")
	v = Judge(sent, trusted(SystemSSL, Entry{Usage: UsageCertAuth}), testpki.At())
	assert.Equal(t, ReasonExpired, v.Trusted.Code)
	v = Judge(sent, trusted(SystemSSL, Entry{Usage: UsageSite}), testpki.At().Add(-48*time.Hour))
	assert.Equal(t, Yes, v.Trusted.Value, v.Trusted.Detail)
	v = Judge(sent, trusted(SystemSSL, Entry{}), testpki.At())
	assert.Equal(t, ReasonNoAnchor, v.Trusted.Code)
}
