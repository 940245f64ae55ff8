package assess_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// only judges an input and returns the findings with one id.
func only(id string, in assess.Input) []report.Finding {
	all, _ := assess.Judge(in)
	var out []report.Finding
	for _, f := range all {
		if f.ID == id {
			out = append(out, f)
		}
	}
	return out
}

func TestInputStale(t *testing.T) {
	at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	before := func(d time.Duration) *time.Time { when := at.Add(-d); return &when }
	const day = 24 * time.Hour
	in := assess.Input{At: at, MaxInputAge: 7 * day, Inputs: []report.Input{
		{Path: "estate.yaml", Kind: "estate", Collected: before(400 * day)},
		{Path: "in.pem", Kind: "ring", Collected: before(400 * day)},
		{Path: "fresh", Kind: "netstat", Collected: before(7 * day)},
		{Path: "ahead", Kind: "netstat", Collected: before(-day)},
		{Path: "unknown", Kind: "pasearch"},
		{Path: "old", Kind: "pasearch", Collected: before(9 * day)},
		{Path: "just", Kind: "tcpip-profile", Collected: before(7*day + time.Second)},
	}}
	got := only("INPUT-STALE", in)
	require.Len(t, got, 2)
	assert.Equal(t, report.Low, got[0].Severity)
	files := map[string]string{}
	for _, f := range got {
		files[f.Location.File] = f.Observed
	}
	assert.Equal(t, map[string]string{"old": "gathered 2026-11-16 12:00 UTC, 9 days before", "just": "gathered 2026-11-18 11:59 UTC, 7 days before"}, files)

	in.MaxInputAge = 36 * time.Hour
	assert.Equal(t, "gathered at most 36 hours before", only("INPUT-STALE", in)[0].Expected)
	in.MaxInputAge = 0
	assert.Empty(t, only("INPUT-STALE", in), "nothing was asked for")
}

func TestATTLSStackOff(t *testing.T) {
	x := func(endpoint, role, expect string, rule string) report.Expectation {
		out := report.Expectation{Endpoint: endpoint, System: endpoint[:4], Role: role, Expect: expect}
		if rule != "none" {
			out.Policy = &report.Policy{Matches: []report.PolicyMatch{{From: report.FromVantage, Rule: rule}}}
		}
		return out
	}
	in := assess.Input{Expectations: []report.Expectation{
		x("SYSA/web", report.RoleCAEWeb, report.ExpectTLS, "Any"),
		x("SYSA/agent", report.RoleCAEAgent, report.ExpectTLS, "none"),
		x("SYSA/old", report.RoleCAEAgent, report.ExpectLegacyRC4, "none"),
		x("SYSA/java", report.RoleGeneric, report.ExpectTLS, ""),
		x("SYSA/ftp", report.RoleGeneric, report.ExpectStartTLS, "FTP"),
		x("SYSB/web", report.RoleCAEWeb, report.ExpectTLS, "none"),
	}, Stacks: []report.Stack{{System: "SYSA", TTLS: scan.No, Location: report.Location{File: "p", Line: 3, Column: 11}}, {System: "SYSB", TTLS: scan.No}}}
	got := only("ATTLS-STACK-OFF", in)
	require.Len(t, got, 1, "on SYSB nothing relies on AT-TLS")
	assert.Equal(t, report.High, got[0].Severity)
	assert.Equal(t, report.Location{File: "p", Line: 3, Column: 11}, *got[0].Location)
	assert.Equal(t, "on SYSA AT-TLS is to protect SYSA/agent, SYSA/ftp", got[0].Detail)
	for _, fact := range []scan.Fact{scan.Yes, scan.Unknown} {
		in.Stacks[0].TTLS = fact
		assert.Empty(t, only("ATTLS-STACK-OFF", in), fact)
	}
}
