package certchain

import (
	"fmt"
	"testing"

	"github.com/portseal/portseal/certchain/internal/testpki"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zmap/zcrypto/verifier"
	zx509 "github.com/zmap/zcrypto/x509"
)

// Our search must find the same paths as zcrypto's verifier, which works quite differently: on a graph of keys and names.
func TestSearchAgainstZcrypto(t *testing.T) {
	a, b := testpki.Root(t, "Root A", nil), testpki.Root(t, "Root B", nil)
	key := testpki.ECKey(t)
	crossA, crossB := a.CA(t, "Cross", key), b.CA(t, "Cross", key)
	aUnderB, bUnderA := b.CA(t, "Root A", a.Key), a.CA(t, "Root B", b.Key)
	middle := crossA.CA(t, "Middle", nil)
	leaf := middle.Leaf(t, "host.example", nil)
	between := []*testpki.Node{crossA, crossB, aUnderB, bUnderA, middle}
	for name, roots := range map[string][]*testpki.Node{"A": {a}, "B": {b}, "A and B": {a, b}, "neither": {testpki.Root(t, "C", nil)}} {
		t.Run(name, func(t *testing.T) {
			graph := verifier.NewGraph()
			for _, r := range roots {
				graph.AddRoot(zparse(t, r))
			}
			for _, n := range between {
				graph.AddCert(zparse(t, n))
			}
			want := map[string]bool{}
			for _, chain := range graph.WalkChains(zparse(t, leaf)) {
				// the graph goes on above a root; a path of ours ends at the first
				want[fingerprints(chain, roots)] = true
			}
			s := search{anchors: parsed(t, roots...), intermediates: parsed(t, between...), checked: &signatures{}}
			s.from(parsed(t, leaf)[0])
			got := map[string]bool{}
			for _, p := range s.paths {
				if p.anchored {
					text := ""
					for _, c := range p.certificates {
						text += c.SHA256[:8] + " "
					}
					got[text] = true
				}
			}
			for path := range got {
				assert.True(t, want[path], "%s: only ours", path)
			}
			for path := range want {
				assert.True(t, got[path], "%s: only zcrypto's", path)
			}
			assert.Equal(t, name != "neither", len(got) > 0)
		})
	}
}

func fingerprints(chain []*zx509.Certificate, roots []*testpki.Node) (text string) {
	for _, c := range chain {
		text += fmt.Sprintf("%x ", []byte(c.FingerprintSHA256)[:4])
		for _, r := range roots {
			if string(r.DER) == string(c.Raw) {
				return text
			}
		}
	}
	return text
}

func zparse(t *testing.T, n *testpki.Node) *zx509.Certificate {
	t.Helper()
	c, err := zx509.ParseCertificate(n.DER)
	require.NoError(t, err)
	return c
}
