package assess_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

func TestTrustMatrix(t *testing.T) {
	w := newWorld(t)
	w.ring("others", w.other.DER)
	w.expect.TrustedBy = []string{"clients", "missing"}
	w.expect.NotTrustedBy = []string{"others", "clients"}
	chains := w.input().Endpoints[0].Chains
	require.Len(t, chains, 3, "each ring once")
	var got []string
	for _, c := range chains {
		got = append(got, c.Keyring+" "+c.Trusted.String()+" "+c.TrustedAsSent.String())
		assert.NotEmpty(t, c.Reason, c.Keyring)
		assert.Equal(t, w.leaf.SHA256, c.Leaf)
	}
	assert.Equal(t, []string{"clients yes yes", "missing unknown unknown", "others no no"}, got)
	assert.Equal(t, []string{w.leaf.SHA256, w.parse(w.ca.DER).SHA256, w.parse(w.root.DER).SHA256}, chains[0].Path)

	w.expect = nil
	chains = w.input().Endpoints[0].Chains
	require.Len(t, chains, 3)
	assert.Equal(t, []string{"clients", "others", "server"}, []string{chains[0].Keyring, chains[1].Keyring, chains[2].Keyring})
}

func TestJoinLeavesItsArgumentsAlone(t *testing.T) {
	w := newWorld(t)
	given := []report.Endpoint{w.endpoint}
	joined := assess.Join(given, []report.Expectation{*w.expect}, w.rings, now)
	assert.Nil(t, given[0].Chains)
	assert.NotNil(t, joined[0].Chains)
	w.state(scan.StateClosed)
	joined = assess.Join([]report.Endpoint{w.endpoint}, []report.Expectation{*w.expect}, w.rings, now)
	assert.Nil(t, joined[0].Chains)
	assert.Nil(t, joined[0].ServedBy, "absent facts are absent")
}

func TestUntrustedChain(t *testing.T) {
	w := newWorld(t)
	w.ring("one@SYSA", w.other.DER)
	w.ring("one@SYSB", w.other.DER)
	w.expect.TrustedBy = []string{"one@SYSA", "clients", "one@SYSB"}
	f := w.one("CHAIN-UNTRUSTED")
	assert.Equal(t, "not trusted by one@SYSA, one@SYSB", f.Observed, "many rings without the same root are one difference")
	assert.Contains(t, f.Detail, "one@SYSB: ")
	assert.Equal(t, []string{"e2"}, f.Evidence)
}

func TestChainThatBreaksOff(t *testing.T) {
	w := newWorld(t)
	w.serve(w.leaf)
	f := w.one("CHAIN-UNTRUSTED")
	assert.Contains(t, f.Detail, "the listener did not send a certificate of the issuer CN=Intermediate")

	w.ring("clients", w.root.DER, w.ca.DER)
	f = w.one("CHAIN-INCOMPLETE")
	assert.Contains(t, f.Detail, "CN=Intermediate")

	w.rings["clients"].Consumer = certchain.SystemSSL
	assert.Empty(t, w.judge(), "an intermediate on the ring is an anchor of System SSL")
}

func TestUnexpectedlyTrusted(t *testing.T) {
	w := newWorld(t)
	w.ring("others", w.other.DER)
	w.expect.TrustedBy, w.expect.NotTrustedBy = nil, []string{"others"}
	assert.Empty(t, w.judge())
	w.expect.NotTrustedBy = []string{"others", "clients"}
	assert.Equal(t, `trusted by clients: ends at "CN=Root,O=portseal test" of ring clients`, w.one("CHAIN-TRUSTED-UNEXPECTED").Observed)
}

func TestUnknownTrustNeverPassesNorFails(t *testing.T) {
	for _, change := range []func(*world){
		func(w *world) { w.expect.TrustedBy = []string{"missing"} },
		func(w *world) { w.expect.NotTrustedBy = []string{"missing"} },
		func(w *world) { w.expect.ServedBy = "missing" },
	} {
		w := newWorld(t)
		change(w)
		assert.Contains(t, w.one("NOT-ASSESSED").Detail, "the ring was not read")
	}
	w := newWorld(t)
	in := w.input()
	in.Endpoints = []report.Endpoint{w.endpoint} // not joined
	findings, _ := assess.Judge(in)
	assert.Equal(t, []string{"NOT-ASSESSED", "NOT-ASSESSED"}, idsOf(findings))

	w.endpoint.Certificates = nil // a stored report whose certificates were not put back
	for _, f := range w.judge() {
		assert.Equal(t, "NOT-ASSESSED", f.ID)
	}
}

func TestExpiredRootOfTheRing(t *testing.T) {
	w := newWorld(t)
	w.root = w.newCA("Old Root", pki.WithValidity(now.AddDate(-1, 0, 0), now.Add(-time.Hour)))
	ca, err := w.root.Intermediate("Intermediate", pki.WithTime(now))
	require.NoError(t, err)
	w.ca = ca
	w.serve(w.issue(pki.Leaf{CommonName: "agent", DNS: []string{"sysa.example.com"}}), w.parse(ca.DER))
	w.ring("clients", w.root.DER)
	w.one("CHAIN-UNTRUSTED") // nobody else says that the ring's own certificate is over
}

func TestServedBy(t *testing.T) {
	w := newWorld(t)
	old := w.issue(pki.Leaf{CommonName: "agent", DNS: []string{"sysa.example.com"}})
	ring := w.ring("server", old.Raw, w.ca.DER, w.root.DER)
	ring.Entries[0].Label = "AGENT"
	f := w.one("RING-CERT-MISMATCH")
	assert.Equal(t, "the certificate with the label AGENT of ring server", f.Expected)
	assert.Contains(t, f.Observed, "CN=agent")

	ring = w.ring("server", old.Raw, w.leaf.Raw, w.root.DER)
	assert.Contains(t, w.one("NOT-ASSESSED").Detail, "which is its default")
	ring.Entries[1].Default = certchain.Yes
	w.one("RING-NO-LABEL") // served as the default says, which may move
	ring.Entries[0].Label, w.expect.Label = "OLD", "OLD"
	w.one("RING-CERT-MISMATCH")
}

func TestCAEServerWithoutLabelMayServeAnyOfItsCertificates(t *testing.T) {
	for role, want := range map[string]string{
		report.RoleCAEWeb: "RING-NO-LABEL", report.RoleCAEServerTLS: "RING-NO-LABEL", report.RoleCAEAgent: "NOT-ASSESSED",
	} {
		w := newWorld(t)
		w.expect.Role = role
		w.ring("server", w.issue(pki.Leaf{CommonName: "first"}).Raw, w.leaf.Raw, w.root.DER)
		w.one(want)
	}
}

func TestServedByWithTwoTypesOfKeys(t *testing.T) {
	w := newWorld(t)
	rsa := w.issue(pki.Leaf{CommonName: "rsa", DNS: []string{"sysa.example.com"}, KeyType: pki.RSA2048})
	w.present("sysa.example.com", rsa, w.parse(w.ca.DER))
	w.one("RING-CERT-MISMATCH") // the ring has only one of the two

	ring := w.ring("server", w.leaf.Raw, rsa.Raw)
	ring.Entries[0].Default = certchain.Yes
	w.one("RING-NO-LABEL")
}

func TestClientAuthentication(t *testing.T) {
	const y, n, u = scan.Yes, scan.No, scan.Unknown
	tests := []struct {
		expected            string
		requested, required scan.Fact
		want                string
	}{
		{"none", n, n, ""}, {"none", n, u, ""}, {"none", y, n, "CLIENT-AUTH-MISMATCH"}, {"none", y, u, "CLIENT-AUTH-MISMATCH"},
		{"none", u, u, "NOT-ASSESSED"}, {"none", u, n, "NOT-ASSESSED"}, {"none", u, y, "CLIENT-AUTH-MISMATCH"},
		{"requested", y, n, ""}, {"requested", y, y, "CLIENT-AUTH-MISMATCH"}, {"requested", n, n, "CLIENT-AUTH-MISMATCH"},
		{"requested", y, u, "NOT-ASSESSED"}, {"requested", u, u, "NOT-ASSESSED"},
		{"required", y, y, ""}, {"required", u, y, ""}, {"required", y, n, "CLIENT-AUTH-MISMATCH"}, {"required", n, u, "CLIENT-AUTH-MISMATCH"},
		{"required", y, u, "NOT-ASSESSED"}, {"required", u, u, "NOT-ASSESSED"},
		{"", y, y, ""},
	}
	for _, tt := range tests {
		t.Run(tt.expected+" "+tt.requested.String()+" "+tt.required.String(), func(t *testing.T) {
			w := newWorld(t)
			w.expect.ClientAuth = tt.expected
			w.endpoint.ClientAuth = &scan.ClientAuth{Requested: tt.requested, Required: tt.required, Evidence: []string{"e2"}}
			if tt.want == "" {
				assert.Empty(t, w.judge())
				return
			}
			w.one(tt.want)
		})
	}
	w := newWorld(t)
	w.endpoint.ClientAuth = nil
	w.one("NOT-ASSESSED")
}

func TestAuthoritiesAgainstTheServingRing(t *testing.T) {
	w := newWorld(t)
	w.expect.ClientAuth = "required"
	name := func(der []byte) []byte { return w.parse(der).RawSubject }
	w.endpoint.ClientAuth = &scan.ClientAuth{Requested: scan.Yes, Required: scan.Yes}
	assert.Empty(t, w.judge(), "no names: the client may choose")
	w.endpoint.ClientAuth.AuthoritiesDER = [][]byte{name(w.root.DER)}
	assert.Empty(t, w.judge())
	w.endpoint.ClientAuth.AuthoritiesDER = [][]byte{name(w.other.DER)}
	f := w.one("CLIENT-AUTH-MISMATCH")
	assert.Contains(t, f.Observed, "named, and no CA of the ring: CN=Other Root")
	assert.Contains(t, f.Observed, "on the ring, and not named: CN=Root")
}
