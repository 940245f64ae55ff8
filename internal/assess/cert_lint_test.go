package assess_test

import (
	"crypto/x509"
	"math/big"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// deep makes an endpoint one that was looked at with deep probes.
func (w *world) deep() {
	w.endpoint.Features = append(w.endpoint.Features, scan.Feature{Name: scan.FeatureHeartbleed, Answer: scan.No, Basis: "not negotiated"})
}

func TestCertLint(t *testing.T) {
	w := newWorld(t)
	w.serve(w.issue(pki.Leaf{CommonName: "x", DNS: []string{"sysa.example.com"}, Serial: new(big.Int).Lsh(big.NewInt(1), 200),
		Template: func(c *x509.Certificate) { c.KeyUsage |= x509.KeyUsageCertSign }}), w.parse(w.ca.DER)) // and is no CA
	assert.Empty(t, w.judge(), "only certificates of deep looks are judged")
	w.deep()
	f := w.one(assess.CertLint)
	assert.Equal(t, report.Info, f.Severity)
	assert.Equal(t, "e_ext_key_usage_cert_sign_without_ca (RFC 5280: 4.2.1.3 & 4.2.1.9), "+
		"e_key_usage_and_extended_key_usage_inconsistent (RFC 5280, Section 4.2.1.12), e_serial_number_longer_than_20_octets (RFC 5280: 4.1.2.2)", f.Observed, "one finding for all of them")
	assert.Equal(t, "a certificate in which the lints about RFCs find no error", f.Expected)
	assert.Equal(t, []string{"e2"}, f.Evidence)
}

// What the CA/Browser Forum demands is no measure for a CA of the enterprise's own, also where the machine trusts it.
func TestCertLintOfPublicCAs(t *testing.T) {
	domainValidated := func(c *x509.Certificate) { c.Policies = []x509.OID{oid(t, 2, 23, 140, 1, 2, 1)} }
	for name, c := range map[string]struct {
		template func(*x509.Certificate)
		machine  bool
		public   bool
	}{
		"a root of the machine's, and the policy of public CAs": {domainValidated, true, true},
		"a root of the machine's alone":                         {nil, true, false},
		"the policy alone":                                      {domainValidated, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.deep()
			w.serve(w.issue(pki.Leaf{CommonName: "agent", DNS: []string{"sysa.example.com"}, Template: c.template}), w.parse(w.ca.DER))
			if c.machine {
				w.rings["system"] = w.rings["clients"]
				w.expect.TrustedBy = append(w.expect.TrustedBy, "system")
			}
			if !c.public {
				assert.Empty(t, w.judge())
				return
			}
			f := w.one(assess.CertLint)
			assert.Contains(t, f.Expected, "the Baseline Requirements")
			assert.Contains(t, f.Observed, "(BRs: ")
		})
	}
}

func oid(t *testing.T, arcs ...uint64) x509.OID {
	out, err := x509.OIDFromInts(arcs)
	require.NoError(t, err)
	return out
}

// The finding names the release whose lints are linked.
func TestCertLintNamesTheRelease(t *testing.T) {
	text, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	mod, err := modfile.Parse("go.mod", text, nil)
	require.NoError(t, err)
	r, _ := assess.Lookup(assess.CertLint)
	for _, m := range mod.Require {
		if m.Mod.Path == "github.com/zmap/zlint/v3" {
			assert.Contains(t, r.References[2], "ZLint "+m.Mod.Version+" ")
			return
		}
	}
	assert.Fail(t, "go.mod does not have ZLint")
}
