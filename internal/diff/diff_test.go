package diff_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/diff"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

func TestNothingChanged(t *testing.T) {
	base := whole()
	drift := diff.Compare(base, changed(t, base, func(*report.Report) {}))
	assert.Empty(t, drift.Changes)
	assert.Empty(t, drift.NotCompared)
	assert.Equal(t, "1", drift.Baseline.RunID)
	assert.Empty(t, diff.Compare(&report.Report{}, &report.Report{}).Changes)
}

// mutation is a change of the report of whole, and what it is called.
type mutation struct {
	want   string
	change func(rep *report.Report, e *report.Endpoint)
}

func mutations() []mutation {
	const web, agent, first = "SYSA/web", "SYSA/agent", "SYSA/agent"
	finding := report.Finding{ID: assess.ProtocolUnexpected, Severity: report.High, Endpoint: web}
	return []mutation{
		{"listener-gone " + agent, func(rep *report.Report, _ *report.Endpoint) {
			rep.Endpoints = slices.DeleteFunc(rep.Endpoints, func(e report.Endpoint) bool { return e.ID == agent })
		}},
		{"listener-moved SYSA/web", func(_ *report.Report, e *report.Endpoint) { e.Target.Port++ }},
		{"state-changed SYSA/web", func(_ *report.Report, e *report.Endpoint) { e.State = scan.StateClosed }},
		{"version-added SYSA/web TLSv1.1", func(_ *report.Report, e *report.Endpoint) { e.Protocols[3].Supported = scan.Yes }},
		{"suite-gone SYSA/web TLSv1.2/C02F", func(_ *report.Report, e *report.Endpoint) {
			e.Protocols[4].CipherSuites = e.Protocols[4].CipherSuites[:1]
		}},
		{"group-gone SYSA/web TLSv1.3/x25519", func(_ *report.Report, e *report.Endpoint) { e.Groups[0].Supported = scan.No }},
		{"dh-changed SYSA/web TLSv1.2", func(_ *report.Report, e *report.Endpoint) { e.DH[0].Bits = 1024 }},
		{"preference-changed SYSA/web TLSv1.2", func(_ *report.Report, e *report.Endpoint) { e.Protocols[4].Preference = "client" }},
		{"order-changed SYSA/web TLSv1.2", func(_ *report.Report, e *report.Endpoint) { slices.Reverse(e.Protocols[4].CipherSuites) }},
		{"trust-changed SYSA/web r/RSA", func(_ *report.Report, e *report.Endpoint) { e.Chains[0].Trusted = certchain.No }},
		{"served-by-changed SYSA/web r", func(_ *report.Report, e *report.Endpoint) { e.ServedBy.Match = certchain.No }},
		{"client-auth-changed SYSA/web", func(_ *report.Report, e *report.Endpoint) {
			e.ClientAuth.Requested, e.ClientAuth.Required = scan.Yes, scan.Yes
		}},
		{"start-up-added SYSA/web clear", func(_ *report.Report, e *report.Endpoint) { e.StartUps[0].Accepted = scan.Yes }},
		{"chain-changed SYSA/web RSA", func(_ *report.Report, e *report.Endpoint) { e.Presented[0].Sent = e.Presented[0].Sent[:1] }},
		{"finding-opened SYSA/web PROTOCOL-UNEXPECTED", func(rep *report.Report, _ *report.Endpoint) { rep.Findings = append(rep.Findings, finding) }},
		{"expectation-changed SYSA/web min_days_left", func(rep *report.Report, _ *report.Endpoint) {
			i := slices.IndexFunc(rep.Expectations, func(x report.Expectation) bool { return x.Endpoint == web })
			rep.Expectations[i].MinDaysLeft++
		}},
		{"keyring-anchor-gone r", func(rep *report.Report, _ *report.Endpoint) { rep.Keyrings[0].Anchors = nil }},
		{"keyring-personal-added r", func(rep *report.Report, _ *report.Endpoint) { rep.Keyrings[0].Personal = []string{"x"} }},
		{"keyring-changed r/consumer", func(rep *report.Report, _ *report.Endpoint) { rep.Keyrings[0].Consumer = "jsse" }},
		{"keyring-gone r", func(rep *report.Report, _ *report.Endpoint) { rep.Keyrings = nil }},
		{"policy-rule-changed " + first + " vantage", func(rep *report.Report, _ *report.Endpoint) { rep.Expectations[0].Policy.Matches[0].Rule = "" }},
		{"policy-clear-text-changed " + first + " vantage", func(rep *report.Report, _ *report.Endpoint) {
			rep.Expectations[0].Policy.Matches[0].ClearText = scan.Yes
		}},
		{"policy-setting-changed " + first + " FIPS140", func(rep *report.Report, _ *report.Endpoint) { rep.Expectations[0].Policy.Settings[0].Value = "On" }},
		{"policy-installed-changed SYSA/TTLS", func(rep *report.Report, _ *report.Endpoint) { rep.Stacks[0].TTLS = scan.No }},
		{"query-monitor-changed SYSA/server/tls_port", func(rep *report.Report, _ *report.Endpoint) { rep.QueryMonitor[0].Server.TLSPort = nil }},
		{"profile-failed SYSA/web p/i", func(rep *report.Report, _ *report.Endpoint) { rep.Profiles[0].Results[0].Outcome = report.OutcomeFail }},
	}
}

// Each change is found, and nothing else; and the other way round it is its opposite.
func TestEachChange(t *testing.T) {
	base := whole()
	for _, c := range mutations() {
		now := changed(t, base, func(rep *report.Report) { c.change(rep, at(t, rep, "SYSA/web")) })
		there, back := diff.Compare(base, now), diff.Compare(now, base)
		assert.Equal(t, []string{c.want}, words(there.Changes))
		requireOpposite(t, there, back)
		for _, x := range slices.Concat(there.Changes, back.Changes) {
			assert.NotZero(t, x.Severity, "%+v", x)
		}
	}
}

// Whatever changed on either side, what is found is the opposite the other way round, and a report is the same as itself.
func TestAnyChanges(t *testing.T) {
	all := slices.DeleteFunc(mutations(), func(m mutation) bool { return m.want == "keyring-gone r" }) // others change what is on it
	random := rand.New(rand.NewPCG(1, 2))
	some := func() *report.Report {
		return changed(t, whole(), func(rep *report.Report) {
			for range random.IntN(8) {
				all[random.IntN(len(all))].change(rep, at(t, rep, "SYSA/web"))
			}
		})
	}
	for range 100 {
		a, b := some(), some()
		requireOpposite(t, diff.Compare(a, b), diff.Compare(b, a))
		assert.Empty(t, diff.Compare(a, a).Changes)
		assert.Len(t, diff.Compare(b, a).NotCompared, len(diff.Compare(a, b).NotCompared))
	}
}

// requireOpposite holds the changes of two reports against those the other way round.
func requireOpposite(t *testing.T, there, back *report.Drift) {
	t.Helper()
	opposite := map[string]string{}
	for _, k := range report.ChangeKinds() {
		opposite[k.Name] = k.Opposite
	}
	turned := []string{}
	for _, c := range there.Changes {
		require.NotEmpty(t, opposite[c.Kind], c.Kind)
		turned = append(turned, opposite[c.Kind]+" "+c.What+": "+c.New+" <- "+c.Old)
	}
	have := []string{}
	for _, c := range back.Changes {
		have = append(have, c.Kind+" "+c.What+": "+c.Old+" <- "+c.New)
	}
	assert.ElementsMatch(t, turned, have)
}

// What does not count.
func TestNoDrift(t *testing.T) {
	base := whole()
	for name, change := range map[string]func(rep *report.Report, e *report.Endpoint){
		"reordered": func(rep *report.Report, e *report.Endpoint) {
			slices.Reverse(rep.Endpoints)
			slices.Reverse(rep.Expectations)
			slices.Reverse(rep.Findings)
			slices.Reverse(rep.Keyrings)
			slices.Reverse(rep.Certificates)
		},
		"vantage": func(rep *report.Report, _ *report.Endpoint) {
			rep.Run.Vantage = "elsewhere"
			for i := range rep.Endpoints {
				rep.Endpoints[i].Vantage, rep.Endpoints[i].Source = "elsewhere", "192.0.2.99"
			}
			for i := range rep.Expectations {
				rep.Expectations[i].Vantage = "elsewhere"
			}
		},
		"time": func(rep *report.Report, e *report.Endpoint) {
			rep.Run.JudgedAt = rep.Run.JudgedAt.AddDate(10, 0, 0)
			rep.Findings = append(rep.Findings, report.Finding{ID: assess.CertExpired, Severity: report.Critical, Endpoint: e.ID})
			for i := range e.Chains {
				e.Chains[i].Trusted, e.Chains[i].Code = certchain.No, string(certchain.ReasonExpired)
			}
		},
		"sources": func(rep *report.Report, e *report.Endpoint) {
			rep.Expectations[0].Sources = []report.Source{{Key: "k", From: "f"}}
		},
		"cost": func(_ *report.Report, e *report.Endpoint) { e.Cost.Connections++; e.Evidence = nil },
	} {
		now := changed(t, base, func(rep *report.Report) { change(rep, at(t, rep, "SYSA/web")) })
		assert.Empty(t, diff.Compare(base, now).Changes, name)
		assert.Empty(t, diff.Compare(now, base).Changes, name)
	}
}

// What one report leaves unknown is not drift, whichever of them it is.
func TestUnknown(t *testing.T) {
	base := whole()
	for name, forget := range map[string]func(rep *report.Report, e *report.Endpoint){
		"skipped": func(_ *report.Report, e *report.Endpoint) {
			id, target := e.ID, e.Target
			*e = report.Endpoint{}
			e.ID, e.Target, e.State, e.System, e.Listener = id, target, scan.StateSkipped, "SYSA", "web"
		},
		"filtered": func(_ *report.Report, e *report.Endpoint) { e.State = scan.StateFiltered },
		"touched": func(_ *report.Report, e *report.Endpoint) {
			e.State, e.Protocols, e.Presented = scan.StateOpen, nil, nil
		},
		"quick": func(_ *report.Report, e *report.Endpoint) {
			for i := range e.Protocols {
				e.Protocols[i].Supported, e.Protocols[i].CipherSuites = scan.Unknown, nil
			}
			e.Protocols[5].Supported, e.Protocols[5].Enumeration, e.Protocols[5].Preference = scan.Yes, scan.EnumerationPartial, ""
			e.Groups, e.ClientAuth = nil, nil
		},
		"certificates": func(_ *report.Report, e *report.Endpoint) { e.Presented, e.Chains, e.ServedBy = nil, nil, nil },
		"narrowed": func(rep *report.Report, _ *report.Endpoint) {
			rep.Run.Scope.Selected--
			rep.Endpoints = rep.Endpoints[:1]
			rep.Expectations, rep.Keyrings = rep.Expectations[:1], nil
		},
	} {
		now := changed(t, base, func(rep *report.Report) { forget(rep, at(t, rep, "SYSA/web")) })
		there, back := diff.Compare(base, now), diff.Compare(now, base)
		assert.Empty(t, there.Changes, name)
		assert.Empty(t, back.Changes, name)
		assert.NotEmpty(t, there.NotCompared, name)
		assert.Len(t, back.NotCompared, len(there.NotCompared), name)
		assert.Less(t, len(there.NotCompared), 12, name)
	}
}

// A finding whose rule did not exist, or had not the facts, was not seen: it has not opened.
func TestFindingThatCouldNotBeJudged(t *testing.T) {
	found := func(id string) func(rep *report.Report) {
		return func(rep *report.Report) {
			rep.Findings = append(rep.Findings, report.Finding{ID: id, Severity: report.High, Endpoint: "SYSA/web"})
		}
	}
	base := whole()
	for _, c := range []struct {
		id     string
		before func(e *report.Endpoint)
		opens  bool
	}{
		{assess.ProtocolInsecure, func(*report.Endpoint) {}, true},
		{assess.ProtocolInsecure, func(e *report.Endpoint) { e.Protocols[0].Supported = scan.Unknown }, false},
		{assess.SuiteInsecure, func(*report.Endpoint) {}, true},
		{assess.SuiteInsecure, func(e *report.Endpoint) { e.Protocols[4].Enumeration = scan.EnumerationPartial }, false},
		{assess.GroupUnexpected, func(*report.Endpoint) {}, true},
		{assess.GroupUnexpected, func(e *report.Endpoint) { e.Groups = nil }, false},
		{assess.PlaintextAccepted, func(*report.Endpoint) {}, true},
		{assess.PlaintextAccepted, func(e *report.Endpoint) { e.StartUps = nil }, false},
		{assess.CertWeakKey, func(*report.Endpoint) {}, true},
		{assess.CertWeakKey, func(e *report.Endpoint) { e.Presented = nil }, false},
		{assess.NotAssessed, func(*report.Endpoint) {}, false},
	} {
		before := changed(t, base, func(rep *report.Report) { c.before(at(t, rep, "SYSA/web")) })
		now := changed(t, base, func(rep *report.Report) {
			found(c.id)(rep)
			rep.Findings[len(rep.Findings)-1].Inconclusive = c.id == assess.NotAssessed
		})
		want := []string{}
		if c.opens {
			want = []string{"finding-opened SYSA/web " + c.id}
		}
		assert.Equal(t, want, words(diff.Compare(before, now).Changes), c.id)
	}
	older := changed(t, base, func(rep *report.Report) { rep.Rules = nil })
	assert.Empty(t, diff.Compare(older, changed(t, base, found(assess.ProtocolInsecure))).Changes, "the rule is new")

	low := changed(t, base, found(assess.ProtocolInsecure))
	waived := changed(t, low, func(rep *report.Report) {
		rep.Findings[len(rep.Findings)-1].Waived = &report.Waived{Until: "2027-01-01"}
	})
	assert.Equal(t, []string{"finding-waived SYSA/web PROTOCOL-INSECURE"}, words(diff.Compare(low, waived).Changes))
	assert.Equal(t, []string{"finding-unwaived SYSA/web PROTOCOL-INSECURE"}, words(diff.Compare(waived, low).Changes))
	worse := changed(t, low, func(rep *report.Report) { rep.Findings[len(rep.Findings)-1].Severity = report.Critical })
	drift := diff.Compare(low, worse)
	assert.Equal(t, []string{"finding-severity-changed SYSA/web PROTOCOL-INSECURE"}, words(drift.Changes))
	assert.Equal(t, report.Critical, drift.Changes[0].Severity)
	assert.Equal(t, report.Info, diff.Compare(worse, low).Changes[0].Severity)
}

// A listener whose id changed with its ports is the same listener.
func TestMovedWithItsID(t *testing.T) {
	base := whole()
	moved := changed(t, base, func(rep *report.Report) {
		e := at(t, rep, "SYSA/web")
		e.ID, e.Target.Port = "SYSA/web:9443", 9443
		for i := range rep.Expectations {
			if rep.Expectations[i].Endpoint == "SYSA/web" {
				rep.Expectations[i].Endpoint = e.ID
			}
		}
	})
	assert.Equal(t, []string{"listener-moved SYSA/web:9443"}, words(diff.Compare(base, moved).Changes))
	assert.Equal(t, []string{"listener-moved SYSA/web"}, words(diff.Compare(moved, base).Changes))
}

func TestExpect(t *testing.T) {
	base := whole()
	now := changed(t, base, func(rep *report.Report) {
		at(t, rep, "SYSA/web").Protocols[4].CipherSuites = at(t, rep, "SYSA/web").Protocols[4].CipherSuites[:1]
		at(t, rep, "SYSA/agent").State = scan.StateClosed
	})
	drift := diff.Compare(base, now)
	require.Len(t, drift.Changes, 2)
	day := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		announced  []report.Announcement
		unexpected int
		unused     int
	}{
		{nil, 2, 0},
		{[]report.Announcement{{Kind: report.SuiteGone}}, 1, 0},
		{[]report.Announcement{{Kind: report.SuiteGone, Endpoint: "SYSA/*", What: "C02F"}, {Kind: report.StateChanged, What: "closed"}}, 0, 0},
		{[]report.Announcement{{Kind: report.SuiteGone, What: "TLSv1.2/*"}}, 1, 0},
		{[]report.Announcement{{Kind: report.SuiteGone, What: "TLS_ECDHE_*"}}, 1, 0},
		{[]report.Announcement{{Kind: report.SuiteGone, Endpoint: "SYSB/*"}, {Kind: report.SuiteAdded}, {Kind: report.SuiteGone, What: "C030"}}, 2, 3},
		{[]report.Announcement{{Kind: report.SuiteGone, Until: "2026-05-01"}}, 1, 0},
		{[]report.Announcement{{Kind: report.SuiteGone, Until: "2026-04-30"}}, 2, 1},
	} {
		again := diff.Compare(base, now)
		diff.Expect(again, c.announced, day)
		assert.Len(t, diff.Unexpected(again.Changes), c.unexpected, "%+v", c.announced)
		assert.Len(t, again.Unused, c.unused, "%+v", c.announced)
	}
}

// That a listener was confirmed, and when, is no change of it.
func TestConfirmedIsNoChange(t *testing.T) {
	before, now := whole(), whole()
	now.Run.ID, now.Endpoints[0].Confirmed = "2", &report.Confirmed{Run: "1", Started: began, Finished: began.Add(time.Second), Cost: scan.Cost{Connections: 9}}
	drift := diff.Compare(before, now)
	require.Empty(t, drift.Changes)
	require.Empty(t, drift.NotCompared)
}
