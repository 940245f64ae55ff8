package profile_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// TestWiden: a profile narrows what a plan names, and asks for no more than its items need.
func TestWiden(t *testing.T) {
	prove := scan.Plan{Depth: scan.Prove}
	widen := func(plan scan.Plan, x *report.Expectation, checks ...string) scan.Plan {
		var all []report.Profile
		for _, c := range checks {
			all = append(all, one(t, c))
		}
		return profile.Widen(plan, x, all)
	}
	versions := widen(prove, nil, "{versions: {allowed: [TLSv1.2, TLSv1.3]}}")
	assert.Equal(t, []cipher.Version{cipher.TLSv12, cipher.TLSv13}, versions.Versions)
	assert.Nil(t, versions.Suites)
	assert.False(t, versions.Groups)
	said := widen(scan.Plan{Depth: scan.Prove, Versions: []cipher.Version{cipher.TLSv10}}, &report.Expectation{Versions: []cipher.Version{cipher.TLSv10}},
		"{versions: {allowed: [TLSv1.2]}}")
	assert.Equal(t, []cipher.Version{cipher.TLSv10}, said.Versions, "what the estate names stays named")

	suites := widen(scan.Plan{Depth: scan.Prove, Suites: []cipher.ID{0xC030, 0x009D, 0x1302}}, nil, "{suites: {versions: [TLSv1.2], allowed: [C030, C02F]}}")
	assert.Equal(t, []cipher.ID{0xC030, 0x1302}, suites.Suites, "of both, and what the check is not about")
	suites = widen(prove, nil, "{suites: {forbidden: [class:not-forward-secret]}}", "{suites: {versions: [TLSv1.2], allowed: [C030, 0035]}}")
	assert.Contains(t, suites.Suites, cipher.ID(0xC030))
	assert.NotContains(t, suites.Suites, cipher.ID(0x0035), "one profile forbids it")
	suites = widen(scan.Plan{Depth: scan.Prove, Suites: []cipher.ID{0x009D}}, nil, "{suites: {allowed: [C030]}}")
	assert.NotNil(t, suites.Suites, "nil would mean all")
	assert.Empty(t, suites.Suites)

	zos := &report.Expectation{ZOSRelease: "3.1"}
	assert.Equal(t, []cipher.ID{0xC030}, widen(prove, zos, "{suites: {required: [C030, CCA8]}}").Required, "System SSL has no CCA8")
	assert.True(t, widen(prove, nil, "{groups: {allowed: [x25519]}}").Groups)
	assert.Equal(t, scan.Standard, widen(prove, nil, "{inventory: {of: protocols}}").Depth)
	assert.Equal(t, scan.Prove, widen(prove, nil, "{inventory: {of: certificates}}").Depth)
	assert.Equal(t, scan.Hello, widen(scan.Plan{Depth: scan.Hello}, nil, "{inventory: {of: protocols}}").Depth, "an RC4 listener gets no more than one hello")
	assert.Equal(t, scan.Quick, widen(scan.Plan{Depth: scan.Quick}, nil, "{groups: {allowed: [x25519]}}").Depth)

	telnet := &report.Expectation{StartTLS: "tn3270"}
	assert.True(t, widen(prove, telnet, "{encrypted: {}}").StartUps)
	assert.False(t, widen(prove, nil, "{encrypted: {}}").StartUps)

	onlyTelnet := profile.Widen(prove, nil, []report.Profile{one(t, "{groups: {allowed: [x25519]}}", "applies: tn3270,")})
	assert.False(t, onlyTelnet.Groups, "it is not about this listener")
	dh := widen(scan.Plan{Depth: scan.Prove, Suites: []cipher.ID{0x009E}}, nil, "{dh: {min_bits: 2048}}")
	assert.Equal(t, scan.Standard, dh.Depth)
	dh = widen(scan.Plan{Depth: scan.Prove, Suites: []cipher.ID{0xC030}}, nil, "{dh: {min_bits: 2048}}")
	assert.Equal(t, scan.Prove, dh.Depth, "DHE is refused as a whole")
}

// TestMozillaStaysFrugal: the profile that most use proves, and enumerates no suites.
func TestMozillaStaysFrugal(t *testing.T) {
	p, err := profile.Named("mozilla-intermediate")
	require.NoError(t, err)
	plan := profile.Widen(scan.Plan{Depth: scan.Prove}, nil, []report.Profile{p})
	assert.Equal(t, scan.Prove, plan.Depth)
	assert.Equal(t, []cipher.Version{cipher.TLSv12, cipher.TLSv13}, plan.Versions)
	assert.True(t, plan.Groups)
	assert.Empty(t, plan.Required)
	assert.Contains(t, plan.Suites, cipher.ID(0xC02B))
	assert.NotContains(t, plan.Suites, cipher.ID(0xC013))
}
