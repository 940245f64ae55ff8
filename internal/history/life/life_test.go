package life_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/internal/history/life"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// look is a run that looked at one endpoint and found something.
func look(state scan.State, probes string, edit ...func(*life.Look)) life.Look {
	e := &report.Endpoint{}
	e.ID, e.State = "SYSA/web", state
	rep := &report.Report{Rules: []string{"CERT-EXPIRED", "SUITE-UNEXPECTED", "VULN-X", "NOT-ASSESSED", "WAIVER-UNUSED", "CERT-REVOKED", "CERT-REVOCATION-UNKNOWN", "CERT-LINT", "VULN-TLS-POODLE", "PROFILE-FAILED", "PORT-CLOSED"}}
	rep.Run.Probes, rep.Endpoints = probes, []report.Endpoint{*e}
	l := life.Look{Report: rep, Looked: map[string]*report.Endpoint{e.ID: e}, Whole: true}
	for _, f := range edit {
		f(&l)
	}
	return l
}

func open(rule, probes string) life.Open {
	return life.Open{ID: 7, Probes: probes, Finding: report.Finding{ID: rule, Endpoint: "SYSA/web"}}
}

func TestClosing(t *testing.T) {
	chain := func(l *life.Look) { l.Looked["SYSA/web"].Presented = []scan.Presented{{Leaf: "x"}} }
	failing := func(l *life.Look) {
		l.Looked["SYSA/web"].Evidence = []scan.Exchange{{Failure: &scan.Failure{Stage: "connect", Kind: "timeout"}}}
	}
	expectClosed := func(l *life.Look) {
		l.Report.Expectations = []report.Expectation{{Endpoint: "SYSA/web", Expect: report.ExpectClosed}}
	}
	asked := func(answers ...scan.Fact) func(*life.Look) {
		return func(l *life.Look) {
			l.Looked["SYSA/web"].Presented, l.Report.Run.Revocation = []scan.Presented{{Leaf: "x", Sent: []string{"x", "ca", "root"}}}, true
			for i, answer := range answers {
				l.Report.Revocation = append(l.Report.Revocation, report.RevocationCheck{Certificate: []string{"x", "ca"}[i], Revoked: answer})
			}
		}
	}
	tested := func(vulnerable scan.Fact) func(*life.Look) {
		return func(l *life.Look) {
			l.Looked["SYSA/web"].Vulnerabilities = []report.Vulnerability{{ID: "VULN-TLS-POODLE", Finding: "VULN-TLS-POODLE", Vulnerable: vulnerable}}
		}
	}
	estate := open("WAIVER-UNUSED", "standard")
	estate.Finding.Endpoint = ""
	file := open("CERT-EXPIRED", "standard")
	file.Finding.Endpoint = ""
	item := open("PROFILE-FAILED", "standard")
	item.Finding.Item = "mozilla/1"
	for name, tt := range map[string]struct {
		open   life.Open
		look   life.Look
		closed bool
	}{
		"the same questions":                    {open("VULN-X", "standard"), look(scan.StateTLS, "standard"), true},
		"more questions":                        {open("VULN-X", "standard"), look(scan.StateTLS, "deep"), true},
		"fewer questions":                       {open("VULN-X", "standard"), look(scan.StateTLS, "quick"), false},
		"other questions":                       {open("VULN-X", "versions,vuln"), look(scan.StateTLS, "versions"), false},
		"a question failed":                     {open("VULN-X", "standard"), look(scan.StateTLS, "standard", failing), false},
		"fewer that answer it":                  {open("PORT-CLOSED", "standard"), look(scan.StateTLS, "quick"), true},
		"a certificate was shown":               {open("CERT-EXPIRED", "quick"), look(scan.StateTLS, "quick", chain), true},
		"no certificate was shown":              {open("CERT-EXPIRED", "quick"), look(scan.StateTLS, "quick"), false},
		"suites were not asked":                 {open("SUITE-UNEXPECTED", "standard"), look(scan.StateTLS, "standard"), false},
		"the listener did not answer":           {open("VULN-X", "standard"), look(scan.StateFiltered, "standard"), false},
		"the listener is down":                  {open("CERT-EXPIRED", "standard"), look(scan.StateClosed, "standard"), false},
		"the listener is closed as it is to be": {open("CERT-EXPIRED", "standard"), look(scan.StateClosed, "standard", expectClosed), true},
		"skipped":                               {open("VULN-X", "standard"), look(scan.StateSkipped, "standard"), false},
		"not looked at":                         {open("VULN-X", "standard"), look(scan.StateTLS, "standard", func(l *life.Look) { l.Looked = nil }), false},
		"gone":                                  {open("VULN-X", "standard"), look(scan.StateTLS, "quick", func(l *life.Look) { l.Looked, l.Gone = nil, map[string]bool{"SYSA/web": true} }), true},
		"the rule did not judge":                {open("OTHER", "standard"), look(scan.StateTLS, "standard"), false},
		"the profile did not judge":             {item, look(scan.StateTLS, "standard"), false},
		"the profile judged":                    {item, look(scan.StateTLS, "standard", func(l *life.Look) { l.Report.Profiles = []report.Profile{{ID: "mozilla"}} }), true},
		"it was not known":                      {open("NOT-ASSESSED", ""), look(scan.StateTLS, "quick"), true},
		"it was not known, and is not":          {open("NOT-ASSESSED", ""), look(scan.StateError, "quick"), true},
		"a change says so": {open("SUITE-UNEXPECTED", "standard"), look(scan.StateTLS, "quick", func(l *life.Look) {
			l.Changes = []report.Change{{Kind: report.FindingClosed, Endpoint: "SYSA/web", What: "SUITE-UNEXPECTED"}}
		}), true},
		"a change says so of another": {open("SUITE-UNEXPECTED", "standard"), look(scan.StateTLS, "quick", func(l *life.Look) {
			l.Changes = []report.Change{{Kind: report.FindingClosed, Endpoint: "SYSA/web", What: "CERT-EXPIRED"}, {Kind: report.FindingOpened, Endpoint: "SYSA/web", What: "SUITE-UNEXPECTED"}}
		}), false},
		"nobody was asked about revocation":         {open("CERT-REVOKED", "standard"), look(scan.StateTLS, "standard", chain), false},
		"nobody was asked, and nobody had answered": {open("CERT-REVOCATION-UNKNOWN", "standard"), look(scan.StateTLS, "standard", chain), false},
		"asked, and not revoked":                    {open("CERT-REVOKED", "standard"), look(scan.StateTLS, "quick", asked(scan.No, scan.No)), true},
		"asked, and answered of the leaf alone":     {open("CERT-REVOKED", "standard"), look(scan.StateTLS, "standard", asked(scan.No, scan.Unknown)), false},
		"asked, and answered":                       {open("CERT-REVOCATION-UNKNOWN", "standard"), look(scan.StateTLS, "standard", asked(scan.No)), true},
		"certificates were not linted":              {open("CERT-LINT", "deep"), look(scan.StateTLS, "deep", chain), false},
		"a vulnerability was not tested":            {open("VULN-TLS-POODLE", "deep"), look(scan.StateTLS, "deep", tested(scan.Unknown)), false},
		"a vulnerability was tested":                {open("VULN-TLS-POODLE", "deep"), look(scan.StateTLS, "deep", tested(scan.No)), true},
		"of the estate":                             {file, look(scan.StateTLS, "quick"), true},
		"of the estate, which was not whole":        {file, look(scan.StateTLS, "quick", func(l *life.Look) { l.Whole = false }), false},
		"of the estate, by what was asked":          {estate, look(scan.StateTLS, "quick"), false},
	} {
		got := life.Judge([]life.Open{tt.open}, tt.look)
		assert.Empty(t, got.Opened, name)
		assert.Empty(t, got.Kept, name)
		assert.Equal(t, tt.closed, len(got.Closed) == 1, name)
	}
}

// Findings of one rule about one thing go on one for one, by their words where these are the same.
func TestMatching(t *testing.T) {
	f := func(detail string) report.Finding {
		return report.Finding{ID: "CERT-EXPIRED", Endpoint: "SYSA/web", Detail: detail}
	}
	before := []life.Open{{ID: 1, Finding: f("a")}, {ID: 2, Finding: f("b")}, {ID: 3, Finding: f("c")}}
	l := look(scan.StateTLS, "standard", func(l *life.Look) {
		l.Looked["SYSA/web"].Presented = []scan.Presented{{Leaf: "x"}}
		l.Report.Findings = []report.Finding{f("c"), f("d")}
	})
	assert.Equal(t, life.Outcome{Kept: []life.Kept{{ID: 3, Finding: f("c")}, {ID: 1, Finding: f("d"), Changed: true}}, Closed: []int64{2}}, life.Judge(before, l))
	l.Report.Findings = append(l.Report.Findings, f("e"), f("g"))
	got := life.Judge(before, l)
	assert.Equal(t, []report.Finding{f("g")}, got.Opened)
	assert.Len(t, got.Kept, 3)
	assert.Empty(t, got.Closed)

	other := f("a")
	other.Location = &report.Location{File: "x.attls"}
	l.Report.Findings = []report.Finding{other}
	assert.Equal(t, []report.Finding{other}, life.Judge(before, l).Opened, "it is about another file")
}

func TestProbes(t *testing.T) {
	l := look(scan.StateTLS, "standard")
	assert.Equal(t, "standard", l.Probes(report.Finding{}))
	assert.Equal(t, "standard", l.Probes(report.Finding{Endpoint: "SYSA/web"}))
	l = look(scan.StateFiltered, "standard")
	assert.Empty(t, l.Probes(report.Finding{Endpoint: "SYSA/web"}))
	assert.Empty(t, l.Probes(report.Finding{Endpoint: "SYSA/other"}))
}
