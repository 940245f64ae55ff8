package limits

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/sample"
	"github.com/portseal/portseal/scan"
)

const always = `Seen from local (192.0.2.10) at 2026-11-22 03:15 UTC: a pass shows what this address saw then.
Outbound rules, live sessions and other peers were not tested.`

func TestShows(t *testing.T) {
	const end = "\nNo revocation list or OCSP responder was asked.\nThe digest shows that the report is whole; who made it only a signature can show."
	const rc4 = "\nThe RC4 encryption of Query Monitor cannot be proven on the wire: the wire shows whether a listener is open and not TLS; " +
		"that it is the RC4 listener is what its configuration says."
	tests := []struct {
		name   string
		change func(rep *report.Report)
		brief  string // beside always
		more   string // before end
	}{
		{"plain", func(*report.Report) {}, "", ""},
		{"judged at another time", func(rep *report.Report) { rep.Run.JudgedAt = sample.Now.AddDate(0, 0, 30) },
			"\nValidity was judged as of 2026-12-22 03:15 UTC.", ""},
		{"cut short", func(rep *report.Report) { rep.Run.Complete = false }, "",
			"\nThe run was cut short: what it had not looked at by then is not assessed."},
		{"clock wrong", func(rep *report.Report) { rep.Run.Clock.Synchronised = scan.No }, "",
			"\nThe scanner's clock was not synchronised: its times, and what was judged by them, may be wrong."},
		{"clock unknown", func(rep *report.Report) { rep.Run.Clock.Synchronised = scan.Unknown }, "",
			"\nWhether the scanner's clock was synchronised is not known."},
		{"resumed", func(rep *report.Report) { rep.Run.Resumed = 1 }, "",
			"\n1 endpoint was taken from an earlier run that was interrupted: the times and costs there are those of that look."},
		{"watched", func(rep *report.Report) { rep.Run.Rounds = 2 }, "",
			"\nWhat did not hold was looked at again, 2 times; the report has the last look at each endpoint."},
		{"confirmed", func(rep *report.Report) { rep.Endpoints[0].Confirmed = &report.Confirmed{Run: "1"} },
			"\n1 listener was looked at again and showed the same; the evidence shown is that of an earlier look.", ""},
		{"logged", func(rep *report.Report) {
			rep.Endpoints[0].Logged = []report.LogMessage{{Count: 1}, {Count: 2}}
		}, "\nThis scan itself will have caused up to 3 log messages (EZD1286I/EZD1287I) on z/OS.", ""},
		{"rc4", func(rep *report.Report) { rep.Expectations = []report.Expectation{{Expect: report.ExpectLegacyRC4}} }, "", rc4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rep := sample.AdHoc()
			tt.change(rep)
			l := Of(rep)
			assert.Equal(t, always+tt.brief, strings.Join(l.Shows[:l.Brief], "\n"))
			assert.Equal(t, always+tt.brief+tt.more+end, strings.Join(l.Shows, "\n"))
		})
	}
}

func TestScope(t *testing.T) {
	rep := sample.Full()
	l := Of(rep)
	assert.Equal(t, "8 declared, 7 selected, 1 skipped; 1 input file.", l.Scope())
	assert.Equal(t, []report.Skipped{{ID: "SYSB/ispf", Reason: "reach: local; this vantage is not on SYSB"}}, l.Skipped)
	assert.Equal(t, rep.Run.Inputs, l.Inputs)
	rep.Run.Inputs = append(rep.Run.Inputs, rep.Run.Inputs...)
	assert.Equal(t, "8 declared, 7 selected, 1 skipped; 2 input files.", Of(rep).Scope())
	assert.Equal(t, "0 declared, 0 selected.", Of(&report.Report{}).Scope())
}

func TestNotTested(t *testing.T) {
	rep := sample.Demo()
	budget := scan.NotTested{Question: "suites/TLSv1.2", Why: "budget used"}
	rep.Endpoints[3].NotTested = []scan.NotTested{budget, budget, {Question: "SSLv2", Why: "no answer"}}
	rep.Endpoints[0].NotTested = []scan.NotTested{budget, {Question: "suites/TLSv1.2", Why: "a reset"}}
	skipped := &rep.Endpoints[0]
	for i := range rep.Endpoints {
		if rep.Endpoints[i].State == scan.StateSkipped {
			skipped = &rep.Endpoints[i]
		}
		if rep.Endpoints[i].ID == "SYSB/tn3270" {
			rep.Endpoints[i].NotTested = nil
		}
	}
	skipped.NotTested = []scan.NotTested{{Question: "all", Why: "reach: local"}}
	want := []Gap{
		{"SSLv2", "no answer", []string{rep.Endpoints[3].ID}},
		{"suites/TLSv1.2", "a reset", []string{rep.Endpoints[0].ID}},
		{"suites/TLSv1.2", "budget used", []string{rep.Endpoints[0].ID, rep.Endpoints[3].ID}},
	}
	assert.Equal(t, want, Of(rep).NotTested, "what was skipped is said once")

	rep.Run.Scope.Skipped = nil // interrupted before it was dialled
	assert.Equal(t, slices.Insert(want, 1, Gap{"all", "reach: local", []string{skipped.ID}}), Of(rep).NotTested)
}

func TestEmptyReport(t *testing.T) {
	l := Of(&report.Report{Run: report.Run{Finished: time.Unix(0, 0)}})
	assert.Equal(t, "Seen from an unnamed vantage at 1970-01-01 00:00 UTC: a pass shows what this address saw then.", l.Shows[0])
	assert.Empty(t, l.NotTested)
}
