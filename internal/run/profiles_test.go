package run_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/scan"
)

// intermediateSuites is ssl_ciphers as Mozilla's generator writes it for the intermediate configuration.
const intermediateSuites = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:" +
	"ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"

// judgedBy makes a frugal run of one listener by embedded profiles.
func judgedBy(t *testing.T, addr netip.AddrPort, names ...string) *report.Report {
	t.Helper()
	w := run.Work{Estate: "test",
		Targets:      []scan.Target{{ID: "SYSA/web", Host: "127.0.0.1", Address: addr.Addr(), Port: addr.Port(), Plan: scan.Plan{Depth: scan.Prove}}},
		Expectations: []report.Expectation{{Endpoint: "SYSA/web", System: "SYSA", Listener: "web", Role: report.RoleGeneric, Expect: report.ExpectTLS}}}
	require.NoError(t, w.UseProfiles(nil, named(t, names...)))
	rep, err := run.Do(context.Background(), w, settings(t))
	require.NoError(t, err)
	return rep
}

func named(t *testing.T, names ...string) []report.Profile {
	t.Helper()
	var out []report.Profile
	for _, n := range names {
		p, err := profile.Named(n)
		require.NoError(t, err)
		out = append(out, p)
	}
	return out
}

// outcomes are those of the items of a report's profile for its one endpoint.
func outcomes(rep *report.Report, id string) map[string]report.Outcome {
	out := map[string]report.Outcome{}
	for _, p := range rep.Profiles {
		for _, r := range p.Results {
			if p.ID == id {
				out[r.Item] = r.Outcome
			}
		}
	}
	return out
}

func nginx(t *testing.T, kind pki.KeyType, directives ...string) netip.AddrPort {
	t.Helper()
	return tlstest.Nginx(t, []*pki.Identity{tlstest.Localhost(t, kind)}, append(directives, "ssl_prefer_server_ciphers off;",
		"ssl_ecdh_curve X25519:prime256v1:secp384r1;")...).Addr
}

// TestMozillaIntermediate: a real server that is configured as Mozilla's generator says meets the profile, in a frugal run.
func TestMozillaIntermediate(t *testing.T) {
	addr := nginx(t, pki.RSA2048, "ssl_protocols TLSv1.2 TLSv1.3;", "ssl_ciphers "+intermediateSuites+";")
	rep := judgedBy(t, addr, "mozilla-intermediate")
	got := outcomes(rep, "mozilla-intermediate")
	for _, item := range []string{"versions", "suites", "suites-tls12", "groups", "groups-tls12", "certificate-key", "certificate-signature"} {
		assert.Equal(t, report.OutcomePass, got[item], item)
	}
	assert.Equal(t, report.OutcomeNotApplicable, got["dh-size"])
	assert.Equal(t, scan.EnumerationOutsideRefused, rep.Endpoints[0].Protocol(cipher.TLSv12).Enumeration, "it was proven, not enumerated")
	for _, f := range rep.Findings {
		longLived := strings.Contains(f.Expected, "lifespan") // the test's certificates are
		assert.True(t, f.Severity == report.Info || longLived, "%+v", f)
	}
	assert.Less(t, rep.Summary.Connections, 30)
}

// TestMozillaIntermediateFails: TLS 1.0 and a CBC suite are each a finding, with the exchanges that show them.
func TestMozillaIntermediateFails(t *testing.T) {
	addr := nginx(t, pki.RSA2048, "ssl_protocols TLSv1 TLSv1.2 TLSv1.3;", "ssl_ciphers "+intermediateSuites+":ECDHE-RSA-AES128-SHA:@SECLEVEL=0;")
	rep := judgedBy(t, addr, "mozilla-intermediate", "mozilla-old")
	got := outcomes(rep, "mozilla-intermediate")
	assert.Equal(t, report.OutcomeFail, got["versions"])
	assert.Equal(t, report.OutcomeFail, got["suites-tls12"])
	assert.Equal(t, report.OutcomePass, got["suites"])
	assert.Equal(t, report.OutcomePass, outcomes(rep, "mozilla-old")["versions"], "the old one lets TLS 1.0 be")
	assert.Equal(t, report.OutcomePass, outcomes(rep, "mozilla-old")["suites-tls12"])
	assert.Equal(t, report.Fail, rep.Summary.Verdict)
	for _, f := range rep.Findings {
		if f.ID == assess.ProfileFailed && strings.Contains(f.Expected, "tls_versions") {
			assert.Equal(t, report.High, f.Severity)
			assert.NotEmpty(t, f.Evidence)
			assert.NotEmpty(t, f.Remediation)
			return
		}
	}
	t.Fatal("no finding names the clause")
}

// TestRejudge: a stored report gives under another profile what the run would have given, from what it holds alone.
func TestRejudge(t *testing.T) {
	s := tlstest.Bad(t, badserver.TLS(good(t)))
	first := judgedBy(t, s.Addr(), "mozilla-modern")
	stored := roundTrip(t, first)
	again, err := run.Rejudge(stored, named(t, "mozilla-modern"))
	require.NoError(t, err)
	assert.Equal(t, first.Profiles[0].Results, again.Profiles[0].Results)
	assert.True(t, again.Profiles[0].Afterwards)
	assert.Equal(t, first.Findings, again.Findings)
	assert.Equal(t, first.Summary, again.Summary)
	assert.Equal(t, first.Digest, again.Run.RejudgedFrom)
	assert.Equal(t, first.Run.PreviousDigest, again.Run.PreviousDigest, "it was compared with the same report")
	require.NoError(t, evidence.Verify(again))

	other, err := run.Rejudge(stored, named(t, "mozilla-old"))
	require.NoError(t, err)
	require.Len(t, other.Profiles, 1)
	assert.Equal(t, report.OutcomePass, outcomes(other, "mozilla-old")["versions"])
	assert.Equal(t, "mozilla-modern", stored.Profiles[0].ID, "the report that was given stays as it is")
	for _, f := range other.Findings {
		assert.NotContains(t, f.Expected, "mozilla-modern")
	}

	none, err := run.Rejudge(stored, nil)
	require.NoError(t, err)
	assert.Empty(t, none.Profiles)
	assert.Equal(t, report.Pass, none.Summary.Verdict)
}

func roundTrip(t *testing.T, rep *report.Report) *report.Report {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, reportjson.Write(&b, rep))
	out := &report.Report{}
	require.NoError(t, json.Unmarshal(b.Bytes(), out))
	return out
}

func TestTwoProfilesOfOneName(t *testing.T) {
	p := named(t, "mozilla-modern")
	changed := p[0]
	changed.Edition = "mine"
	var w run.Work
	require.ErrorContains(t, w.UseProfiles([]report.Profile{changed}, p), `profile "mozilla-modern": two profiles of this name differ`)
	w = run.Work{}
	require.NoError(t, w.UseProfiles(p, p))
	require.Len(t, w.Profiles, 1)
	assert.True(t, w.Profiles[0].Everywhere)
}
