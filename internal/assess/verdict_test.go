package assess_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

func waiver(finding, listener, until string) report.Waiver {
	return report.Waiver{Finding: finding, Listener: listener, Until: until, Reason: "ordered", ApprovedBy: "J. Doe", Ticket: "CHG1",
		Location: &report.Location{File: "estate.yaml", Line: 40, Column: 5}}
}

func TestWaiverHoldsThroughItsLastDay(t *testing.T) {
	tests := []struct {
		name  string
		until string
		at    time.Time
		want  []string
		exit  int
	}{
		{"before", "2026-07-02", now, []string{"CERT-NAME-MISMATCH"}, 0},
		{"the last second", "2026-07-01", time.Date(2026, 7, 1, 23, 59, 59, 0, time.UTC), []string{"CERT-NAME-MISMATCH"}, 0},
		{"over in UTC, not yet at home", "2026-07-01", time.Date(2026, 7, 1, 22, 0, 0, 0, time.FixedZone("", -4*3600)),
			[]string{"WAIVER-EXPIRED", "CERT-NAME-MISMATCH"}, 3},
		{"over", "2026-06-30", now, []string{"WAIVER-EXPIRED", "CERT-NAME-MISMATCH"}, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.expect.Names, w.at = []string{"other.example.com"}, tt.at
			w.waivers = []report.Waiver{waiver("CERT-NAME-MISMATCH", "SYSA/*", tt.until)}
			findings, summary := assess.Judge(w.input())
			require.Equal(t, tt.want, idsOf(findings))
			assert.Equal(t, tt.exit, assess.ExitCode(findings, report.Medium))
			mismatch := findings[len(findings)-1]
			if tt.exit == 0 {
				assert.Equal(t, &report.Waived{Reason: "ordered", Until: tt.until, ApprovedBy: "J. Doe", Ticket: "CHG1"}, mismatch.Waived)
				assert.Empty(t, summary.BySeverity, "waived ones are not counted")
				return
			}
			assert.Nil(t, mismatch.Waived)
			assert.Contains(t, findings[0].Detail, "estate.yaml:40: waiver of CERT-NAME-MISMATCH for SYSA/*")
			assert.Equal(t, 40, findings[0].Location.Line)
			assert.Empty(t, findings[0].Endpoint)
		})
	}
}

func TestWaiverPatterns(t *testing.T) {
	tests := []struct {
		pattern, endpoint string
		want              bool
	}{
		{"SYSA/web", "SYSA/web", true},
		{"SYSA/web", "SYSA/web:8443", true},
		{"SYSA/web", "SYSA/web:8443@192.0.2.1", true},
		{"SYSA/web", "SYSA/web@2001:db8::1", true},
		{"SYSA/web:8443", "SYSA/web:8443@192.0.2.1", true},
		{"SYSA/web:8443", "SYSA/web:8444", false},
		{"SYSA/web@192.0.2.1", "SYSA/web:8443@192.0.2.1", true},
		{"SYSA/web@192.0.2.2", "SYSA/web:8443@192.0.2.1", false},
		{"SYS?/w*", "SYSB/web", true},
		{"*/*", "SYSA/web:8443", true},
		{"*", "SYSA/web", false},
		{"SYSA/web", "SYSA/web2", false},
		{"SYSA/[", "SYSA/web", false},
		{"", "SYSA/web", false},
		{"", "", true},
		{"SYSA/*", "", false},
	}
	for _, tt := range tests {
		findings := []report.Finding{{ID: "PORT-CLOSED", Endpoint: tt.endpoint, Severity: report.Medium}}
		out := assess.Apply(findings, []report.Waiver{waiver("PORT-CLOSED", tt.pattern, "2026-12-31")}, nil, now)
		assert.Equal(t, tt.want, out[0].Waived != nil, "%q on %q", tt.pattern, tt.endpoint)
		assert.Equal(t, tt.want, len(out) == 1, "an unused waiver is a finding: %q on %q", tt.pattern, tt.endpoint)
		assert.Nil(t, findings[0].Waived, "the argument is left alone")
	}
}

func TestWaiverCannotCoverWhatWasNotAssessed(t *testing.T) {
	for state, finding := range map[scan.State]string{scan.StateSkipped: "NOT-ASSESSED", scan.StateFiltered: "PORT-FILTERED"} {
		w := newWorld(t)
		w.state(state)
		w.waivers = []report.Waiver{waiver(finding, "*/*", "2026-12-31")}
		findings := w.judge()
		require.Equal(t, []string{"WAIVER-UNUSED", finding}, idsOf(findings))
		assert.Nil(t, findings[1].Waived)
		assert.Equal(t, 4, assess.ExitCode(findings, report.Medium))
	}
}

func TestUnusedWaiver(t *testing.T) {
	w := newWorld(t)
	w.waivers = []report.Waiver{waiver("CERT-EXPIRED", "SYSA/agent-tls", "2026-12-31")}
	f := w.one("WAIVER-UNUSED")
	assert.Equal(t, report.Low, f.Severity)

	in := w.input()
	in.Narrowed = true
	for _, until := range []string{"2026-12-31", "2026-01-31"} {
		in.Waivers = []report.Waiver{waiver("CERT-EXPIRED", "SYSB/web", until)}
		findings, _ := assess.Judge(in)
		assert.Empty(t, findings, "the waiver's listener is outside this run")
	}
	in.Waivers = []report.Waiver{waiver("CERT-EXPIRED", "SYSA/*", "2026-01-31")}
	findings, _ := assess.Judge(in)
	assert.Equal(t, []string{"WAIVER-EXPIRED"}, idsOf(findings))

	w.state(scan.StateFiltered)
	w.one("PORT-FILTERED") // whether the certificate is expired is not known
}

// A waiver of one item of a profile accepts no other; one without an item accepts all. What a comment in a policy accepts stays so, whatever
// the waivers are, and what a waiver of an earlier judgement accepted does not.
func TestWhatAWaiverCovers(t *testing.T) {
	failed := func(item string) report.Finding {
		return report.Finding{ID: assess.ProfileFailed, Endpoint: "SYSA/web", Item: item}
	}
	findings := []report.Finding{failed("nist/suites"), failed("nist/key"), failed("pci/suites")}
	for item, want := range map[string][]bool{"nist/suites": {true, false, false}, "nist/*": {true, true, false}, "*/suites": {true, false, true},
		"": {true, true, true}, "nist": {false, false, false}, "[": {false, false, false}} {
		w := waiver(assess.ProfileFailed, "SYSA/web", "2026-12-31")
		w.Item = item
		for i, f := range assess.Apply(findings, []report.Waiver{w}, nil, now)[:len(findings)] {
			assert.Equal(t, want[i], f.Waived != nil, "%s by %q", f.Item, item)
		}
	}
	byComment := &report.Waived{Reason: "the trace is needed"}
	out := assess.Apply([]report.Finding{{ID: "ATTLS-TRACE-LEFT-ON", Waived: byComment}, {ID: "PORT-CLOSED", Endpoint: "SYSA/web",
		Waived: &report.Waived{Reason: "old", Until: "2026-12-31"}}}, nil, nil, now)
	assert.Equal(t, byComment, out[0].Waived)
	assert.Nil(t, out[1].Waived)
}

func TestPrivateKeyInARingFile(t *testing.T) {
	w := newWorld(t)
	in := w.input()
	in.PrivateKeys = []assess.RingProblem{{Keyring: "server", Location: report.Location{File: "rings/web.p12"}, Detail: "a private key"}}
	findings, summary := assess.Judge(in)
	require.Equal(t, []string{"RING-PRIVATE-KEY"}, idsOf(findings))
	assert.Equal(t, report.Location{File: "rings/web.p12", Line: 1, Column: 1}, *findings[0].Location)
	assert.Equal(t, report.Fail, summary.Verdict)
	in.Waivers = []report.Waiver{waiver("RING-PRIVATE-KEY", "", "2026-12-31")}
	_, summary = assess.Judge(in)
	assert.Equal(t, report.Pass, summary.Verdict)
}

func TestExitCodes(t *testing.T) {
	finding := func(s report.Severity, inconclusive, waived bool) report.Finding {
		f := report.Finding{Severity: s, Inconclusive: inconclusive}
		if waived {
			f.Waived = &report.Waived{}
		}
		return f
	}
	high, low, open := finding(report.High, false, false), finding(report.Low, false, false), finding(report.Info, true, false)
	waived := finding(report.Critical, false, true)
	tests := []struct {
		name     string
		failOn   string
		findings []report.Finding
		want     int
	}{
		{"nothing", "medium", nil, 0},
		{"at the threshold", "high", []report.Finding{high}, 3},
		{"below", "critical", []report.Finding{high}, 0},
		{"low, and medium counts", "medium", []report.Finding{low}, 0},
		{"low, and info counts", "info", []report.Finding{low}, 3},
		{"never", "never", []report.Finding{high}, 0},
		{"waived", "info", []report.Finding{waived}, 0},
		{"inconclusive", "info", []report.Finding{open}, 4},
		{"inconclusive, never", "never", []report.Finding{open, high}, 4},
		{"both", "medium", []report.Finding{open, high}, 3},
		{"waived and inconclusive", "medium", []report.Finding{waived, open}, 4},
	}
	for _, tt := range tests {
		failOn, err := assess.ParseFailOn(tt.failOn)
		require.NoError(t, err)
		assert.Equal(t, tt.want, assess.ExitCode(tt.findings, failOn), tt.name)
		verdict := map[int]report.Verdict{0: report.Pass, 3: report.Fail, 4: report.Incomplete}[tt.want]
		assert.Equal(t, verdict, assess.Summarise(nil, tt.findings, failOn).Verdict, tt.name)
	}
	assert.Equal(t, 3, assess.ExitCode([]report.Finding{finding(report.Medium, false, false)}, 0), "medium is the default")
	_, err := assess.ParseFailOn("none")
	assert.EqualError(t, err, `unknown threshold "none": want info, low, medium, high, critical or never`)
}

func TestSummaryCounts(t *testing.T) {
	w := newWorld(t)
	in := w.input()
	for _, s := range []scan.State{scan.StateClosed, scan.StateFiltered, scan.StateNonTLS} {
		e := report.Endpoint{Observation: scan.Observation{ID: "SYSA/" + string(s), State: s, Cost: scan.Cost{Connections: 2}}}
		in.Endpoints = append(in.Endpoints, e)
		in.Expectations = append(in.Expectations, report.Expectation{Endpoint: e.ID, Expect: report.ExpectLegacyRC4})
	}
	_, summary := assess.Judge(in)
	assert.Equal(t, report.Summary{
		Endpoints: 4, Assessed: 3, RC4ListenersOpen: 1, Connections: 15, Verdict: report.Fail,
		ByState:    map[scan.State]int{scan.StateTLS: 1, scan.StateClosed: 1, scan.StateFiltered: 1, scan.StateNonTLS: 1},
		BySeverity: map[string]int{"low": 1, "medium": 1}, NotAssessed: 1,
	}, summary)
}

func TestSameInputSameBytes(t *testing.T) {
	w := newWorld(t)
	w.version(cipher.SSLv3, scan.Yes, 0x0005, 0x0003).Enumeration = scan.EnumerationPartial
	w.version(cipher.TLSv11, scan.Unknown)
	w.expect.Names = []string{"other.example.com"}
	w.ring("others", w.other.DER)
	w.expect.TrustedBy = []string{"others", "missing"}
	w.waivers = []report.Waiver{waiver("CERT-NAME-MISMATCH", "*/*", "2026-12-31"), waiver("CERT-EXPIRED", "SYSA/*", "2020-01-01")}
	in := w.input()
	second := in.Endpoints[0]
	second.ID = "SYSA/another"
	in.Endpoints = append(in.Endpoints, second)
	expect := in.Expectations[0]
	expect.Endpoint = second.ID
	in.Expectations = append(in.Expectations, expect)

	encode := func() string {
		findings, summary := assess.Judge(in)
		b, err := json.Marshal(map[string]any{"findings": findings, "summary": summary})
		require.NoError(t, err)
		return string(b)
	}
	want := encode()
	assert.Contains(t, want, "PROTOCOL-INSECURE")
	for range 20 {
		slices.Reverse(in.Endpoints)
		slices.Reverse(in.Expectations)
		require.Equal(t, want, encode(), "the order of the endpoints does not matter either")
	}
}
