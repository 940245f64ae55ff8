package profile_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

var now = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// one is a profile of one item.
func one(t *testing.T, check string, more ...string) report.Profile {
	t.Helper()
	p, err := profile.Parse("test.yaml", fmt.Appendf(nil, `profile: test
title: Test
edition: "1"
source: https://example.com
about: One item.
items:
  - {id: item, clause: "1", title: An item, severity: high, verified: yes, %s check: %s}
`, strings.Join(more, " "), check))
	require.NoError(t, err)
	p.Everywhere = true
	return p
}

// judged is the one result of a check for an endpoint.
func judged(t *testing.T, p report.Profile, in profile.Input) report.ProfileResult {
	t.Helper()
	in.At = now
	profiles, _ := profile.Judge([]report.Profile{p}, in)
	require.Len(t, profiles[0].Results, 1)
	return profiles[0].Results[0]
}

// speaks is an endpoint that supports TLS 1.2 and 1.3 with these suites, enumerated in full, and no other version.
func speaks(suites ...cipher.ID) *report.Endpoint {
	e := &report.Endpoint{Observation: scan.Observation{ID: "SYSA/a", State: scan.StateTLS}}
	for _, v := range cipher.Versions() {
		p := scan.Protocol{Version: v, Supported: scan.No, Refused: &scan.Refusal{Count: 1, Basis: "alert"}}
		if v >= cipher.TLSv12 {
			p.Supported, p.Enumeration = scan.Yes, scan.EnumerationFull
			for _, s := range suites {
				if cipher.Describe(s).Usable(v) {
					p.CipherSuites = append(p.CipherSuites, scan.CipherSuite{Code: s, Name: cipher.Describe(s).Name})
				}
			}
		}
		e.Protocols = append(e.Protocols, p)
	}
	return e
}

// version changes one version of an endpoint.
func version(e *report.Endpoint, v cipher.Version, change func(p *scan.Protocol)) *report.Endpoint {
	for i := range e.Protocols {
		if e.Protocols[i].Version == v {
			change(&e.Protocols[i])
		}
	}
	return e
}

// proven makes a version's facts those of a plan that was proven: one suite chosen, and a hello with these refused.
func proven(t *testing.T, e *report.Endpoint, v cipher.Version, outside []cipher.ID) *report.Endpoint {
	t.Helper()
	sent, err := hello.New(v, outside, "", "").Marshal()
	require.NoError(t, err)
	e.Evidence = append(e.Evidence, scan.Exchange{ID: "e1", Sent: sent}, scan.Exchange{ID: "e2", SentAs: "e1"})
	return version(e, v, func(p *scan.Protocol) {
		p.Enumeration = scan.EnumerationOutsideRefused
		p.Refused = &scan.Refusal{Count: len(outside), Basis: "reset", Evidence: []string{"e2"}}
	})
}

func in(e *report.Endpoint) profile.Input { return profile.Input{Endpoints: []report.Endpoint{*e}} }

func inWith(e *report.Endpoint, x report.Expectation) profile.Input {
	x.Endpoint = e.ID
	return profile.Input{Endpoints: []report.Endpoint{*e}, Expectations: []report.Expectation{x}}
}

// except is every suite of a version but some.
func except(v cipher.Version, but ...cipher.ID) []cipher.ID {
	var out []cipher.ID
	for _, id := range cipher.Enumerable(v) {
		keep := true
		for _, b := range but {
			keep = keep && id != b
		}
		if keep {
			out = append(out, id)
		}
	}
	return out
}

type row struct {
	name, check string
	in          profile.Input
	want        report.Outcome
	why         string // a part of it
}

func (r row) run(t *testing.T) {
	t.Run(r.name, func(t *testing.T) {
		got := judged(t, one(t, r.check), r.in)
		assert.Equal(t, r.want, got.Outcome, got.Why)
		assert.Contains(t, got.Why, r.why)
		if r.why == "" {
			assert.Empty(t, got.Why)
		}
	})
}

const (
	pass, fail      = report.OutcomePass, report.OutcomeFail
	open, notAbout  = report.OutcomeNotAssessed, report.OutcomeNotApplicable
	notYet          = report.OutcomeNotInForce
	modern, weakest = cipher.ID(0xC030), cipher.ID(0x0005)
)

func TestVersions(t *testing.T) {
	unknown := func(v cipher.Version) *report.Endpoint {
		e := speaks(modern, 0x1302)
		e.NotTested = []scan.NotTested{{Question: "versions/" + v.String(), Why: "no answer within 5 s"}}
		return version(e, v, func(p *scan.Protocol) { p.Supported = scan.Unknown })
	}
	for _, r := range []row{
		{"allowed", "{versions: {allowed: [TLSv1.2, TLSv1.3]}}", in(speaks(modern)), pass, ""},
		{"allowed, another is there", "{versions: {allowed: [TLSv1.3]}}", in(speaks(modern)), fail, "supported and should not be: TLSv1.2"},
		{"allowed, another is unknown", "{versions: {allowed: [TLSv1.2, TLSv1.3]}}", in(unknown(cipher.TLSv10)), open, "TLSv1.0 (no answer within 5 s)"},
		{"forbidden", "{versions: {forbidden: [SSLv3]}}", in(unknown(cipher.TLSv10)), pass, ""},
		{"forbidden is unknown", "{versions: {forbidden: [TLSv1.0]}}", in(unknown(cipher.TLSv10)), open, "TLSv1.0"},
		{"required", "{versions: {required: [TLSv1.2, TLSv1.3]}}", in(speaks(modern)), pass, ""},
		{"required is missing", "{versions: {required: [TLSv1.1]}}", in(speaks(modern)), fail, "missing: TLSv1.1"},
		{"required is unknown", "{versions: {required: [TLSv1.3]}}", in(unknown(cipher.TLSv13)), open, "TLSv1.3"},
		{"any of", "{versions: {any_of: [TLSv1.0, TLSv1.2]}}", in(unknown(cipher.TLSv10)), pass, ""},
		{"a failure before what is not known", "{versions: {allowed: [TLSv1.3]}}", in(unknown(cipher.TLSv10)), fail, "TLSv1.2"},
		{"no TLS at all", "{versions: {required: [TLSv1.2]}}", in(&report.Endpoint{Observation: scan.Observation{ID: "a", State: scan.StateClosed}}), notAbout, "closed"},
	} {
		r.run(t)
	}
}

// TestSuites: an allowed set is met only where everything outside it is known to be refused.
func TestSuites(t *testing.T) {
	const allowed = "{suites: {versions: [TLSv1.2], allowed: [C030, C02F]}}"
	partial := func() *report.Endpoint {
		return version(speaks(modern), cipher.TLSv12, func(p *scan.Protocol) { p.Enumeration = scan.EnumerationPartial })
	}
	for _, r := range []row{
		{"allowed, all known", allowed, in(speaks(modern, 0x1302)), pass, ""},
		{"allowed, another is there", allowed, in(speaks(modern, weakest)), fail, "accepted and should not be: TLSv1.2 0005 TLS_RSA_WITH_RC4_128_SHA"},
		{"allowed, not all asked", allowed, in(partial()), open, "the scan did not ask for each of them alone"},
		{"allowed, outside refused", allowed, in(proven(t, speaks(modern), cipher.TLSv12, except(cipher.TLSv12, 0xC030, 0xC02F))), pass, ""},
		{"allowed, a larger set was proven", allowed, in(proven(t, speaks(modern), cipher.TLSv12, except(cipher.TLSv12, 0xC030, 0xC02F, 0x009D))), open, "009D"},
		{"allowed, a smaller set was proven", allowed, in(proven(t, speaks(modern), cipher.TLSv12, except(cipher.TLSv12, 0xC030))), pass, ""},
		{"forbidden by class", `{suites: {forbidden: [class:rc4, class:null]}}`, in(speaks(modern, weakest)), fail, "0005"},
		{"forbidden, refused", `{suites: {forbidden: ["class:not-forward-secret"]}}`,
			in(proven(t, speaks(modern, 0x1302), cipher.TLSv12, except(cipher.TLSv12, 0xC030, 0xC02F, 0xC02B))), pass, ""},
		{"forbidden, not all asked", `{suites: {forbidden: [class:cbc]}}`, in(partial()), open, "more"},
		{"combined classes", `{suites: {versions: [TLSv1.2], allowed: ["class:ecdhe&gcm&not-aes-128"]}}`, in(speaks(modern)), pass, ""},
		{"combined classes, another", `{suites: {versions: [TLSv1.2], allowed: ["class:ecdhe&gcm&not-aes-128"]}}`, in(speaks(0xC02F)), fail, "C02F"},
		{"required", "{suites: {required: [C030, 1302]}}", in(speaks(modern, 0x1302)), pass, ""},
		{"required is refused", "{suites: {required: [C02C]}}", in(speaks(modern)), fail, "missing: C02C"},
		{"required is unknown", "{suites: {required: [C02C]}}", in(partial()), open, "C02C"},
		{"any of", "{suites: {any_of: [C02C, class:gcm]}}", in(partial()), pass, ""},
		{"the version is not spoken", "{suites: {versions: [TLSv1.0], allowed: [C030]}}", in(speaks(modern)), notAbout, "none of the versions"},
		{"the version is unknown", "{suites: {versions: [TLSv1.1], allowed: [C030]}}",
			in(version(speaks(modern), cipher.TLSv11, func(p *scan.Protocol) { p.Supported = scan.Unknown })), open, "TLSv1.1"},
	} {
		r.run(t)
	}
}

// TestRefusalWithoutItsHello: a refusal whose hello is not in the report shows nothing.
func TestRefusalWithoutItsHello(t *testing.T) {
	e := proven(t, speaks(modern), cipher.TLSv12, except(cipher.TLSv12, 0xC030))
	e.Evidence = nil
	assert.Equal(t, open, judged(t, one(t, "{suites: {allowed: [C030, 1301, 1302, 1303, 1304, 1305]}}"), in(e)).Outcome)
	e = proven(t, speaks(modern), cipher.TLSv12, except(cipher.TLSv12, 0xC030))
	e.Evidence[0].Sent = []byte("no hello")
	assert.Equal(t, open, judged(t, one(t, "{suites: {versions: [TLSv1.2], allowed: [C030]}}"), in(e)).Outcome)
}

func TestGroups(t *testing.T) {
	with := func(e *report.Endpoint, v cipher.Version, yes ...cipher.Group) *report.Endpoint {
		for _, g := range cipher.Groups() {
			fact := scan.No
			for _, y := range yes {
				if y == g.Code {
					fact = scan.Yes
				}
			}
			e.Groups = append(e.Groups, scan.GroupFact{Version: v, Code: g.Code, Name: g.Name, Supported: fact})
		}
		return e
	}
	both := func(yes ...cipher.Group) *report.Endpoint {
		return with(with(speaks(modern, 0x1302), cipher.TLSv12, yes...), cipher.TLSv13, yes...)
	}
	const x25519, p256, p521, mlkem = 0x001D, 0x0017, 0x0019, 0x11EC
	for _, r := range []row{
		{"allowed", "{groups: {allowed: [x25519, secp256r1]}}", in(both(x25519, p256)), pass, ""},
		{"allowed, another is there", "{groups: {allowed: [x25519]}}", in(both(x25519, p521)), fail, "TLSv1.2 secp521r1"},
		{"not asked", "{groups: {allowed: [x25519]}}", in(speaks(modern, 0x1302)), open, "did not ask"},
		{"post-quantum is there", "{groups: {versions: [TLSv1.3], any_of: [class:hybrid, class:ml-kem]}}", in(both(mlkem)), pass, ""},
		{"post-quantum is missing", "{groups: {versions: [TLSv1.3], any_of: [class:hybrid, class:ml-kem]}}", in(both(x25519)), fail, "missing: hybrid or ml-kem"},
		{"no suite uses a group", "{groups: {versions: [TLSv1.2], allowed: [x25519]}}", in(speaks(0x009D)), notAbout, "no suite"},
		{"forbidden", "{groups: {forbidden: [class:finite-field, attls:0019]}}", in(both(x25519)), pass, ""},
	} {
		r.run(t)
	}
}

func TestDHAndPreference(t *testing.T) {
	dhe := func(bits int) *report.Endpoint {
		e := speaks(0x009E)
		e.DH = []scan.DHParameters{{Version: cipher.TLSv12, Bits: bits, Evidence: "e3"}}
		return e
	}
	order := func(whose string) *report.Endpoint {
		return version(speaks(modern, 0xC02F), cipher.TLSv12, func(p *scan.Protocol) { p.Preference = whose })
	}
	for _, r := range []row{
		{"DH", "{dh: {min_bits: 2048}}", in(dhe(2048)), pass, ""},
		{"DH, small", "{dh: {min_bits: 2048}}", in(dhe(1024)), fail, "TLSv1.2: a prime of 1024 bits"},
		{"DH, size not seen", "{dh: {min_bits: 2048}}", in(speaks(0x009E)), open, "with which prime"},
		{"no DHE", "{dh: {min_bits: 2048}}", in(speaks(modern)), notAbout, "no DHE suite"},
		{"order", "{preference: {of: server}}", in(order("server")), pass, ""},
		{"order, the other's", "{preference: {of: server}}", in(order("client")), fail, "the order of the client counts"},
		{"order, not asked", "{preference: {of: server}}", in(order("")), open, "TLSv1.2"},
		{"order, nothing to choose", "{preference: {of: server}}", in(speaks(modern)), notAbout, "fewer than two"},
	} {
		r.run(t)
	}
}

func TestListener(t *testing.T) {
	state := func(s scan.State) *report.Endpoint {
		return &report.Endpoint{Observation: scan.Observation{ID: "SYSA/a", State: s}}
	}
	telnet := func(clear scan.Fact) *report.Endpoint {
		e := speaks(modern)
		e.State, e.Target.StartTLS = scan.StateStartTLS, "tn3270"
		e.StartUps = []scan.StartUp{{Way: scan.WayClear, Accepted: clear, Basis: "the session went on without TLS"}}
		return e
	}
	asks := func(requested, required scan.Fact) *report.Endpoint {
		e := speaks(modern)
		e.ClientAuth = &scan.ClientAuth{Requested: requested, Required: required}
		return e
	}
	fips := func(value string) report.Expectation {
		return report.Expectation{Expect: report.ExpectTLS, Policy: &report.Policy{Installs: true,
			Settings: []report.PolicySetting{{Key: "FIPS140", Value: value, Statement: "TTLSGroupAction g"}}}}
	}
	rc4 := report.Expectation{Expect: report.ExpectLegacyRC4, Role: report.RoleCAEServerRC4}
	for _, r := range []row{
		{"encrypted", "{encrypted: {}}", in(speaks(modern)), pass, ""},
		{"closed", "{encrypted: {}}", inWith(state(scan.StateClosed), report.Expectation{Expect: report.ExpectTLS}), notAbout, "nothing listens"},
		{"filtered", "{encrypted: {}}", inWith(state(scan.StateFiltered), report.Expectation{Expect: report.ExpectTLS}), open, "filtered"},
		{"in clear", "{encrypted: {}}", inWith(state(scan.StateNonTLS), report.Expectation{Expect: report.ExpectTLS}), fail, "does not speak TLS"},
		{"TN3270 in TLS only", "{encrypted: {}}", in(telnet(scan.No)), pass, ""},
		{"TN3270 in clear too", "{encrypted: {}}", in(telnet(scan.Yes)), fail, "went on without TLS"},
		{"TN3270, not known", "{encrypted: {}}", in(telnet(scan.Unknown)), open, "clear text"},
		{"client certificate", "{client-auth: {want: [required]}}", in(asks(scan.Yes, scan.Yes)), pass, ""},
		{"client certificate, only requested", "{client-auth: {want: required}}", in(asks(scan.Yes, scan.No)), fail, "requested"},
		{"client certificate, not known", "{client-auth: {want: required}}", in(asks(scan.Yes, scan.Unknown)), open, "not known"},
		{"client certificate, either will do", "{client-auth: {want: [requested, required]}}", in(asks(scan.Yes, scan.Unknown)), pass, ""},
		{"policy", "{policy: {setting: FIPS140, any_of: [on, Level1]}}", inWith(speaks(modern), fips("On")), pass, ""},
		{"policy, another value", "{policy: {setting: FIPS140, any_of: [On]}}", inWith(speaks(modern), fips("Off")), fail, "FIPS140 Off (TTLSGroupAction g)"},
		{"no policy", "{policy: {setting: FIPS140, any_of: [On]}}", in(speaks(modern)), open, "no AT-TLS policy"},
		{"inventory of protocols", "{inventory: {of: protocols}}", in(speaks(modern)), pass, "the report lists"},
		{"inventory, proven only", "{inventory: {of: protocols}}", in(proven(t, speaks(modern), cipher.TLSv12, []cipher.ID{0x35})), open, "TLSv1.2"},
		{"inventory without certificates", "{inventory: {of: certificates}}", in(speaks(modern)), open, "which certificate"},
		{"manual", "{manual: {reason: a matter of paper}}", in(speaks(modern)), open, "a matter of paper"},
	} {
		r.run(t)
	}
	all := one(t, "{encrypted: {}}", "applies: [all],")
	assert.Contains(t, judged(t, all, inWith(state(scan.StateNonTLS), rc4)).Why, "the RC4 listener")
}
