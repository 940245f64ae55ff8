package assess_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/report"
)

// sharing judges the world's endpoint and a second one that serves the same, both changed as told.
func sharing(w *world, change func(a, b *report.Endpoint, xa, xb *report.Expectation)) []report.Finding {
	w.t.Helper()
	a, b := w.endpoint, w.endpoint
	b.ID, b.System = "SYSB/agent-tls", "SYSB"
	xa, xb := *w.expect, *w.expect
	xb.Endpoint, xb.System = b.ID, "SYSB"
	change(&a, &b, &xa, &xb)
	in := assess.Input{Rings: w.rings, At: w.at, Expectations: []report.Expectation{xa, xb}}
	in.Endpoints = assess.Join([]report.Endpoint{a, b}, in.Expectations, w.rings, w.at)
	findings, _ := assess.Judge(in)
	return findings
}

func TestKeyShared(t *testing.T) {
	w := newWorld(t)
	same := func(_, _ *report.Endpoint, _, _ *report.Expectation) {}
	found := sharing(w, same)
	require.Equal(t, []string{assess.KeyShared}, idsOf(found))
	assert.Equal(t, report.Info, found[0].Severity)
	assert.Empty(t, found[0].Endpoint)
	assert.Contains(t, found[0].Observed, "SYSA/agent-tls, SYSB/agent-tls")
	assert.Contains(t, found[0].Observed, w.leaf.SPKISHA256[:16])

	oneSystem := func(_, b *report.Endpoint, _, xb *report.Expectation) { b.System, xb.System = "SYSA", "SYSA" }
	assert.Empty(t, sharing(w, oneSystem), "two listeners of one system and one ring")
	found = sharing(w, func(a, b *report.Endpoint, xa, xb *report.Expectation) {
		oneSystem(a, b, xa, xb)
		xb.ServedBy = "copy"
		w.ring("copy", w.leaf.Raw, w.ca.DER, w.root.DER)
	})
	require.Equal(t, []string{assess.KeyShared}, idsOf(found), "two rings")

	other := w.issue(pki.Leaf{CommonName: "sysb", DNS: []string{"sysa.example.com"}})
	found = sharing(w, func(_, b *report.Endpoint, _, _ *report.Expectation) {
		b.Presented, b.Certificates = nil, nil
		second := *w
		second.endpoint = *b
		second.serve(other, w.parse(w.ca.DER))
		*b = second.endpoint
	})
	assert.NotContains(t, idsOf(found), assess.KeyShared, "a key for each")
}

// TestKeyRenewedWithoutANewKey: another certificate for the same key is worse than the same certificate twice.
func TestKeyRenewedWithoutANewKey(t *testing.T) {
	w := newWorld(t)
	renewed := *w.leaf
	renewed.SHA256 = "00" + w.leaf.SHA256[2:]
	found := sharing(w, func(_, b *report.Endpoint, _, _ *report.Expectation) {
		b.Presented, b.Certificates = nil, nil
		second := *w
		second.endpoint = *b
		second.present("sysa.example.com", &renewed, w.parse(w.ca.DER))
		*b = second.endpoint
	})
	for _, f := range found {
		if f.ID == assess.KeyShared {
			assert.Equal(t, report.Low, f.Severity)
			return
		}
	}
	t.Fatalf("no %s among %v", assess.KeyShared, idsOf(found))
}

// TestKeySharedWithoutAnEstate: names of one address are one system, and addresses of one name too.
func TestKeySharedWithoutAnEstate(t *testing.T) {
	for name, c := range map[string]struct {
		host, address string
		found         bool
	}{
		"another host":             {"b.example.com", "192.0.2.2", true},
		"another name of the host": {"b.example.com", "192.0.2.1", false},
		"another address of it":    {"a.example.com", "192.0.2.2", false},
	} {
		w := newWorld(t)
		a, b := w.endpoint, w.endpoint
		a.System, b.System, b.ID = "", "", "b"
		a.Target.Host, a.Target.Address = "a.example.com", "192.0.2.1"
		b.Target.Host, b.Target.Address = c.host, c.address
		findings, _ := assess.Judge(assess.Input{Endpoints: assess.Join([]report.Endpoint{a, b}, nil, nil, w.at), At: w.at})
		assert.Equal(t, c.found, len(findings) > 0 && findings[len(findings)-1].ID == assess.KeyShared, "%s: %v", name, idsOf(findings))
	}
}

func TestCertInternalName(t *testing.T) {
	w := newWorld(t)
	w.serve(w.issue(pki.Leaf{CommonName: "x", DNS: []string{"sysa.example.com", "*.corp", "sysa", "db.internal", "a.co.uk", "x.github.io"}, IPs: []netip.Addr{netip.MustParseAddr("10.1.2.3"), netip.MustParseAddr("192.88.0.1")}}), w.parse(w.ca.DER))
	assert.Empty(t, w.judge(), "the enterprise's own CA may certify them")
	w.rings["system"] = w.rings["clients"]
	w.expect.TrustedBy = append(w.expect.TrustedBy, "system")
	f := w.one(assess.CertInternalName)
	assert.Equal(t, report.Info, f.Severity)
	assert.Equal(t, "*.corp, sysa, db.internal, 10.1.2.3", f.Observed)
}
