package historytest

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// finding is one about a listener.
func finding(rule string, severity report.Severity, endpoint, detail string) report.Finding {
	return report.Finding{ID: rule, Severity: severity, Endpoint: endpoint, Title: rule, Detail: detail}
}

func finds(findings ...report.Finding) func(*report.Report) {
	return func(r *report.Report) { r.Findings = append(r.Findings, findings...) }
}

// changed makes a listener show something else.
func changed(i int) func(*report.Report) {
	return func(r *report.Report) { r.Endpoints[i].Protocols[3].Supported = scan.Yes }
}

// down makes a listener one of which nothing could be found out.
func down(i int) func(*report.Report) {
	return func(r *report.Report) {
		e := &r.Endpoints[i]
		e.State, e.Presented, e.Protocols = scan.StateFiltered, nil, nil
		e.Failure = &scan.Failure{Stage: "connect", Kind: "timeout", Message: "no answer"}
		e.Evidence = e.Evidence[:1]
		e.Evidence[0].Failure = e.Failure
	}
}

// quick is a run that asks less.
func quick(r *report.Report) {
	r.Run.Probes = "quick"
	r.Plans[0].Depth = "quick"
	for i := range r.Endpoints {
		for j := range r.Endpoints[i].Protocols {
			p := &r.Endpoints[i].Protocols[j]
			p.Enumeration = scan.EnumerationNone
			if p.Supported == scan.No {
				p.Supported, p.Refused = scan.Unknown, nil
			}
		}
	}
}

func (s *suite) listeners(t testing.TB) map[string]history.Listener {
	t.Helper()
	list, err := s.Listeners(t.Context(), Estate)
	require.NoError(t, err)
	out := map[string]history.Listener{}
	for _, l := range list {
		out[l.ID] = l
	}
	return out
}

func (s *suite) openFindings(t testing.TB) (out []string) {
	t.Helper()
	found, next, err := s.Findings(t.Context(), history.FindingQuery{Estate: Estate})
	require.NoError(t, err)
	require.Empty(t, next)
	for _, f := range found {
		out = append(out, f.ID+" "+f.Endpoint+" "+f.FirstRun+" "+f.LastRun)
	}
	return out
}

func testListeners(t *testing.T, s *suite) {
	ctx := t.Context()
	web := Listener(1)
	s.add(t, Report(0, 3))
	got := s.listeners(t)
	require.Len(t, got, 3)
	end := Begin().AddDate(1, 0, 1)
	at := func(n int) time.Time { return Night(n).Add(5 * time.Minute) }
	assert.Equal(t, history.Listener{Estate: Estate, ID: web, System: "SYS1", Listener: "web001", Role: report.RoleGeneric, Expect: report.ExpectTLS, State: scan.StateTLS,
		NotAfter: &end, FirstRun: "run-0000", Since: at(0), LastRun: "run-0000", Seen: at(0)}, got[web])

	s.add(t, Report(1, 3))
	s.add(t, Report(2, 3, quick))
	s.add(t, Report(3, 3, changed(1)))
	s.add(t, Report(4, 3, quick))
	s.add(t, Report(5, 3, changed(1), func(r *report.Report) { r.Endpoints[1].Role = report.RoleCAEWeb }))
	s.add(t, Report(6, 3, down(1)))
	s.add(t, Report(7, 1, func(r *report.Report) { r.Run.Scope.Declared = 3 }))
	spans, err := s.Spans(ctx, Estate, web)
	require.NoError(t, err)
	assert.Equal(t, []history.Span{
		{FirstRun: "run-0000", LastRun: "run-0002", From: at(0), To: at(2), State: scan.StateTLS, Runs: 3},
		{FirstRun: "run-0003", LastRun: "run-0005", From: at(3), To: at(5), State: scan.StateTLS, Runs: 3},
		{FirstRun: "run-0006", LastRun: "run-0006", From: at(6), To: at(6), State: scan.StateFiltered, Runs: 1},
	}, spans, "a run that asks less is no change")
	got = s.listeners(t)
	assert.Equal(t, report.RoleGeneric, got[web].Role, "as the last look has it")
	assert.Equal(t, &end, got[web].NotAfter, "what it last presented is the last that is known")
	assert.Equal(t, "run-0007", got[Listener(0)].LastRun)
	assert.Equal(t, "run-0000", got[Listener(0)].FirstRun)
	failures, err := s.Failures(ctx, Estate)
	require.NoError(t, err)
	assert.Equal(t, map[string]int{"connect/timeout": 1}, failures)
}

// A listener that the estate no longer has is gone, and its history is not; it may come back.
func testListenersLeave(t *testing.T, s *suite) {
	ctx := t.Context()
	web := Listener(1)
	s.add(t, Report(6, 3))
	s.add(t, Report(7, 1, func(r *report.Report) { r.Run.Scope.Declared = 3 }))
	require.Len(t, s.listeners(t), 3, "a run of a part of the estate says nothing of the rest")
	s.add(t, Report(8, 2))
	s.add(t, Report(9, 2))
	require.Len(t, s.listeners(t), 2)
	spans, err := s.Spans(ctx, Estate, Listener(2))
	require.NoError(t, err)
	require.Len(t, spans, 1)
	assert.Equal(t, "run-0006", spans[0].LastRun)
	s.add(t, Report(10, 3, func(r *report.Report) { // and it shows what it showed
		r.Endpoints[2] = Report(6, 3).Endpoints[2]
		r.Endpoints[2].Confirmed = &report.Confirmed{Run: "run-0006", Started: r.Run.Started, Finished: r.Run.Finished}
	}))
	all, err := s.Certificates(ctx, Estate)
	require.NoError(t, err)
	assert.True(t, slices.ContainsFunc(all, func(c history.Certificate) bool { return slices.Equal(c.Endpoints, []string{Listener(2)}) }))
	spans, err = s.Spans(ctx, Estate, Listener(2))
	require.NoError(t, err)
	require.Len(t, spans, 2)
	assert.Equal(t, "run-0010", spans[1].FirstRun)
	_, err = s.Spans(ctx, Estate, "SYS9/none")
	require.ErrorIs(t, err, history.ErrNotFound)

	// A run that was cut short says of nothing that it is gone; one that was skipped was not looked at.
	s.add(t, Report(11, 1, func(r *report.Report) { r.Run.Complete, r.Run.Scope.Declared, r.Run.Scope.Selected = false, 3, 3 }))
	s.add(t, Report(12, 3, func(r *report.Report) {
		r.Endpoints[1] = report.Endpoint{System: "SYS1", Listener: "web001", Role: report.RoleGeneric}
		r.Endpoints[1].ID, r.Endpoints[1].State = web, scan.StateSkipped
	}))
	got := s.listeners(t)
	require.Len(t, got, 3)
	assert.Equal(t, "run-0010", got[web].LastRun)
	assert.Equal(t, scan.StateTLS, got[web].State)
	whole(t, s)
}

func testFindings(t *testing.T, s *suite) {
	ctx := t.Context()
	web, other := Listener(1), Listener(2)
	suite := finding("SUITE-UNEXPECTED", report.High, web, "accepts C02F")
	soon := func(days string) report.Finding {
		return finding("CERT-EXPIRES-SOON", report.Medium, other, "ends in "+days+" days")
	}
	estate := finding("WAIVER-UNUSED", report.Low, "", "of nothing")
	s.add(t, Report(0, 3, finds(suite, soon("20"), estate)))
	s.add(t, Report(1, 3, quick, finds(soon("19"))))
	assert.Equal(t, []string{"SUITE-UNEXPECTED " + web + " run-0000 run-0000", "CERT-EXPIRES-SOON " + other + " run-0000 run-0001", "WAIVER-UNUSED  run-0000 run-0000"},
		s.openFindings(t), "what was not asked is not closed, and other days are no other finding")
	found, _, err := s.Findings(ctx, history.FindingQuery{Estate: Estate, Endpoint: other})
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.Equal(t, "ends in 19 days", found[0].Detail)
	assert.Equal(t, Night(0).Add(5*time.Minute), found[0].Opened)

	s.add(t, Report(2, 3, down(1), finds(finding("NOT-ASSESSED", report.Info, web, "filtered"), soon("18"))))
	got := s.listeners(t)[web]
	assert.Equal(t, 2, got.Findings)
	assert.Equal(t, report.High, *got.Worst)
	s.add(t, Report(3, 3, finds(soon("17"))))
	assert.Equal(t, []string{"CERT-EXPIRES-SOON " + other + " run-0000 run-0003"}, s.openFindings(t))
	s.add(t, Report(4, 3, finds(suite)))
	s.add(t, Report(5, 3, quick), report.Change{Kind: report.FindingClosed, Severity: report.Info, Endpoint: web, What: "SUITE-UNEXPECTED"})
	assert.Empty(t, s.openFindings(t), "the comparison of two runs has shown that it is closed")

	all, _, err := s.Findings(ctx, history.FindingQuery{Estate: Estate, Closed: true})
	require.NoError(t, err)
	require.Len(t, all, 5)
	assert.Equal(t, "run-0004", all[1].FirstRun, "one that opens again is another")
	require.NotNil(t, all[1].Closed)
	assert.Equal(t, Night(5).Add(5*time.Minute), *all[1].Closed)

	// Those of a listener that is gone are closed; those of one that is not in a narrow run are not.
	s.add(t, Report(6, 3, finds(suite, soon("9"), finding("RC4-LISTENER-OPEN", report.Critical, other, ""))))
	s.add(t, Report(7, 1, func(r *report.Report) { r.Run.Scope.Declared = 3 }))
	assert.Len(t, s.openFindings(t), 3)
	assert.True(t, s.listeners(t)[other].RC4)
	s.add(t, Report(8, 2, finds(suite)))
	assert.Equal(t, []string{"SUITE-UNEXPECTED " + web + " run-0006 run-0008"}, s.openFindings(t))
	waived := suite
	waived.Waived = &report.Waived{Reason: "ordered", Until: "2026-12-31"}
	s.add(t, Report(9, 2, finds(waived)))
	got = s.listeners(t)[web]
	assert.Equal(t, 0, got.Findings)
	assert.Nil(t, got.Worst)
	assert.Len(t, s.openFindings(t), 1)
}

func testFindingPages(t *testing.T, s *suite) {
	var list []report.Finding
	for i := range 30 {
		list = append(list, finding([]string{"SUITE-UNEXPECTED", "PORT-CLOSED", "CERT-EXPIRED"}[i%3], report.Severities()[i%5], Listener(i%4), string(rune('a'+i))))
	}
	s.add(t, Report(0, 4, finds(list...)))
	ask := func(q history.FindingQuery) (out []history.Finding) {
		for {
			some, next, err := s.Findings(t.Context(), q)
			require.NoError(t, err)
			out = append(out, some...)
			if next == "" {
				return out
			}
			q.After = next
		}
	}
	all := ask(history.FindingQuery{Estate: Estate})
	require.Len(t, all, 30)
	for i := range all[1:] {
		assert.LessOrEqual(t, all[i+1].Severity, all[i].Severity)
	}
	for limit := 1; limit < 12; limit++ {
		assert.Equal(t, all, ask(history.FindingQuery{Estate: Estate, Page: history.Page{Limit: limit}}))
	}
	assert.Len(t, ask(history.FindingQuery{Estate: Estate, Least: report.High, Page: history.Page{Limit: 5}}), 12)
	assert.Len(t, ask(history.FindingQuery{Estate: Estate, ID: "CERT-EXPIRED", Page: history.Page{Limit: 3}}), 10)
	assert.Len(t, ask(history.FindingQuery{Estate: Estate, Endpoint: Listener(0), Page: history.Page{Limit: 3}}), 8)
	assert.Empty(t, ask(history.FindingQuery{Estate: "testplex"}))
	_, _, err := s.Findings(t.Context(), history.FindingQuery{Estate: Estate, Page: history.Page{After: "999"}})
	require.ErrorIs(t, err, history.ErrNotFound)
}

func testChanges(t *testing.T, s *suite) {
	ctx := t.Context()
	s.add(t, Report(0, 2))
	first := report.Change{Kind: report.StateChanged, Severity: report.High, Endpoint: Listener(0), Old: "tls", New: "closed"}
	second := report.Change{Kind: report.RingAdded, Severity: report.Low, What: "agent-in"}
	s.add(t, Report(1, 2), first, second)
	s.add(t, Report(2, 2), first)
	ask := func(run, endpoint string, limit int) (out []string) {
		p := history.Page{Limit: limit}
		for {
			some, next, err := s.Changes(ctx, Estate, run, endpoint, p)
			require.NoError(t, err)
			for _, c := range some {
				out = append(out, c.Run+" "+c.Kind)
			}
			if next == "" {
				return out
			}
			p.After = next
		}
	}
	want := []string{"run-0002 state-changed", "run-0001 keyring-added", "run-0001 state-changed"}
	for limit := range 4 {
		assert.Equal(t, want, ask("", "", limit))
	}
	assert.Equal(t, want[1:], ask("run-0001", "", 1))
	assert.Equal(t, []string{want[0], want[2]}, ask("", Listener(0), 0))
	some, _, err := s.Changes(ctx, Estate, "run-0002", "", history.Page{})
	require.NoError(t, err)
	assert.Equal(t, []history.Change{{Run: "run-0002", At: Night(2).Add(5 * time.Minute), Change: first}}, some)
}

func testCertificates(t *testing.T, s *suite) {
	ctx := t.Context()
	rings := func(r *report.Report) {
		anchor := AddCertificate(r, "CN=Anchor", Night(900))
		r.Keyrings = []report.Keyring{{Name: "agent-in", Anchors: []string{anchor}, Personal: []string{r.Endpoints[0].Presented[0].Leaf}},
			{Name: "empty", Anchors: []string{}, Personal: []string{"unknown"}}}
		r.Endpoints[0].Chains = []report.ChainVerdict{{Leaf: r.Endpoints[0].Presented[0].Leaf, Keyring: "agent-in", Path: []string{r.Endpoints[0].Presented[0].Leaf, anchor}}}
	}
	s.add(t, Report(0, 3, rings))
	subjects := func() (out []string) {
		all, err := s.Certificates(ctx, Estate)
		require.NoError(t, err)
		for _, c := range all {
			out = append(out, c.Subject)
		}
		return out
	}
	all, err := s.Certificates(ctx, Estate)
	require.NoError(t, err)
	require.Len(t, all, 5)
	assert.Equal(t, []string{"CN=web000.example.com", "CN=web001.example.com", "CN=web002.example.com", "CN=Anchor", "CN=Root"}, subjects())
	assert.Equal(t, []string{Listener(0)}, all[0].Endpoints)
	assert.Equal(t, []string{"agent-in"}, all[0].Keyrings)
	assert.Equal(t, []byte("CN=web000.example.com"), all[0].DER)
	assert.Empty(t, all[3].Endpoints)
	assert.Equal(t, []string{Listener(0), Listener(1), Listener(2)}, all[4].Chains)

	renewed := func(r *report.Report) {
		leaf := AddCertificate(r, "CN=web001.example.com, renewed", Night(700))
		r.Endpoints[1].Presented[0].Leaf, r.Endpoints[1].Presented[0].Sent[0] = leaf, leaf
	}
	s.add(t, Report(1, 3, renewed, down(2)))
	assert.Equal(t, []string{"CN=web000.example.com", "CN=web002.example.com", "CN=web001.example.com, renewed", "CN=Root"}, subjects(),
		"the ring is gone; what could not be looked at is as it was last seen")
	s.add(t, Report(2, 2, renewed))
	assert.Equal(t, []string{"CN=web000.example.com", "CN=web001.example.com, renewed", "CN=Root"}, subjects())
}

func testShown(t *testing.T, s *suite) {
	ctx := t.Context()
	cut := func(r *report.Report) { // a certificate that only an answer held
		r.Endpoints[2].Evidence[0].Cut = []scan.CutCertificate{{SHA256: AddCertificate(r, "CN=Other", Night(900))}}
	}
	first, second := Report(0, 3, cut), Report(1, 2, func(r *report.Report) { r.Run.Scope.Declared = 3 })
	s.add(t, first)
	s.add(t, second)
	got, err := s.Shown(ctx, Estate, []string{Listener(0), Listener(2), "SYS9/none"})
	require.NoError(t, err)
	require.Len(t, got, 2)
	for id, want := range map[string]*report.Report{Listener(0): second, Listener(2): first} {
		shown := got[id]
		assert.Equal(t, want.Run.ID, shown.Run)
		for _, e := range want.Endpoints {
			if e.ID == id {
				assert.Equal(t, e, shown.Endpoint)
				assert.Len(t, shown.Certificates, 2+len(e.Evidence[0].Cut))
				assert.Equal(t, e.Presented[0].Leaf, shown.Certificates[0].SHA256)
				assert.NotEmpty(t, shown.Certificates[0].DER)
			}
		}
	}

	// A run that saw the same shows the look of the one before.
	confirmed := Report(2, 3, func(r *report.Report) {
		for i := range r.Endpoints {
			e := first.Endpoints[i]
			e.Confirmed = &report.Confirmed{Run: "run-0000", Started: r.Run.Started, Finished: r.Run.Finished}
			r.Endpoints[i] = e
		}
	})
	s.add(t, confirmed)
	got, err = s.Shown(ctx, Estate, []string{Listener(2)})
	require.NoError(t, err)
	assert.Equal(t, "run-0000", got[Listener(2)].Run)
	assert.Equal(t, first.Endpoints[2], got[Listener(2)].Endpoint)
	assert.Equal(t, "run-0002", s.listeners(t)[Listener(2)].LastRun)
	got, err = s.Shown(ctx, "testplex", []string{Listener(2)})
	require.NoError(t, err)
	assert.Empty(t, got)
	got, err = s.Shown(ctx, Estate, nil)
	require.NoError(t, err)
	assert.Empty(t, got)
}

func testTrend(t *testing.T, s *suite) {
	ctx := t.Context()
	s.add(t, Report(0, 1, finds(finding("PORT-CLOSED", report.High, Listener(0), ""))))
	missed := run(1)
	missed.State, missed.Started = history.Missed, Night(3)
	require.NoError(t, s.Begin(ctx, missed))
	s.add(t, Report(2, 1, func(r *report.Report) { r.Run.Scope.Declared = 3 }))
	failed, byHand := run(4), run(5)
	for _, r := range []*history.Run{&failed, &byHand} {
		r.State, r.Started = history.Running, Night(4)
		if r == &byHand {
			r.Schedule, r.Due = "", nil
		}
		require.NoError(t, s.Begin(ctx, *r))
		require.NoError(t, s.End(ctx, r.ID, history.Failed, "killed", Night(4)))
	}
	s.add(t, Report(3, 1, func(r *report.Report) { r.Summary.RC4ListenersOpen, r.Summary.Verdict = 2, report.Fail }))
	points, err := s.Trend(ctx, Estate, 10)
	require.NoError(t, err)
	at := 5 * time.Minute
	assert.Equal(t, []history.Point{
		{Run: "run-0000", At: Night(0).Add(at), State: history.Finished, BySeverity: map[string]int{"high": 1}, Verdict: report.Pass},
		{Run: "run-0001", At: Night(1), State: history.Missed},
		{Run: "run-0003", At: Night(3).Add(at), State: history.Finished, BySeverity: map[string]int{}, RC4Open: 2, Verdict: report.Fail},
		{Run: "run-0004", At: Night(4), State: history.Failed},
	}, points, "narrowed runs make no point; those that were due and came to nothing make a gap, but none that somebody began")
	points, err = s.Trend(ctx, Estate, 1)
	require.NoError(t, err)
	require.Len(t, points, 1)
	assert.Equal(t, "run-0004", points[0].Run)
}

func testWaivers(t *testing.T, s *suite) {
	ctx := t.Context()
	w := history.Waiver{Waiver: report.Waiver{Finding: "CERT-EXPIRES-SOON", Listener: "SYSA/*", Until: "2026-12-31", Reason: "ordered", Ticket: "CHG1"}, By: "ops", Made: Night(0)}
	id, err := s.AddWaiver(ctx, Estate, w)
	require.NoError(t, err)
	next, err := s.AddWaiver(ctx, Estate, w)
	require.NoError(t, err)
	assert.Greater(t, next, id)
	require.ErrorIs(t, s.ExpireWaiver(ctx, "testplex", id, "eve", Night(1)), history.ErrNotFound, "it is another estate's")
	require.NoError(t, s.ExpireWaiver(ctx, Estate, id, "aud", Night(1)))
	require.ErrorIs(t, s.ExpireWaiver(ctx, Estate, id, "eve", Night(2)), history.ErrNotFound, "it has ended")
	got, err := s.Waivers(ctx, Estate)
	require.NoError(t, err)
	second, first := w, w
	end := Night(1)
	second.ID, first.ID, first.Expired, first.ExpiredBy = next, id, &end, "aud"
	assert.Equal(t, []history.Waiver{second, first}, got)
	got, err = s.Waivers(ctx, "testplex")
	require.NoError(t, err)
	assert.Empty(t, got)
}
