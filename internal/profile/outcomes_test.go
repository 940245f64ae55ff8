package profile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

func TestInForce(t *testing.T) {
	const check = "{versions: {allowed: [TLSv1.3]}}"
	for day, want := range map[string]report.Outcome{"2026-06-01": fail, "2026-06-02": notYet} {
		p := one(t, check, "in_force: "+day+",")
		got, findings := profile.Judge([]report.Profile{p}, profile.Input{Endpoints: []report.Endpoint{*speaks(modern)}, At: now})
		assert.Equal(t, want, got[0].Results[0].Outcome, day)
		assert.Len(t, findings, map[bool]int{true: 1}[want == fail], day)
	}
	kept := judged(t, one(t, "{versions: {required: [TLSv1.3]}}", "in_force: 2030-01-01,"), in(speaks(modern)))
	assert.Equal(t, pass, kept.Outcome, "what is met is met, also before its day")
	unknown := version(speaks(modern), cipher.TLSv10, func(p *scan.Protocol) { p.Supported = scan.Unknown })
	assert.Equal(t, open, judged(t, one(t, "{versions: {forbidden: [TLSv1.0]}}", "in_force: 2030-01-01,"), in(unknown)).Outcome)
}

// TestSystemSSL: what System SSL of the release cannot do is not asked of it, and the result says so.
func TestSystemSSL(t *testing.T) {
	zos := func(release, role string) profile.Input {
		return inWith(speaks(modern, 0x1302), report.Expectation{Expect: report.ExpectTLS, ZOSRelease: release, Role: role})
	}
	no13 := func(release string) profile.Input {
		e := version(speaks(modern), cipher.TLSv13, func(p *scan.Protocol) { p.Supported = scan.No })
		return inWith(e, report.Expectation{Expect: report.ExpectTLS, ZOSRelease: release, Role: report.RoleCAEAgent})
	}
	for _, r := range []row{
		{"a suite that it lacks", "{suites: {required: [CCA8]}}", zos("3.1", report.RoleCAEAgent), notAbout, "cannot be met there: CCA8"},
		{"beside one that it has", "{suites: {required: [CCA8, C030]}}", zos("3.1", report.RoleCAEAgent), pass, "not asked: System SSL of z/OS 3.1 has none of it"},
		{"the CAE server is Java", "{suites: {required: [CCA8]}}", zos("3.1", report.RoleCAEServerTLS), fail, "missing: CCA8"},
		{"a group that it lacks", "{groups: {versions: [TLSv1.3], any_of: [class:ml-kem, class:hybrid]}}", zos("3.2", report.RoleGeneric), notAbout, "cannot be met there: ml-kem, hybrid"},
		{"TLS 1.3 before 2.4", "{versions: {required: [TLSv1.2, TLSv1.3]}}", no13("2.3"), pass, "TLSv1.3 not asked"},
		{"TLS 1.3 since 2.4", "{versions: {required: [TLSv1.2, TLSv1.3]}}", no13("2.4"), fail, "missing: TLSv1.3"},
		{"TLS 1.3 where the release is not known", "{versions: {required: [TLSv1.3]}}", no13(""), fail, "missing: TLSv1.3"},
		{"what is allowed stays", "{versions: {allowed: [TLSv1.3]}}", no13("2.3"), fail, "TLSv1.2"},
	} {
		r.run(t)
	}
	p := one(t, "{versions: {required: [TLSv1.2]}}", "applies: [zos],")
	assert.Equal(t, notAbout, judged(t, p, in(speaks(modern))).Outcome)
	assert.Equal(t, pass, judged(t, p, zos("3.1", report.RoleGeneric)).Outcome)
	assert.Equal(t, notAbout, judged(t, p, zos("3.1", report.RoleCAEWeb)).Outcome)
}

func TestApplies(t *testing.T) {
	telnet := speaks(modern)
	telnet.Target.StartTLS = "tn3270"
	p := one(t, "{versions: {required: [TLSv1.2]}}", "applies: [tn3270],")
	assert.Equal(t, pass, judged(t, p, in(telnet)).Outcome)
	assert.Equal(t, notAbout, judged(t, p, in(speaks(modern))).Outcome)
	qm := one(t, "{versions: {required: [TLSv1.2]}}", "applies: query-monitor,")
	assert.Equal(t, notAbout, judged(t, qm, in(speaks(modern))).Outcome)
	assert.Equal(t, pass, judged(t, qm, inWith(speaks(modern), report.Expectation{Role: report.RoleCAEWeb})).Outcome)

	filtered := &report.Endpoint{Observation: scan.Observation{ID: "SYSA/a", State: scan.StateFiltered}}
	got := judged(t, one(t, "{versions: {required: [TLSv1.2]}}"), inWith(filtered, report.Expectation{Expect: report.ExpectTLS}))
	assert.Equal(t, open, got.Outcome, "it should speak TLS, and nobody knows")

	paper := one(t, "{manual: {reason: a matter of paper}}", "applies: organisation,")
	result := judged(t, paper, in(speaks(modern)))
	assert.Equal(t, report.ProfileResult{Item: "item", Outcome: open, Why: "a matter of paper"}, result)
}

// TestUnprovenWire: where the vantage takes another rule than the real peers, nothing of what it sees is theirs.
func TestUnprovenWire(t *testing.T) {
	other := report.Policy{Installs: true, SameRule: scan.No, Matches: []report.PolicyMatch{{From: report.FromVantage, Rule: "a"},
		{From: report.FromPeer, Address: "192.0.2.1", Rule: "b"}}}
	got := judged(t, one(t, "{versions: {required: [TLSv1.2]}}"), inWith(speaks(modern), report.Expectation{Expect: report.ExpectTLS, Policy: &other}))
	assert.Equal(t, open, got.Outcome)
	assert.Contains(t, got.Why, "192.0.2.1")
}

func TestFindings(t *testing.T) {
	p, err := profile.Parse("p.yaml", []byte(`profile: p
title: The baseline
edition: "2"
source: https://example.com/baseline
about: Some items.
items:
  - {id: a, clause: "3.1", title: TLS 1.3 alone, severity: critical, verified: no, note: read in a draft, check: {versions: {allowed: [TLSv1.3]}}}
  - {id: b, clause: "3.2", title: A size, severity: low, verified: yes, check: {key: {algorithms: [RSA]}}}
  - {id: c, clause: "3.3", title: A hint, severity: info, verified: yes, check: {preference: {of: server}}}
  - {id: d, clause: "3.4", title: Paper, severity: high, verified: yes, check: {manual: {reason: paper}}}
`))
	require.NoError(t, err)
	input := profile.Input{Endpoints: []report.Endpoint{*speaks(modern, 0xC02F), *speaks(modern, 0xC02F)}, At: now}
	input.Endpoints[1].ID = "SYSA/b"
	input.Expectations = []report.Expectation{{Endpoint: "SYSA/b", Profile: "p"}, {Endpoint: "SYSA/a", Profile: "q"}}
	got, findings := profile.Judge([]report.Profile{p}, input)
	require.Len(t, findings, 2, "one listener names the profile")
	failed, missing := findings[0], findings[1]
	assert.Equal(t, report.Finding{ID: assess.ProfileFailed, Severity: report.Critical, Endpoint: "SYSA/b", Item: "p/a", Expected: "p 3.1: TLS 1.3 alone",
		Observed: "supported and should not be: TLSv1.2", References: []string{"The baseline (2) 3.1: https://example.com/baseline"},
		Remediation: "Turn the versions that should not be supported off in the server's configuration, and those that are missing on.",
		Detail:      "item a of profile p: versions, no other than: TLSv1.3; the clause was not verified: read in a draft"}, failed)
	assert.Equal(t, assess.ProfileNotAssessed, missing.ID)
	assert.Contains(t, missing.Detail, "b: which certificate")
	assert.NotContains(t, missing.Detail, "paper", "what no scan can say holds up no run")
	assert.NotContains(t, missing.Detail, "c: ", "nor does a recommendation")
	require.Len(t, got[0].Results, 4)
	assert.Equal(t, []string{"SYSA/b"}, got[0].Results[0].Endpoints)

	p.Everywhere = true
	got, findings = profile.Judge([]report.Profile{p}, input)
	assert.Len(t, findings, 4)
	require.Len(t, got[0].Results, 4, "listeners that are alike are one result")
	assert.Equal(t, []string{"SYSA/a", "SYSA/b"}, got[0].Results[0].Endpoints)
}

// TestUnknownKind: a report of a later portseal may hold checks that this one does not know.
func TestUnknownKind(t *testing.T) {
	p := one(t, "{encrypted: {}}")
	p.Items[0].Check.Kind = "from-the-future"
	assert.Equal(t, open, judged(t, p, in(speaks(modern))).Outcome)
	assert.Contains(t, profile.Words(p.Items[0].Check), "does not know")
}

// What is not known of an item that is not in force yet makes no run incomplete; from that day on it does.
func TestUnknownBeforeItIsInForce(t *testing.T) {
	p := one(t, "{key: {min_bits: {RSA: 3072}}}")
	p.Items[0].InForce = "2030-01-01"
	for day, want := range map[string]int{"2029-12-31": 0, "2030-01-01": 1} {
		at, err := time.Parse(time.DateOnly, day)
		require.NoError(t, err)
		x := in(speaks(modern))
		x.At = at
		got, findings := profile.Judge([]report.Profile{p}, x)
		assert.Equal(t, open, got[0].Results[0].Outcome)
		assert.Len(t, findings, want, day)
	}
}
